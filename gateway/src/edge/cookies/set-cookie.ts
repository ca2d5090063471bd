import { isIP } from "node:net";
import type { CookieChange, SameSite } from "../../wire/session-cookies.ts";
import { cookieDate } from "./cookie-date.ts";
import { type Asked, defaultPath, domainMatches } from "./matching.ts";

/** Longest name and value together, in bytes (RFC 6265, section 6.1). */
const MAX_PAIR = 4096;
/** Longest value of an attribute, in bytes; longer ones do not count (RFC 6265bis, section 5.6). */
const MAX_ATTRIBUTE = 1024;
/** Longest life of a cookie, in ms: 400 days (RFC 6265bis, section 5.5). */
const MAX_LIFE_MS = 400 * 24 * 3_600_000;

/** What the attributes of a Set-Cookie say; the last one of a name counts. */
type Attributes = {
  expires: number | undefined;
  /** In seconds. */
  maxAge: number | undefined;
  domain: string;
  path: string | undefined;
  secure: boolean;
  httpOnly: boolean;
  sameSite: SameSite;
};

/**
 * What an upstream's Set-Cookie does to the jar, as a browser understands it (RFC 6265, sections 5.2 and 5.3, with the
 * prefixes of RFC 6265bis); undefined when it must be ignored. `text` is in latin1, a byte to a character; `now` in ms since 1970.
 */
export function readSetCookie(text: string, asked: Asked, now: number): CookieChange | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(text)) return undefined;
  const [pair = "", ...rest] = text.split(";");
  const equals = pair.indexOf("=");
  if (equals < 0) return undefined;
  const name = trimmed(pair.slice(0, equals));
  const value = trimmed(pair.slice(equals + 1));
  if (!name || name.length + value.length > MAX_PAIR) return undefined;
  const attributes = readAttributes(rest);
  const { secure, httpOnly, sameSite } = attributes;
  const place = domainOf(attributes.domain, asked.host);
  const path = attributes.path ?? defaultPath(asked.path);
  if (!place || path.length > MAX_ATTRIBUTE || (secure && !asked.secure)) return undefined;
  if (!prefixAllows(name.toLowerCase(), attributes)) return undefined;
  const id = { name, domain: place.domain, path };
  const end = endOf(attributes, now);
  if (end !== undefined && end <= now) return { kind: "remove", cookie: id };
  const expiresAt = end === undefined ? {} : { expiresAt: Math.min(end, now + MAX_LIFE_MS) };
  const { hostOnly } = place;
  const cookie = { ...id, value, hostOnly, ...expiresAt, secure, httpOnly, sameSite, createdAt: now, setAt: now };
  return { kind: "set", cookie };
}

function readAttributes(parts: readonly string[]): Attributes {
  const found: Attributes = {
    expires: undefined,
    maxAge: undefined,
    domain: "",
    path: undefined,
    secure: false,
    httpOnly: false,
    sameSite: "Lax",
  };
  for (const part of parts) {
    const equals = part.indexOf("=");
    const name = trimmed(equals < 0 ? part : part.slice(0, equals)).toLowerCase();
    const value = equals < 0 ? "" : trimmed(part.slice(equals + 1));
    if (value.length > MAX_ATTRIBUTE) continue;
    switch (name) {
      case "expires":
        found.expires = cookieDate(value) ?? found.expires;
        break;
      case "max-age":
        if (/^-?\d+$/.test(value)) found.maxAge = Number(value);
        break;
      case "domain":
        found.domain = value.replace(/^\./, "").toLowerCase();
        break;
      case "path":
        found.path = value.startsWith("/") ? value : undefined;
        break;
      case "secure":
        found.secure = true;
        break;
      case "httponly":
        found.httpOnly = true;
        break;
      case "samesite":
        found.sameSite = SAME_SITE[value.toLowerCase()] ?? "Lax";
        break;
    }
  }
  return found;
}

const SAME_SITE: Readonly<Record<string, SameSite>> = { strict: "Strict", lax: "Lax", none: "None" };

/** When the cookie ends, in ms since 1970: Max-Age goes before Expires. */
function endOf({ maxAge, expires }: Attributes, now: number): number | undefined {
  if (maxAge === undefined) return expires;
  return maxAge <= 0 ? 0 : now + maxAge * 1000;
}

/**
 * For which hosts the cookie is. A domain of one label, such as `local`, belongs to everybody, as every suffix that
 * nobody registered: only a host of just that name may use it, and then for itself.
 */
function domainOf(domain: string, host: string): { domain: string; hostOnly: boolean } | undefined {
  if (!domain) return { domain: host, hostOnly: true };
  if (!domainMatches(host, domain)) return undefined;
  if (domain.includes(".") && isIP(host) === 0) return { domain, hostOnly: false };
  return domain === host ? { domain, hostOnly: true } : undefined;
}

/** A name with a prefix promises how the cookie was set (RFC 6265bis, section 4.1.3). */
function prefixAllows(name: string, { secure, domain, path }: Attributes): boolean {
  if (name.startsWith("__secure-")) return secure;
  if (name.startsWith("__host-")) return secure && !domain && path === "/";
  return true;
}

function trimmed(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, "");
}
