import createClient, { type Middleware } from "openapi-fetch";
import { refusedBy, Unreachable } from "./refusal";
import type { paths } from "./schema";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Who is asking and for which business; set by the session, read on every call. */
export const identity: { tenant: string | null; csrfToken: string | null } = { tenant: null, csrfToken: null };

const identify: Middleware = {
  onRequest({ request }) {
    if (identity.tenant) request.headers.set("X-Tenant", identity.tenant);
    if (identity.csrfToken && !SAFE_METHODS.has(request.method)) {
      request.headers.set("X-CSRF-Token", identity.csrfToken);
    }
    return request;
  },
};

/** The typed client of every route in `openapi.json`. */
export const http = createClient<paths>({
  // Looked up at each call, so that a test can put its own in place.
  fetch: (request: Request) => globalThis.fetch(request),
});
http.use(identify);

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a 2xx answer. Throws `Refused` for any other, `Unreachable` when there was none. */
export async function answer<T>(call: Promise<Outcome<T>>): Promise<T> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    throw new Unreachable(cause);
  });
  if (!response.ok) throw refusedBy(response, error);
  return data as T;
}

/** A file of the API (a page, a PDF), asked for with the headers that an `<img>` or a link cannot send. */
export async function fetchBlob(path: string): Promise<Blob> {
  const headers = identity.tenant ? { "X-Tenant": identity.tenant } : undefined;
  const response = await fetch(path, { headers }).catch((cause: unknown) => {
    throw new Unreachable(cause);
  });
  if (!response.ok) throw refusedBy(response, await response.json().catch(() => null));
  return response.blob();
}

/** The If-Match header of a change made on the version with this ETag. */
export function ifMatch(etag: string): { "If-Match": string } {
  return { "If-Match": `"${etag}"` };
}

/** A key for one intent of the person: repeating the call with it repeats the answer, never the effect. */
export function newIdempotencyKey(): string {
  // Not crypto.randomUUID, which browsers withhold on plain-HTTP hosts in a local network.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The header of one intent; keep the key for retries of the same intent. */
export function idempotent(key: string): Record<string, string> {
  return { "Idempotency-Key": key };
}
