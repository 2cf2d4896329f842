import { afterEach, describe, expect, it, vi } from "vitest";
import { answer, fetchBlob, http, identity, ifMatch } from "../src/api/client";
import { isSignInAsked, settleSignIn } from "../src/api/renewal";
import { isRefused, Refused, refusedBy, Unreachable } from "../src/api/refusal";
import { faultsOf, formFaults } from "../src/form/faults";
import { german } from "../src/i18n/de";
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
    [refused(400, { errorCode: "NOBODY_KNOWS", fieldErrors: { a: "is odd" } }), english["error.INVALID_REQUEST"]],
    [refused(500, { errorCode: "INTERNAL" }), english["error.server"]],
    [new Unreachable(new TypeError("offline")), english["error.unreachable"]],
    [new TypeError("a bug"), english["error.unexpected"]],
  ])("%s", (error, words) => {
    expect(errorWords(error, t)).toBe(words);
  });
});

describe("formFaults", () => {
  const values = { name: "", contacts: [{ email: "x" }], prices: [{ price: "1" }], address: { lines: "" }, taxIds: [] };
  const body: Partial<Refused["body"]> = {
    errorCode: "INVALID_CLIENT",
    fieldErrors: {
      name: "must not be blank",
      "contacts[0].email": "must be an e-mail address",
      "prices[0].unitPrice": "is odd",
      "address.lines[2]": "String should have at most 200 characters",
      taxIds: "a tax id is needed for REVERSE_CHARGE",
      "contacts[4].email": "must be an e-mail address",
    },
    fieldErrorCodes: {
      name: "REQUIRED",
      "contacts[0].email": "NOT_AN_EMAIL",
      "prices[0].unitPrice": "INVALID",
      "address.lines[2]": "TOO_LONG",
      taxIds: "REQUIRED",
      "contacts[4].email": "NOT_AN_EMAIL",
    },
  };

  it("puts words of the person's language under the inputs they belong to", () => {
    const de = translatorOf<typeof english>(german, "de");
    const { placed, loose } = formFaults(refused(400, body), values, de, { unitPrice: "price" });
    expect(placed).toEqual({
      name: german["fault.REQUIRED"],
      "contacts.0.email": german["fault.NOT_AN_EMAIL"],
      "prices.0.price": "is odd",
      "address.lines": german["fault.TOO_LONG"],
    });
    expect(loose).toEqual([
      { path: "taxIds", words: german["fault.REQUIRED"] },
      { path: "contacts[4].email", words: german["fault.NOT_AN_EMAIL"] },
    ]);
  });

  it("keeps the server's words where there is no code, or one that is newer than this page", () => {
    const newer = { ...body, fieldErrorCodes: { name: "BRAND_NEW" } } as unknown as Partial<Refused["body"]>;
    expect(formFaults(refused(400, newer), values, t).placed.name).toBe("must not be blank");
    expect(faultsOf(refused(400, { fieldErrors: { a: "is odd" } }), t)).toEqual([{ path: "a", words: "is odd" }]);
  });

  it("has nothing to say about other errors", () => {
    expect(formFaults(new Error("a bug"), values, t)).toEqual({ placed: {}, loose: [] });
    expect(faultsOf(refused(409, {}), t)).toEqual([]);
  });
});

describe("a session that has ended", () => {
  const gone = () => Response.json(refused(401, { errorCode: "UNAUTHENTICATED" }).body, { status: 401 });
  const where = { baseUrl: "http://here.test" };
  const save = () =>
    answer(
      http.POST("/billing/users", { ...where, body: { name: "Kim", email: "k@x.org", password: "p", role: "ADMIN" } }),
    );

  it("is asked for again, and the call goes through with the new one", async () => {
    identity.csrfToken = "old";
    const answers = [gone, gone, () => Response.json({ name: "Kim" }), () => Response.json({ items: [] })];
    const asked = serverSays(() => (answers.shift() ?? gone)());
    const calls = Promise.all([save(), answer(http.GET("/billing/users", where))]);
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    await vi.waitFor(() => expect(isSignInAsked()).toBe(true));
    identity.csrfToken = "new";
    settleSignIn(true);
    await expect(calls).resolves.toEqual([{ name: "Kim" }, { items: [] }]);
    const again = asked.filter(({ method }) => method === "POST");
    expect(again.map(({ headers }) => headers.get("x-csrf-token"))).toEqual(["old", "new"]);
    expect(await again[1]?.json()).toMatchObject({ name: "Kim", email: "k@x.org" });
    expect(isSignInAsked()).toBe(false);
  });

  it("stays ended when the person would rather not", async () => {
    identity.csrfToken = "old";
    serverSays(gone);
    const call = save().catch((error: unknown) => error);
    await vi.waitFor(() => expect(isSignInAsked()).toBe(true));
    settleSignIn(false);
    expect(isRefused(await call, "UNAUTHENTICATED")).toBe(true);
  });

  it("is not asked for where nobody was signed in, nor while signing in", async () => {
    const asked = serverSays(gone);
    await expect(save()).rejects.toThrow(Refused);
    identity.csrfToken = "old";
    await expect(
      answer(http.POST("/billing/auth/sign-in", { ...where, body: { email: "k@x.org", password: "p" } })),
    ).rejects.toThrow(Refused);
    expect([asked.length, isSignInAsked()]).toEqual([2, false]);
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
    const params = { path: { userId: "u1" } };
    await answer(
      http.PUT("/billing/users/{userId}", { ...where, params, body: { role: "ADMIN" }, headers: ifMatch("v3") }),
    );
    await fetchBlob("/billing/x.pdf");
    expect(asked.map(({ headers }) => headers.get("x-tenant"))).toEqual(Array(3).fill("northside-auto"));
    expect(asked.map(({ headers }) => headers.get("x-csrf-token"))).toEqual([null, "csrf", null]);
    expect(asked[1]?.headers.get("if-match")).toBe('"v3"');
  });
});
