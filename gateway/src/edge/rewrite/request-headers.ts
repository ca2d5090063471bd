import { isOurCookie, withoutOurCookies } from "../../wire/cookies.ts";
import { HOP_BY_HOP, spelledPlainly } from "../../wire/header-rules.ts";
import type { Principal } from "../../wire/principal.ts";
import { PRIVATE_PREFIX } from "../../wire/request-facts.ts";
import { holdsCredential } from "../../wire/token.ts";
import type { Head } from "../decide/head.ts";
import { writeFields } from "../http1/fields.ts";
import { createNameTable } from "../http1/name-table.ts";
import { traceIdOf } from "../log/trace.ts";
import type { Visit } from "../request.ts";

/** Written by us, whatever the client sent. */
const REPLACED: ReadonlySet<string> = new Set(["host", "content-length", "expect", "forwarded", "x-real-ip"]);

/**
 * Headers that well-known apps and servers take for the truth about who asks, from where, and for what. Behind us only
 * we can know that.
 */
const BELIEVED: ReadonlySet<string> = new Set([
  // As a variable it is HTTP_PROXY, by which programs choose their proxy (CVE-2016-5385).
  "proxy",
  "client-ip",
  "forwarded-for",
  "proxy-client-ip",
  "wl-proxy-client-ip",
  "http-client-ip",
  "http-x-forwarded-for",
  "true-client-ip",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-originating-ip",
  "x-envoy-external-address",
  "cf-connecting-ip",
  "cf-connecting-ipv6",
  "fastly-client-ip",
  "fly-client-ip",
  "x-proxyuser-ip",
  "x-appengine-user-ip",
  "x-azure-clientip",
  "x-azure-socketip",
  "x-real-port",
  "x-host",
  "x-rewrite-url",
  "remote-user",
  "remote-groups",
  "remote-email",
  "remote-name",
  "x-remote-user",
  "x-remote-groups",
  "x-remote-email",
  "x-remote-name",
  "x-authenticated-user",
  "x-authenticated-userid",
  "x-user",
  "x-proxy-user",
  "x-token-subject",
  "cf-access-authenticated-user-email",
  "cf-access-jwt-assertion",
  "x-vouch-user",
  "x-client-verify",
  "x-client-dn",
]);
const BELIEVED_PREFIXES = [
  "x-forwarded",
  "x-original-",
  "x-webauth-",
  "x-auth-request-",
  "x-authentik-",
  "x-pomerium-",
  "x-goog-authenticated-user-",
  "x-goog-iap-",
  "x-ms-client-principal",
  "tailscale-user-",
  "ssl-client-",
  "x-ssl-client-",
  "x-token-user-",
  "oidc-claim-",
  "x-amzn-oidc-",
];

/** Would an app believe this header, although anybody can send it? */
function isBelieved(name: string): boolean {
  return (
    name.startsWith(PRIVATE_PREFIX) || BELIEVED.has(name) || BELIEVED_PREFIXES.some((prefix) => name.startsWith(prefix))
  );
}

/** What becomes of a client's header on the way to an app. */
type Fate = "pass" | "drop" | "authorization" | "x-api-key" | "cookie" | "te" | "trace" | "origin";

const fateOf = createNameTable<Fate>((lower) => {
  const plain = spelledPlainly(lower);
  if (plain === "te" || plain === "origin") return plain;
  if (HOP_BY_HOP.has(plain) || REPLACED.has(plain) || isBelieved(plain)) return "drop";
  if (plain === "authorization" || plain === "x-api-key" || plain === "cookie") return plain;
  return plain === "traceparent" || plain === "tracestate" ? "trace" : "pass";
});

/** What a route changes of a request's headers. */
export type RequestEdits = {
  /** Names and values by turns. */
  set: readonly string[];
  /** Names of the client's headers that the app does not get, spelled plainly. */
  withheld: ReadonlySet<string>;
};

export type Forwarding = {
  /** Client address after trusted proxies, and the address of the direct peer. */
  client: string;
  peer: string;
  /** Is the direct peer a trusted proxy, so that its chain is continued? */
  peerTrusted: boolean;
  proto: "http" | "https";
  /** Port the client reached, as text. */
  port: string;
  /** Set when the prefix is stripped. */
  prefix: string | undefined;
  /** Host to send: the client's, or the upstream's own. */
  host: string;
  /** Origin to send in place of the client's, if it is another one. */
  origin: string | undefined;
  /** Ids of the gateways that the request came through, ours last. */
  hops: string;
  /** Whom to name to the upstream, if the route asks for it. */
  identity: Principal | undefined;
  /** What the route changes of the client's headers, if it does. */
  edits: RequestEdits | undefined;
  upgrade: boolean;
  /** Length of the body, "chunked", or undefined without one. */
  body: string | undefined;
};

/**
 * The header that goes to an app, as a flat array: end-to-end headers of the client without anything that is ours,
 * then our own (20 §1.4).
 */
