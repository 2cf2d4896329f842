import type { components } from "./schema";

export type ErrorBody = components["schemas"]["ErrorBody"];
export type Blocker = components["schemas"]["BlockerBody"];

/** The server understood the request and said no; `body` has the one error shape of the API. */
export class Refused extends Error {
  readonly status: number;
  readonly body: ErrorBody;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.name = "Refused";
    this.status = status;
    this.body = body;
  }

  get code(): string {
    return this.body.errorCode;
  }
}

/** The server could not be reached, or what answered was not Billhead. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("The server cannot be reached.", { cause });
    this.name = "Unreachable";
  }
}

/** The refusal behind an answer that is not 2xx. An answer in another shape (a proxy's page) keeps its status. */
export function refusedBy(response: Response, body: unknown): Refused {
  if (isErrorBody(body)) return new Refused(response.status, body);
  const correlationId = response.headers.get("x-correlation-id") ?? "";
  const message = response.statusText || `HTTP ${response.status}`;
  return new Refused(response.status, { errorCode: "UNKNOWN", message, correlationId });
}

function isErrorBody(body: unknown): body is ErrorBody {
  return typeof body === "object" && body !== null && "errorCode" in body && "message" in body;
}

export function isRefused(error: unknown, code?: string): error is Refused {
  return error instanceof Refused && (code === undefined || error.code === code);
}
