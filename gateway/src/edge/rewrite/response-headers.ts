import { PRIVATE_PREFIX } from "../../wire/request-facts.ts";
import type { RouteEntry } from "../../wire/snapshot.ts";
import { appMaySetCookie, HOP_BY_HOP } from "./request-headers.ts";

/**
 * What an app may not say on an origin that it shares with others (design, section 7): clear the origin's data,
 * pin its transport, move it elsewhere, or collect its errors.
 */
const ORIGIN_WIDE: ReadonlySet<string> = new Set([
  "clear-site-data",
  "strict-transport-security",
  "public-key-pins",
  "alt-svc",
  "nel",
  "report-to",
]);

/** The header of an app's answer as the client gets it, as a flat array. Content-Length is the caller's. */
export function appResponseHeaders(raw: readonly string[], route: RouteEntry): string[] {
  const named = connectionNames(raw);
  const out: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || lower === "content-length" || ORIGIN_WIDE.has(lower)) continue;
    if (lower.startsWith(PRIVATE_PREFIX) || named.has(lower) || route.removeResponseHeaders.includes(lower)) continue;
    if (lower === "set-cookie") {
      if (!route.stripResponseCookies && appMaySetCookie(value)) out.push(name, cookieForRoute(value, route));
    } else if (lower === "service-worker-allowed") {
      if (scopeBelow(value, route.pathBase)) out.push(name, value);
    } else if (lower === "location") {
      out.push(name, route.stripPrefix ? locationBelow(value, route.pathBase) : value);
    } else {
      out.push(name, value);
    }
  }
  return out;
}

/** Is the scope of a service worker, as a browser will read it (dot segments and backslashes resolved), below the prefix? */
function scopeBelow(scope: string, pathBase: string): boolean {
  if (!scope.startsWith("/")) return false;
  const url = URL.parse(scope, "http://app.invalid");
  return url?.host === "app.invalid" && url.pathname.startsWith(pathBase);
}

/** A redirect to an absolute path of an app that does not know its prefix leads below the prefix. */
function locationBelow(location: string, pathBase: string): string {
  if (!location.startsWith("/") || location.startsWith("//") || location.startsWith(pathBase)) return location;
  const path = location.replace(/[?#].*$/, "");
  return `${path}/` === pathBase ? location : pathBase + location.slice(1);
}

function cookieForRoute(cookie: string, route: RouteEntry): string {
  if (!route.rewriteCookiePaths || !route.stripPrefix) return cookie;
  return cookie.replace(/;\s*path=([^;]*)/i, (whole, path: string) => {
    const trimmed = path.trim();
    if (!trimmed.startsWith("/") || trimmed.startsWith(route.pathBase)) return whole;
    return `; Path=${route.pathBase}${trimmed.slice(1)}`;
  });
}

function connectionNames(raw: readonly string[]): Set<string> {
  const names = new Set<string>();
  for (let i = 0; i < raw.length; i += 2) {
    if ((raw[i] as string).toLowerCase() !== "connection") continue;
    for (const name of (raw[i + 1] as string).split(",")) names.add(name.trim().toLowerCase());
  }
  return names;
}
