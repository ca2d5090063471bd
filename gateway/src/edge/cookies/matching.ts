import { isIP } from "node:net";
import { isOver, type KeptCookie } from "../../wire/session-cookies.ts";

/** A request as the upstream sees it. */
export type Asked = {
  /** Host name or address, lower case, without port and brackets. */
  host: string;
  /** Without the query. */
  path: string;
  /** Is it told, or does it see, that the way is encrypted? */
  secure: boolean;
};

/** From where a request comes, for SameSite. */
export type Site = {
  /** Does a page of another site make it, by the browser's own word? */
  foreign: boolean;
  /** Does a browser go to it with a method that only reads, so that it becomes what the person sees? */
  navigation: boolean;
};

/** Does a host lie in a domain (RFC 6265, section 5.1.3)? */
export function domainMatches(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && isIP(host) === 0);
}

/** Does the path of a request lie below that of a cookie (RFC 6265, section 5.1.4)? */
export function pathMatches(path: string, ofCookie: string): boolean {
  if (!path.startsWith(ofCookie)) return false;
  return path.length === ofCookie.length || ofCookie.endsWith("/") || path[ofCookie.length] === "/";
}

/** The path of a cookie that names none (RFC 6265, section 5.1.4). */
export function defaultPath(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash <= 0 || !path.startsWith("/") ? "/" : path.slice(0, slash);
}

/**
 * The cookies of a jar for a request, as a browser would send them (RFC 6265, section 5.4), without those whose names
 * the client sends itself; undefined when there is none. `now`: ms since 1970.
 */
export function cookiesFor(
  jar: readonly KeptCookie[],
  asked: Asked,
  site: Site,
  sent: ReadonlySet<string>,
  now: number,
): string | undefined {
  const fitting = jar.filter(
    (cookie) =>
      !sent.has(cookie.name) &&
      !isOver(cookie, now) &&
      (cookie.hostOnly ? asked.host === cookie.domain : domainMatches(asked.host, cookie.domain)) &&
      pathMatches(asked.path, cookie.path) &&
      (asked.secure || !cookie.secure) &&
      siteAllows(cookie, site),
  );
  if (!fitting.length) return undefined;
  // Of those that one answer made, by name: whatever edge sends them, their order is the same.
  fitting.sort((a, b) => b.path.length - a.path.length || a.createdAt - b.createdAt || (a.name < b.name ? -1 : 1));
  return fitting.map(({ name, value }) => `${name}=${value}`).join("; ");
}

/** We send cookies in a browser's place, and must not send what it would have held back from a foreign page (CWE-352). */
function siteAllows({ sameSite }: KeptCookie, { foreign, navigation }: Site): boolean {
  return !foreign || sameSite === "None" || (sameSite === "Lax" && navigation);
}

/** The names of the cookies that a client sends. */
export function namesIn(header: string | undefined): Set<string> {
  const names = new Set<string>();
  for (const part of header?.split(";") ?? []) {
    const equals = part.indexOf("=");
    names.add((equals < 0 ? part : part.slice(0, equals)).trim());
  }
  return names;
}
