/** The two names of one of our cookies (wire/cookies.ts). */
type CookieNames = { secure: string; plain: string };

const FLAGS = "Path=/; HttpOnly; SameSite=Lax";

/** A Set-Cookie line. `secure`: did the request come over TLS? `maxAge` in seconds. */
export function setCookie(names: CookieNames, secure: boolean, value: string, maxAge: number): string {
  return `${secure ? names.secure : names.plain}=${value}; ${FLAGS}; Max-Age=${maxAge}${secure ? "; Secure" : ""}`;
}

/** A Set-Cookie line that takes the cookie away. */
export function clearCookie(names: CookieNames, secure: boolean): string {
  return setCookie(names, secure, "", 0);
}
