import { queryOptions } from "@tanstack/react-query";
import { answer, http, idempotent } from "../api/client";
import type { Wire } from "../api/wire";

export type Token = Wire["TokenBody"];
export type CreatedToken = Wire["CreatedTokenBody"];

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: () => answer(http.GET("/billing/tokens")),
});

/** Creates a token; its secret is in the answer and nowhere else. */
export function createToken(body: Wire["NewTokenBody"], idempotencyKey: string): Promise<CreatedToken> {
  return answer(http.POST("/billing/tokens", { body, headers: idempotent(idempotencyKey) }));
}

export function revokeToken({ tokenId }: Token): Promise<Token> {
  return answer(http.POST("/billing/tokens/{tokenId}/revoke", { params: { path: { tokenId } } }));
}

export type TokenState = "active" | "expired" | "revoked";

export function stateOf(token: Pick<Token, "expiresAt" | "revokedAt">, now: Date): TokenState {
  if (token.revokedAt) return "revoked";
  return token.expiresAt && new Date(token.expiresAt) <= now ? "expired" : "active";
}
