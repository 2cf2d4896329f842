import { afterEach, describe, expect, it, vi } from "vitest";
import { answer, fetchBlob, http, identity, ifMatch } from "../src/api/client";
import { formErrors, isRefused, Refused, refusedBy, Unreachable } from "../src/api/refusal";
import { english } from "../src/i18n/en";
import { translatorOf } from "../src/i18n/translate";
import { errorWords } from "../src/shell/ErrorNotice";

const t = translatorOf<typeof english>(english, "en");

function refused(status: number, body: Partial<Refused["body"]>): Refused {
  return new Refused(status, { errorCode: "X", message: "Server's words.", correlationId: "c1", ...body });
}

/** Stands for the server: the network is outside of what is tested. */
function serverSays(response: () => Response | Promise<Response>) {
  const asked: Request[] = [];
  vi.stubGlobal("fetch", (input: Request | string, init?: RequestInit) => {
    asked.push(input instanceof Request ? input : new Request(new URL(input, "http://here.test"), init));
    return Promise.resolve().then(response);
  });
  return asked;
}

afterEach(() => {
  vi.unstubAllGlobals();
  identity.tenant = null;
  identity.csrfToken = null;
});

describe("errorWords", () => {
  it.each([
    [refused(409, { errorCode: "STALE_ETAG" }), english["error.STALE_ETAG"]],
    [refused(409, { errorCode: "X", reasonCode: "INVOICE_VOIDED" }), english["reason.INVOICE_VOIDED"]],
    [refused(409, { errorCode: "NOBODY_KNOWS" }), "Server's words."],
    [refused(500, { errorCode: "INTERNAL" }), english["error.server"]],
    [new Unreachable(new TypeError("offline")), english["error.unreachable"]],
    [new TypeError("a bug"), english["error.unexpected"]],
  ])("%s", (error, words) => {
    expect(errorWords(error, t)).toBe(words);
  });
});

describe("formErrors", () => {
  it("names fields as forms do", () => {
    const fieldErrors = { name: "is needed", "contacts[0].email": "is none", "a[1].b[22].c": "is wrong" };
    expect(formErrors(refused(400, { fieldErrors }))).toEqual({
      name: "is needed",
      "contacts.0.email": "is none",
      "a.1.b.22.c": "is wrong",
    });
  });

  it("has nothing to say about other errors", () => {
    expect(formErrors(new Error("a bug"))).toEqual({});
    expect(formErrors(refused(409, {}))).toEqual({});
  });
});

describe("refusedBy", () => {
  it("keeps the status of an answer in another shape", () => {
    const error = refusedBy(new Response("<html>", { status: 502, statusText: "Bad Gateway" }), "<html>");
    expect([error.status, error.code, error.message]).toEqual([502, "UNKNOWN", "Bad Gateway"]);
  });
});

describe("answer", () => {
  it("gives the body of a good answer", async () => {
    serverSays(() => Response.json({ items: [] }));
    await expect(answer(http.GET("/billing/users", { baseUrl: "http://here.test" }))).resolves.toEqual({ items: [] });
  });

  it("throws what the server refuses", async () => {
    serverSays(() => Response.json(refused(404, { errorCode: "GONE" }).body, { status: 404 }));
    const error: unknown = await answer(http.GET("/billing/users", { baseUrl: "http://here.test" })).catch(
      (caught: unknown) => caught,
    );
    expect(isRefused(error, "GONE")).toBe(true);
  });

  it("tells a server that is away from one that refuses", async () => {
    serverSays(() => {
      throw new TypeError("failed to fetch");
    });
    await expect(answer(http.GET("/billing/users", { baseUrl: "http://here.test" }))).rejects.toThrow(Unreachable);
    await expect(fetchBlob("/billing/x.pdf")).rejects.toThrow(Unreachable);
  });
});

describe("who is asking", () => {
  it("is said on every call, and proved on those that change something", async () => {
    identity.tenant = "northside-auto";
    identity.csrfToken = "csrf";
    const asked = serverSays(() => Response.json({}));
    const where = { baseUrl: "http://here.test" };
    await answer(http.GET("/billing/users", where));
    const params = { path: { user_id: "u1" } };
    await answer(
      http.PUT("/billing/users/{user_id}", { ...where, params, body: { role: "ADMIN" }, headers: ifMatch("v3") }),
    );
    await fetchBlob("/billing/x.pdf");
    expect(asked.map(({ headers }) => headers.get("x-tenant"))).toEqual(Array(3).fill("northside-auto"));
    expect(asked.map(({ headers }) => headers.get("x-csrf-token"))).toEqual([null, "csrf", null]);
    expect(asked[1]?.headers.get("if-match")).toBe('"v3"');
  });
});