export function appRequestHeaders(raw: readonly string[], head: Head, forwarding: Forwarding): string[] {
  const { edits } = forwarding;
  const named = connectionNames(head.connection);
  const traced = traceIdOf(head.traceparent) !== undefined;
  const out: string[] = ["Host", forwarding.host];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    const fate = fateOf(name);
    if (fate === "drop" || named?.has(name.toLowerCase())) continue;
    if (edits?.withheld.has(spelledPlainly(name))) continue;
    if (fate !== "pass") {
      if (fate === "trace" ? !traced : isWithheld(fate, value)) continue;
      if (fate === "origin") {
        out.push(name, forwarding.origin ?? value);
        continue;
      }
      if (fate === "te") {
        out.push("TE", "trailers");
        continue;
      }
      if (fate === "cookie") {
        const kept = withoutOurCookies(value);
        if (kept !== undefined) out.push(name, kept);
        continue;
      }
    }
    out.push(name, value);
  }
  const chain =
    forwarding.peerTrusted && head.forwardedFor ? `${head.forwardedFor}, ${forwarding.peer}` : forwarding.peer;
  out.push("X-Forwarded-For", chain, "X-Real-IP", forwarding.client);
  out.push("X-Forwarded-Host", head.host, "X-Forwarded-Proto", forwarding.proto, "X-Forwarded-Port", forwarding.port);
  if (forwarding.prefix !== undefined) out.push("X-Forwarded-Prefix", forwarding.prefix);
  out.push("X-Nekzus-Hop", forwarding.hops);
  if (edits) out.push(...edits.set);
  if (forwarding.identity) {
    out.push("X-Nekzus-User", fieldText(forwarding.identity.name));
    out.push("X-Nekzus-Scopes", fieldText(forwarding.identity.scopes.join(" ")));
  }
  pushFraming(out, head, forwarding);
  return out;
}

/** The header that goes to the core: the client's, without anything that only we may say, and the facts. */
export function coreRequestHeaders(
  raw: readonly string[],
  head: Head,
  forwarding: Pick<Forwarding, "upgrade" | "body">,
  facts: string,
): string[] {
  const named = connectionNames(head.connection);
  const out: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    if (HOP_BY_HOP.has(name) || named?.has(name) || name === "content-length" || name === "expect") continue;
    if (name.startsWith(PRIVATE_PREFIX) && name !== "x-nekzus-proof") continue;
    out.push(name, raw[i + 1] as string);
  }
  out.push("x-nekzus-facts", facts);
  pushFraming(out, head, forwarding);
  return out;
}

/** Trailers of a request as an app gets them: what would be withheld or replaced in the header is left out. */
export function appTrailers(raw: readonly string[], edits?: RequestEdits): string[] {
  const out: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    if (fateOf(name) === "pass" && !edits?.withheld.has(spelledPlainly(name))) out.push(name, raw[i + 1] as string);
  }
  return out;
}

/** Is this a credential of ours, or a TE without trailers? */
function isWithheld(fate: Fate, value: string): boolean {
  if (fate === "te") return !/\btrailers\b/i.test(value);
  return (fate === "authorization" || fate === "x-api-key") && holdsCredential(value);
}

/** What the header says of the body's framing: `chunked`, a length, or nothing. Some read `010` as eight. */
export function framingOf({ request, head }: Pick<Visit, "request" | "head">): string | undefined {
  return request.body === "chunked" ? "chunked" : head.contentLength?.replace(/^0+(?=\d)/, "");
}

/** The head of a request in latin1. Names and values come from our parser, so they hold no line ends. */
export function requestHead(method: string, target: string, headers: readonly string[]): string {
  return `${method} ${target} HTTP/1.1\r\n${writeFields(headers)}\r\n`;
}

function pushFraming(out: string[], head: Head, forwarding: Pick<Forwarding, "upgrade" | "body">): void {
  if (forwarding.upgrade) out.push("Connection", "Upgrade", "Upgrade", head.upgrade as string);
  else out.push("Connection", "keep-alive");
  if (forwarding.body === "chunked") out.push("Transfer-Encoding", "chunked");
  else if (forwarding.body !== undefined) out.push("Content-Length", forwarding.body);
}

/** Headers that the client's Connection names: for this hop only. Ours are added after, so it cannot remove them. */
function connectionNames(connection: string | undefined): Set<string> | undefined {
  if (connection === undefined || /^(keep-alive|close|upgrade)$/i.test(connection)) return undefined;
  const names = new Set(connection.split(",").map((name) => name.trim().toLowerCase()));
  // End-to-end by definition (RFC 9110, section 7.6.1), and what guards decide by: not for a client to take away.
  for (const name of ["host", "origin", "cookie", "authorization", "x-api-key", "te"]) names.delete(name);
  return names;
}

/**
 * A name as the value of a header: in UTF-8, as apps expect it, without control characters. Heads are written byte for
 * character, so that any other letter above U+00FF would end up as another one, even as the end of the line.
 */
function fieldText(text: string): string {
  return Buffer.from(text.replace(/\p{Cc}/gu, " ")).toString("latin1");
}

/**
 * May an app set this cookie? Not with one of our names; nor without a name and with one of ours in its value, because
 * browsers send `=a=b` back as `a=b` (RFC 6265bis, section 5.7).
 */
export function appMaySetCookie(setCookie: string): boolean {
  return !isOurCookie((setCookie.replace(/^[\s=]+/, "").split("=", 1)[0] as string).trim());
}
