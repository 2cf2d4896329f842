import { queryOptions } from "@tanstack/react-query";
import { answer, http, idempotent, ifMatch } from "../api/client";
import type { Wire } from "../api/wire";

export type Member = Wire["MemberBody"];
export type Role = Wire["Role"];

export const ROLES: readonly Role[] = ["ADMIN", "ADVISOR", "CASHIER", "ACCOUNTANT", "VIEWER"];

export const membersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: () => answer(http.GET("/billing/users")),
});

/** Every permission in words, with the roles that hold it. */
export const permissionsQuery = queryOptions({
  queryKey: ["permissions"],
  queryFn: () => answer(http.GET("/billing/auth/permissions")),
  staleTime: Infinity,
});

export function addMember(body: Wire["InviteBody"], idempotencyKey: string): Promise<Member> {
  return answer(http.POST("/billing/users", { body, headers: idempotent(idempotencyKey) }));
}

export function changeRole(member: Member, role: Role): Promise<Member> {
  const params = { path: { userId: member.userId } };
  return answer(http.PUT("/billing/users/{userId}", { params, body: { role }, headers: ifMatch(member.etag) }));
}

export function removeMember(member: Member): Promise<void> {
  const params = { path: { userId: member.userId } };
  return answer<undefined>(http.DELETE("/billing/users/{userId}", { params }));
}
