import { queryOptions, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { answer, http, identity } from "../api/client";
import type { components } from "../api/schema";

export type Session = components["schemas"]["SessionBody"];
export type Membership = components["schemas"]["MemberOfBody"];
export type Permission = `billing:${string}`;

/**
 * Where the chosen business is kept: for this browser tab, because other tabs may work in another, and for the next
 * time somebody signs in here.
 */
const CHOSEN = "billhead.tenant";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async () => adopt(await answer(http.GET("/billing/auth/session"))),
  staleTime: Infinity,
  gcTime: Infinity,
  retry: false,
});

/** Make a session the one that every following call is made with. */
export function adopt(session: Session): Session {
  identity.csrfToken = session.csrfToken;
  identity.tenant = tenantOf(session, sessionStorage.getItem(CHOSEN) ?? localStorage.getItem(CHOSEN))?.slug ?? null;
  return session;
}

/** The business to work in: the one chosen in this tab, else the session's, else the first. */
export function tenantOf(session: Session, chosen: string | null): Membership | undefined {
  const { tenants } = session;
  return (
    tenants.find(({ slug }) => slug === chosen) ??
    tenants.find(({ tenantId }) => tenantId === session.tenantId) ??
    tenants[0]
  );
}

export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

/** The business that this tab works in. */
export function useTenant(): Membership {
  const session = useSession();
  const tenant = session.tenants.find(({ slug }) => slug === identity.tenant);
  if (!tenant) throw new Error("the person belongs to no business");
  return tenant;
}

/** Whether the person holds a permission here. What is not allowed is not offered; the server decides all the same. */
export function useMay(): (permission: Permission) => boolean {
  const { permissions } = useTenant();
  return (permission) => permissions.includes(permission);
}

/** Ways into and out of a session. Everything known so far is forgotten on the way. */
export function useSessionActs() {
  const queries = useQueryClient();

  async function signIn(email: string, password: string): Promise<Session> {
    const session = await answer(http.POST("/billing/auth/sign-in", { body: { email, password } }));
    queries.clear();
    queries.setQueryData(sessionQuery.queryKey, adopt(session));
    return session;
  }

  /** The same person again, after their session ended: what is known and what is being written stays. */
  async function renew(password: string): Promise<void> {
    const { email } = queries.getQueryData(sessionQuery.queryKey) ?? {};
    if (!email) throw new Error("nobody was signed in");
    const session = await answer(http.POST("/billing/auth/sign-in", { body: { email, password } }));
    queries.setQueryData(sessionQuery.queryKey, adopt(session));
  }

  async function switchTenant(tenant: Membership): Promise<void> {
    sessionStorage.setItem(CHOSEN, tenant.slug);
    localStorage.setItem(CHOSEN, tenant.slug);
    const body = { tenantId: tenant.tenantId };
    const session = await answer(http.PUT("/billing/auth/session/tenant", { body }));
    queries.clear();
    queries.setQueryData(sessionQuery.queryKey, adopt(session));
  }

  async function signOut(): Promise<void> {
    await answer(http.POST("/billing/auth/sign-out"));
    forget();
  }

  function forget(): void {
    sessionStorage.removeItem(CHOSEN);
    identity.csrfToken = null;
    identity.tenant = null;
    queries.clear();
  }

  return { signIn, renew, switchTenant, signOut, forget };
}
