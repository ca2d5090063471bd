import { PRIVATE_PREFIX } from "./request-facts.ts";

/** Headers that are for one hop only (RFC 9110, section 7.6.1). */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
]);

/**
 * What an app may not say on an origin that it shares with others (design, section 7): clear the origin's data,
 * pin its transport, move it elsewhere, or collect its errors.
 */
export const ORIGIN_WIDE: ReadonlySet<string> = new Set([
  "clear-site-data",
  "strict-transport-security",
  "public-key-pins",
  "alt-svc",
  "nel",
  "report-to",
]);

/** Written by the gateway into every request for an app. */
const OURS_IN_REQUESTS: ReadonlySet<string> = new Set([
  "forwarded",
  "x-real-ip",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-forwarded-port",
  "x-forwarded-prefix",
]);

/** What the body is made of: whoever says otherwise makes two readers see two messages. */
const FRAMING: ReadonlySet<string> = new Set(["content-length", "content-encoding", "content-range", "expect"]);

/**
 * `X_Forwarded.User` and `x-forwarded-user` are one header to many apps: where headers become variables (CGI), all that is
 * no letter and no digit becomes the same sign.
 */
export function spelledPlainly(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "-");
}

/** Why a route may not set this header of requests; undefined when it may. */
export function cannotSetInRequests(name: string): string | undefined {
  const plain = spelledPlainly(name);
  if (plain === "cookie") return "would take the place of everybody's own cookies";
  return cannotRemoveFromRequests(name);
}

/** Why a route may not remove this header of requests; undefined when it may. */
export function cannotRemoveFromRequests(name: string): string | undefined {
  const plain = spelledPlainly(name);
  if (plain === "host") return "is chosen by preserveHost";
  if (OURS_IN_REQUESTS.has(plain) || plain.startsWith(PRIVATE_PREFIX)) return "is written by the gateway itself";
  return ofTheConnection(plain);
}

/** Why a route may not set this header of answers; undefined when it may. */
export function cannotSetInAnswers(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (lower === "set-cookie") return "would set one and the same cookie for everybody";
  if (lower.startsWith(PRIVATE_PREFIX)) return "is written by the gateway itself";
  if (ORIGIN_WIDE.has(lower) || lower === "service-worker-allowed")
    return "would hold for other apps at the same address, too";
  return ofTheConnection(lower);
}

function ofTheConnection(plain: string): string | undefined {
  if (HOP_BY_HOP.has(plain) || plain.startsWith("sec-websocket-")) return "belongs to the connection";
  return FRAMING.has(plain) ? "says how the body is to be read" : undefined;
}
