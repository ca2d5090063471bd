import { type Directives, readDirectives, secondsOf } from "./directives.ts";
import { dateMs, soleValue, valuesOf } from "./fields.ts";

/** What an answer says about being kept. Durations in ms. */
export type Policy = {
  /** How long it is fresh, counted from when the upstream made it. */
  freshMs: number;
  /** Does the answer itself say for how long? Otherwise it was the route. */
  explicit: boolean;
  /** Does it allow to be given to others although the request showed a credential or cookies? */
  shared: boolean;
  /** Must the upstream be asked each time? */
  noCache: boolean;
  /** Never to be given stale. */
  strict: boolean;
  /** Fresh, it is not asked for again because somebody reloads a page (RFC 8246). */
  immutable: boolean;
  /** How long after it became stale it may be given while a new one is fetched, or while the app fails (RFC 5861). */
  staleWhileRevalidateMs: number;
  staleIfErrorMs: number;
};

/** An answer, as far as storing it depends on it. */
export type AnswerHead = { status: number; raw: readonly string[]; length: number | undefined };

/** Of a request, what decides whether its answer may be kept. */
export type Asker = {
  /** Does the upstream get cookies with it? */
  personal: boolean;
  /** Does the upstream get a credential with it? */
  authorised: boolean;
};

/** Kept for as long as the answer or, in the first list, else the route says (RFC 9110, section 15.1). */
const KEPT_BY_ROUTE: ReadonlySet<number> = new Set([200, 203, 300, 301, 308]);
const KEPT_BY_ANSWER: ReadonlySet<number> = new Set([...KEPT_BY_ROUTE, 204, 302, 307, 404, 410]);

/** Reads what an answer says. `ttlMs`: how long the route lets one be fresh that does not say so, 0 for not at all. */
export function readPolicy({ status, raw }: Pick<AnswerHead, "status" | "raw">, ttlMs: number, nowMs: number): Policy {
  const directives = readDirectives(valuesOf(raw, "cache-control"));
  const seconds = explicitSeconds(directives, raw, nowMs);
  const shared = directives.has("public") || directives.has("s-maxage");
  const byRoute = KEPT_BY_ROUTE.has(status) && !isNoCachePragma(directives, raw) ? ttlMs : 0;
  return {
    freshMs: seconds === undefined ? byRoute : seconds * 1000,
    explicit: seconds !== undefined,
    shared,
    noCache: directives.has("no-cache"),
    // RFC 9111, section 5.2.2.10: s-maxage means proxy-revalidate as well.
    strict: ["no-cache", "must-revalidate", "proxy-revalidate", "s-maxage"].some((name) => directives.has(name)),
    immutable: directives.has("immutable"),
    staleWhileRevalidateMs: (secondsOf(directives, "stale-while-revalidate") ?? 0) * 1000,
    staleIfErrorMs: (secondsOf(directives, "stale-if-error") ?? 0) * 1000,
  };
}

/** RFC 9111, section 4.2.1: s-maxage before max-age before Expires. What cannot be read is stale. */
function explicitSeconds(directives: Directives, raw: readonly string[], nowMs: number): number | undefined {
  const seconds = secondsOf(directives, "s-maxage") ?? secondsOf(directives, "max-age");
  if (seconds !== undefined) return seconds;
  const expires = valuesOf(raw, "expires");
  if (!expires.length) return directives.has("no-cache") ? 0 : undefined;
  const end = expires.length === 1 ? dateMs(expires[0]) : undefined;
  if (end === undefined) return 0;
  return Math.max(0, (end - (dateMs(soleValue(raw, "date")) ?? nowMs)) / 1000);
}

/** HTTP/1.0's word for it, from an app that says nothing else. */
function isNoCachePragma(directives: Directives, raw: readonly string[]): boolean {
  return !directives.size && valuesOf(raw, "pragma").some((value) => /\bno-cache\b/i.test(value));
}

/**
 * May the answer to a GET be kept and given to others (RFC 9111, section 3)? Stricter than the RFC where a mistake of the
 * app would show one person's page to another: never with Set-Cookie, and after a request with cookies or a credential
 * only when the answer says `public` or `s-maxage`; `must-revalidate` is not enough for that.
 */
export function mayKeep(answer: AnswerHead, policy: Policy, { personal, authorised }: Asker): boolean {
  const { status, raw, length } = answer;
  const directives = readDirectives(valuesOf(raw, "cache-control"));
  if (directives.has("no-store") || directives.has("private")) return false;
  if ((personal || authorised) && !policy.shared) return false;
  if (!(policy.explicit ? KEPT_BY_ANSWER : KEPT_BY_ROUTE).has(status)) return false;
  if (policy.freshMs <= 0 && !(policy.explicit && hasValidator(raw))) return false;
  if (valuesOf(raw, "set-cookie").length || valuesOf(raw, "set-cookie2").length) return false;
  // Events have no end, whatever a route's ttl says.
  if (valuesOf(raw, "content-type").some((type) => /^text\/event-stream\b/i.test(type))) return false;
  // Without a length and chunks nobody knows whether it came whole.
  return length !== undefined || status === 204 || valuesOf(raw, "transfer-encoding").length > 0;
}

/** Can the upstream be asked whether it changed? */
function hasValidator(raw: readonly string[]): boolean {
  return soleValue(raw, "etag") !== undefined || dateMs(soleValue(raw, "last-modified")) !== undefined;
}

/** How old an answer was when it came, in ms (RFC 9111, section 4.2.3). `delayMs`: from the request to the answer. */
export function initialAgeMs(raw: readonly string[], nowMs: number, delayMs: number): number {
  const date = dateMs(soleValue(raw, "date")) ?? nowMs;
  const [age = ""] = (valuesOf(raw, "age")[0] ?? "").split(",");
  const told = /^\d{1,15}$/.test(age.trim()) ? Number(age) * 1000 : 0;
  return Math.max(nowMs - date, told + delayMs, 0);
}
