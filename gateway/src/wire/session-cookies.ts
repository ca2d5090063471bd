/**
 * Cookies of apps that the gateway keeps for paired devices, whose web views lose them (RFC 6265, section 5.3). Edges
 * capture and send them; the core stores them. Both change a jar by the same rule, {@link changedJar}.
 */

export type SameSite = "Strict" | "Lax" | "None";

/** One cookie. Times are in ms since 1970. */
export type KeptCookie = {
  name: string;
  value: string;
  /** Host name or domain as the upstream sees it, lower case. */
  domain: string;
  /** Only for exactly that host, not for those below it. */
  hostOnly: boolean;
  /** As the upstream sees it. */
  path: string;
  /** Absent: it has no end of its own. */
  expiresAt?: number;
  secure: boolean;
  httpOnly: boolean;
  sameSite: SameSite;
  /** Of the first cookie with this name, domain and path; stays when the value changes. */
  createdAt: number;
  setAt: number;
};

/** What names a cookie within a jar. */
export type CookieId = Pick<KeptCookie, "name" | "domain" | "path">;

export type CookieChange =
  | {
      kind: "set";
      cookie: KeptCookie;
      /** Made by an answer to a request that went out without the jar: it must not replace what that did not see. */
      onlyIfNew?: true;
    }
  | { kind: "remove"; cookie: CookieId };

/** Names the jar of one app at one device. What an earlier pairing of the same device had is another jar. */
export type JarName = {
  /** `device:…` */
  device: string;
  generation: number;
  app: string;
};

export type JarQuestion =
  /** Tell me what is in it. */
  | { type: "jar-wanted"; jar: JarName }
  /** An answer changed it. `number` grows with each message of an edge. */
  | { type: "jar-changes"; jar: JarName; number: number; changes: CookieChange[] };

/** What is in a jar now, the cookie set last at the end. `taken`: the edge's changes up to this number are in it. */
export type JarAnswer = { type: "jar"; jar: JarName; cookies: KeptCookie[]; taken?: number };

/** Most cookies that are kept of one app at one device (RFC 6265, section 6.1, asks for 50). */
export const MAX_COOKIES_OF_APP = 50;

/** Two cookies of one jar with the same text are one. */
export function cookieKey({ name, domain, path }: CookieId): string {
  return `${name}\n${domain}\n${path}`;
}

export function isOver({ expiresAt }: KeptCookie, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}

/** The jar after these changes, without what has expired by `now` (ms since 1970) and the oldest of too many. */
export function changedJar(
  jar: readonly KeptCookie[],
  changes: Iterable<CookieChange>,
  now: number,
): readonly KeptCookie[] {
  const cookies = new Map<string, KeptCookie>();
  for (const cookie of jar) if (!isOver(cookie, now)) cookies.set(cookieKey(cookie), cookie);
  for (const change of changes) {
    const key = cookieKey(change.cookie);
    const old = cookies.get(key);
    if (change.kind === "set" && change.onlyIfNew && old) continue;
    cookies.delete(key);
    if (change.kind === "remove" || isOver(change.cookie, now)) continue;
    // To the end: the first is the one that was set longest ago.
    cookies.set(key, old ? { ...change.cookie, createdAt: old.createdAt } : change.cookie);
  }
  return [...cookies.values()].slice(-MAX_COOKIES_OF_APP);
}
