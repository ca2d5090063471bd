import { randomId } from "../kit/ids.ts";
import { cookieValue, ENTRY_COOKIE } from "../wire/cookies.ts";
import type { Visit } from "./request.ts";

/** The page on the API's origin that leads back to an app's own host name. */
export const OPEN_PAGE = "/apps/.nekzus/open";

/** How long a browser may take to sign in, in seconds. */
const ENTRY_SECONDS = 3600;
/** Longest path that is kept over the sign-in, in characters; encoded it must fit into a request line. */
const MAX_PATH = 2000;

/**
 * Sends a browser without a credential from an app's host name to the API's origin, where its session is: the header of
 * the redirect, names and values by turns. The browser keeps a value meanwhile, so that the code it comes back with is
 * known to be its own. One that it holds already stays, for other windows that are on their way.
 */
export function signInRedirect(visit: Visit): string[] {
  const { head, secure, target, state } = visit;
  const name = secure ? ENTRY_COOKIE.secure : ENTRY_COOKIE.plain;
  const held = cookieValue(head.cookie, name);
  const entry = held !== undefined && /^[\w-]{16,64}$/.test(held) ? held : randomId("", 16);
  const path = target.path + target.query;
  const asked = { host: head.host, path: path.length > MAX_PATH ? "/" : path, state: entry };
  return [
    "Location",
    `${apiOrigin(visit)}${OPEN_PAGE}?${new URLSearchParams(asked)}`,
    "Set-Cookie",
    `${name}=${entry}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${ENTRY_SECONDS}${secure ? "; Secure" : ""}`,
    "Cache-Control",
    "no-store",
    "Referrer-Policy",
    "no-referrer",
    "X-API-Version",
    state.snapshot.version,
  ];
}

/**
 * The API's origin for a browser that is at an app's host name: the configured one, else the domain itself. On the API's
 * own listener it has the port that the browser used, which need not be ours behind a mapping of ports.
 */
function apiOrigin({ state, door, head, secure }: Visit): string {
  const { apiOrigin: known, baseDomain } = state.snapshot;
  if (!known.startsWith(":")) return known;
  const port = door.name === "api" ? (/:\d+$/.exec(head.host)?.[0] ?? "") : known;
  return `${secure ? "https" : "http"}://${baseDomain}${port}`;
}
