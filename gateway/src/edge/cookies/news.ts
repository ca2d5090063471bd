import { type CookieChange, cookieKey, type KeptCookie } from "../../wire/session-cookies.ts";

/**
 * Does a change tell anything that a jar does not know? Many apps set the same cookie with each answer: it is news when
 * something is different, or when a tenth of its life has passed.
 */
export function isNews(change: CookieChange, jar: readonly KeptCookie[]): boolean {
  const key = cookieKey(change.cookie);
  const old = jar.find((one) => cookieKey(one) === key);
  if (change.kind === "remove" || !old) return change.kind === "set" || old !== undefined;
  const { cookie } = change;
  const same =
    old.value === cookie.value &&
    old.hostOnly === cookie.hostOnly &&
    old.secure === cookie.secure &&
    old.httpOnly === cookie.httpOnly &&
    old.sameSite === cookie.sameSite;
  if (!same || old.expiresAt === undefined || cookie.expiresAt === undefined) {
    return !same || old.expiresAt !== cookie.expiresAt;
  }
  const later = cookie.expiresAt - old.expiresAt;
  return later < 0 || later * 10 >= cookie.expiresAt - cookie.setAt;
}
