import type { Clock } from "../../kit/clock.ts";
import type { CookieChange, JarName } from "../../wire/session-cookies.ts";
import type { Upstream } from "../../wire/snapshot.ts";
import { isNavigation } from "../decide/head.ts";
import type { Way } from "../forward/forward.ts";
import type { Visit } from "../request.ts";
import { appMaySetCookie } from "../rewrite/request-headers.ts";
import type { Jar, Jars } from "./jars.ts";
import { type Asked, cookiesFor, namesIn } from "./matching.ts";
import { readSetCookie } from "./set-cookie.ts";

/** The kept cookies of one request. */
export type DeviceCookies = {
  /**
   * Adds the fitting cookies to the header of the request, and answers the way on which those of the answer are captured.
   * `host` and `path` are those that the upstream sees, the path without the query. The client gets its answer as without us.
   */
  along(
    way: Way,
    headers: string[],
    visit: Pick<Visit, "head" | "request" | "secure">,
    to: { upstream: Upstream; host: string; path: string },
  ): Way;
};

/** What is done for a request of a device with the jar of the app, as it is known when the request goes out. */
export function deviceCookies(jars: Jars, name: JarName, jar: Jar, clock: Clock): DeviceCookies {
  const isKnown = jar.base !== undefined;
  return {
    along(way, headers, { head, request, secure }, { upstream, host, path }) {
      const asked: Asked = { host: nameOf(host), path, secure: secure || upstream.secure };
      const sent = namesIn(head.cookie);
      const site = { foreign: head.fetchSite === "cross-site", navigation: isNavigation(request.method, head) };
      const kept = cookiesFor(jar.cookies, asked, site, sent, clock.now());
      if (kept) addCookies(headers, kept);
      return {
        ...way,
        onAnswer(raw) {
          const changes = captured(raw, asked, clock.now())
            .map((change) => (isKnown || sent.has(change.cookie.name) ? change : onlyInGaps(change)))
            .filter((change) => change !== undefined);
          if (changes.length) jars.change(name, changes);
        },
      };
    },
  };
}

/** Puts cookies behind those that the client sends. */
function addCookies(headers: string[], kept: string): void {
  for (let i = 0; i < headers.length; i += 2) {
    if ((headers[i] as string).toLowerCase() !== "cookie") continue;
    const own = (headers[i + 1] as string).trim();
    headers[i + 1] = own ? `${own}; ${kept}` : kept;
    return;
  }
  headers.push("Cookie", kept);
}

/** What an answer does to the jar. Our own names are no app's to set. */
function captured(raw: readonly string[], asked: Asked, now: number): CookieChange[] {
  const changes: CookieChange[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    if (name.length !== 10 || name.toLowerCase() !== "set-cookie" || !appMaySetCookie(value)) continue;
    const change = readSetCookie(value, asked, now);
    if (change) changes.push(change);
  }
  return changes;
}

/**
 * The request went out without a jar, because the core was away: an app greets it as a stranger, and what it sets then
 * must not take the place of the sign-in that is kept.
 */
function onlyInGaps(change: CookieChange): CookieChange | undefined {
  return change.kind === "set" ? { ...change, onlyIfNew: true } : undefined;
}

/** A Host header without its port. */
function nameOf(host: string): string {
  return host
    .toLowerCase()
    .replace(/:\d*$/, "")
    .replace(/^\[(.*)\]$/, "$1");
}
