import createClient from "openapi-fetch";
import { refusedBy, Unreachable } from "./refusal";
import { askToSignIn } from "./renewal";
import type { paths } from "./schema";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Who is asking and for which business; set by the session, read on every call. */
export const identity: { tenant: string | null; csrfToken: string | null } = { tenant: null, csrfToken: null };

/** Where a 401 is an answer about signing in or out itself. */
const OF_SIGNING = /\/billing\/auth\/sign-(in|out)$/;

function identified(request: Request): Request {
  const sent = request.clone();
  if (identity.tenant) sent.headers.set("X-Tenant", identity.tenant);
  if (identity.csrfToken && !SAFE_METHODS.has(sent.method)) sent.headers.set("X-CSRF-Token", identity.csrfToken);
  return sent;
}

/** The answer; a call that finds the session gone waits for a new one and is made again. */
async function send(request: Request): Promise<Response> {
  const response = await globalThis.fetch(identified(request));
  if (response.status !== 401 || identity.csrfToken === null || OF_SIGNING.test(request.url)) return response;
  return (await askToSignIn()) ? globalThis.fetch(identified(request)) : response;
}

/** The typed client of every route in `openapi.json`. */
export const http = createClient<paths>({
  fetch: send,
});

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
  const response = await send(new Request(new URL(path, window.location.href))).catch((cause: unknown) => {
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
