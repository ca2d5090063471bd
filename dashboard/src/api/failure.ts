import type { ErrorDetail } from "@nekzus/contract";

/**
 * What went wrong, by what a person can do about it.
 * - `unreachable`: no answer; `slow`: none in time; `unreadable`: one that is not what the contract says;
 * - `signed-out`: 401; `forbidden`: 403; `limited`: 429; `unavailable`: 502, 503, 504;
 * - `conflict`: 409, 412; `invalid`: a value was refused (400, 413, 415, 422, and a wrong password); `missing`: 404, 410;
 * - `broken`: 500 and everything else.
 */
export type FailureKind =
  | "unreachable"
  | "slow"
  | "unreadable"
  | "signed-out"
  | "forbidden"
  | "limited"
  | "unavailable"
  | "conflict"
  | "invalid"
  | "missing"
  | "broken";

type Facts = {
  /** The HTTP status; 0 without an answer. */
  status?: number;
  /** The contract's error code; empty when the answer has none, which then came from something before the gateway. */
  code?: string;
  /** The values that were refused. */
  details?: readonly ErrorDetail[];
  /** Not before this moment, in ms since 1970. */
  retryAt?: number;
  /** The id under which the gateway's log knows the call. */
  requestId?: string;
};

/** A call that did not end well. `message` is the gateway's own sentence, or ours when it said nothing. */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly status: number;
  readonly code: string;
  readonly details: readonly ErrorDetail[];
  readonly retryAt: number | undefined;
  readonly requestId: string | undefined;

  constructor(kind: FailureKind, message: string, facts: Facts = {}) {
    super(message);
    this.name = "Failure";
    this.kind = kind;
    this.status = facts.status ?? 0;
    this.code = facts.code ?? "";
    this.details = facts.details ?? [];
    this.retryAt = facts.retryAt;
    this.requestId = facts.requestId;
  }
}

/** The code of a failure that is a fault of the dashboard itself. */
export const PAGE_FAULT = "PAGE_FAULT";

/** Whatever was thrown as a Failure: what is none of ours is a fault of the dashboard itself. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure("broken", error instanceof Error ? error.message : String(error), { code: PAGE_FAULT });
}

/** The failure that an answer stands for. Takes any body; `now` in ms since 1970. */
export function failureOf(response: Response, body: unknown, now: number): Failure {
  const error = errorIn(body);
  const code = textIn(error, "code");
  return new Failure(kindOf(response.status, code), textIn(error, "message"), {
    status: response.status,
    code,
    details: detailsIn(error),
    retryAt: retryAt(response.headers.get("Retry-After"), now),
    requestId: response.headers.get("X-Request-ID") ?? undefined,
  });
}

function kindOf(status: number, code: string): FailureKind {
  // A wrong password says nothing about the session that it was typed in.
  if (code === "INVALID_CREDENTIALS") return "invalid";
  if (status === 401) return "signed-out";
  if (status === 403) return "forbidden";
  if (status === 404 || status === 410) return "missing";
  if (status === 409 || status === 412) return "conflict";
  if (status === 400 || status === 413 || status === 415 || status === 422) return "invalid";
  if (status === 429) return "limited";
  return status === 502 || status === 503 || status === 504 ? "unavailable" : "broken";
}

/** Retry-After holds seconds or a date (RFC 9110, 10.2.3). */
function retryAt(header: string | null, now: number): number | undefined {
  if (!header) return undefined;
  const at = /^\d+$/.test(header.trim()) ? now + Number(header) * 1000 : Date.parse(header);
  return Number.isFinite(at) ? at : undefined;
}

function errorIn(body: unknown): unknown {
  return typeof body === "object" && body !== null && "error" in body ? body.error : undefined;
}

function textIn(value: unknown, name: string): string {
  if (typeof value !== "object" || value === null) return "";
  const text = (value as Record<string, unknown>)[name];
  return typeof text === "string" ? text : "";
}

function detailsIn(error: unknown): ErrorDetail[] {
  const list = typeof error === "object" && error !== null && "details" in error ? error.details : undefined;
  if (!Array.isArray(list)) return [];
  return list
    .map((detail) => ({ path: textIn(detail, "path"), reason: textIn(detail, "reason") }))
    .filter(({ reason }) => reason);
}
