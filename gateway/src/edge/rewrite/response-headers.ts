import { HOP_BY_HOP, ORIGIN_WIDE } from "../../wire/header-rules.ts";
import { intoPrefix } from "../../wire/prefix-rule.ts";
import { PRIVATE_PREFIX } from "../../wire/request-facts.ts";
import type { RouteEntry } from "../../wire/snapshot.ts";
import { httpDate } from "../http1/date.ts";
import { createNameTable } from "../http1/name-table.ts";
import {
  type AddressHeader,
  addressHeader,
  cookieOfHost,
  cookiePathInPrefix,
  headerInPrefix,
  type PrefixedAnswer,
} from "./prefix/answer-headers.ts";
import { type PolicyScript, policyWithScript } from "./prefix/content-security-policy.ts";
import { appMaySetCookie } from "./request-headers.ts";

/** What becomes of a header of an app's answer on the way to the client. */
type Fate = "pass" | "drop" | "connection" | "date" | "set-cookie" | "service-worker-allowed" | AddressHeader;

const fateOf = createNameTable<Fate>((lower) => {
  if (lower === "connection") return "connection";
  if (HOP_BY_HOP.has(lower) || lower === "content-length" || ORIGIN_WIDE.has(lower)) return "drop";
  if (lower.startsWith(PRIVATE_PREFIX)) return "drop";
  if (lower === "date" || lower === "set-cookie" || lower === "service-worker-allowed") return lower;
  return addressHeader(lower) ?? "pass";
});

/**
 * The header of an app's answer as the client gets it, as a flat array. Content-Length is the caller's. `nowMs`: for a
 * missing Date. `prefixed` says what is known of an answer whose route strips its prefix; without it only paths are put
 * into the prefix.
 */
export function appResponseHeaders(
  raw: readonly string[],
  route: RouteEntry,
  nowMs: number,
  prefixed?: PrefixedAnswer,
): string[] {
  const out: string[] = [];
  if (!pushAppFields(out, raw, route, prefixed)) out.push("Date", httpDate(nowMs));
  if (route.setResponseHeaders.length) pushOwnFields(out, route.setResponseHeaders, prefixed?.script);
  return out;
}

/** Adds what the route sets. */
function pushOwnFields(out: string[], fields: readonly string[], script: PolicyScript | undefined): void {
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    const value = fields[i + 1] as string;
    out.push(name, script && fateOf(name) === "policy" ? policyWithScript(value, script) : value);
  }
}

/** Trailers of an app's answer as the client gets them: those that may stand in a header, too. */
export function appResponseTrailers(raw: readonly string[], route: RouteEntry): string[] {
  const out: string[] = [];
  pushAppFields(out, raw, route);
  return out;
}

/** Adds what may pass to `out`, and answers whether there is a date. */
function pushAppFields(out: string[], raw: readonly string[], route: RouteEntry, prefixed?: PrefixedAnswer): boolean {
  const named = connectionNames(raw);
  const removed = route.removeResponseHeaders;
  let dated = false;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    const fate = fateOf(name);
    if (fate === "date") dated = true;
    if (fate === "drop" || fate === "connection") continue;
    if ((named || removed.length) && isRemoved(name.toLowerCase(), named, removed)) continue;
    switch (fate) {
      case "set-cookie":
        if (!route.stripResponseCookies && appMaySetCookie(value)) {
          out.push(name, cookieForRoute(value, route, prefixed));
        }
        break;
      case "service-worker-allowed": {
        const scope = route.stripPrefix ? intoPrefix((prefixed ?? pathsOnly(route)).app.rule, value) : value;
        if (scopeBelow(scope, route.pathBase)) out.push(name, scope);
        break;
      }
      case "pass":
      case "date":
        out.push(name, value);
        break;
      default:
        out.push(name, route.stripPrefix ? headerInPrefix(fate, value, prefixed ?? pathsOnly(route)) : value);
    }
  }
  return dated;
}

function isRemoved(lower: string, named: ReadonlySet<string> | undefined, removed: readonly string[]): boolean {
  return named?.has(lower) || removed.includes(lower);
}

/** Is the scope of a service worker, as a browser will read it (dot segments and backslashes resolved), below the prefix? */
function scopeBelow(scope: string, pathBase: string): boolean {
  if (!scope.startsWith("/")) return false;
  const url = URL.parse(scope, "http://app.invalid");
  return url?.host === "app.invalid" && url.pathname.startsWith(pathBase);
}

/** What is known of an answer by its route alone. */
function pathsOnly(route: RouteEntry): PrefixedAnswer {
  return { app: { rule: { prefix: route.pathBase, exclude: [], origins: [] }, upstreamOrigins: [] }, status: 0 };
}

function cookieForRoute(cookie: string, route: RouteEntry, prefixed: PrefixedAnswer | undefined): string {
  // At a host name of its own the whole path is the app's.
  const here = cookieOfHost(cookie, route.pathBase === "/" ? route.hosts : []);
  if (!route.rewriteCookiePaths || !route.stripPrefix) return here;
  return cookiePathInPrefix((prefixed ?? pathsOnly(route)).app.rule, here);
}

/** Headers that the answer's Connection names; undefined without any but the usual words. */
function connectionNames(raw: readonly string[]): Set<string> | undefined {
  let names: Set<string> | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    // Lengths first, as most have another one; and most of the others say just this.
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    if (name.length !== 10 || value === "keep-alive" || fateOf(name) !== "connection") continue;
    for (const part of value.split(",")) {
      const one = part.trim().toLowerCase();
      if (one === "keep-alive" || one === "close" || one === "upgrade") continue;
      names ??= new Set();
      names.add(one);
    }
  }
  return names;
}
