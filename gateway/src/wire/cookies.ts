/** Names of our cookies. Over plain HTTP the `__Host-` prefix is not possible, and the names differ (design, section 7). */
export const SESSION_COOKIE = { secure: "__Host-nekzus-session", plain: "nekzus-session" } as const;
export const APPS_COOKIE = { secure: "__Host-nekzus-apps", plain: "nekzus-apps" } as const;
/** What a browser got at an app's host name before it went to sign in, and shows again when it comes back. */
export const ENTRY_COOKIE = { secure: "__Host-nekzus-entry", plain: "nekzus-entry" } as const;

const OURS: ReadonlySet<string> = new Set([
  SESSION_COOKIE.secure,
  SESSION_COOKIE.plain,
  APPS_COOKIE.secure,
  APPS_COOKIE.plain,
  ENTRY_COOKIE.secure,
  ENTRY_COOKIE.plain,
]);

/** Is this cookie name ours, so that apps may neither see nor set it? */
export function isOurCookie(name: string): boolean {
  return OURS.has(name);
}

/** The value of a cookie in a Cookie header, or undefined. Of several with one name the first counts. */
export function cookieValue(header: string | undefined, name: string): string | undefined {
  if (!header?.includes(name)) return undefined;
  for (const part of header.split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return undefined;
}

/** The Cookie header without our cookies; undefined when nothing is left. */
export function withoutOurCookies(header: string): string | undefined {
  if (!header.includes("nekzus-")) return header;
  const kept = header.split(";").filter((part) => {
    const equals = part.indexOf("=");
    return !isOurCookie((equals < 0 ? part : part.slice(0, equals)).trim());
  });
  return kept.length ? kept.join(";").trim() : undefined;
}
