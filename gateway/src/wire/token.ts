import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import { LRUCache } from "lru-cache";

/**
 * Tokens: JWT with HS256 and one fixed header (ruling R8, R20). They are recognised by that header, not by
 * being valid, so that even an expired one never reaches an upstream.
 */
export type TokenClaims = {
  iss: string;
  aud: string;
  /** `user:1`, `device:…` */
  sub: string;
  /** `access`: for API and apps. `apps`: the cookie of the apps origin. */
  typ: "access" | "apps";
  /** Id of the token; of a session's tokens: id of the session in `sid`. */
  jti: string;
  sid?: string;
  /** The one app that it opens; absent: whatever the subject may open. */
  app?: string;
  /** Instance that made it. */
  iid: string;
  /** Generation of the subject when it was made. */
  gen: number;
  scopes: string[];
  /** Seconds since 1970. */
  iat: number;
  exp: number;
};

/** Audience of the cookie on the apps origin. */
export const APPS_AUDIENCE = "nekzus-apps";

const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT","kid":"nekzus"}').toString("base64url");
const PREFIX = `${HEADER}.`;
/** Longest token that is looked at, in characters. */
const MAX_TOKEN = 4096;
/** Our API keys: `nekzus_` and 64 hex digits (public API page). */
const API_KEY = /^nekzus_[0-9a-f]{64}$/;

/** Is this text one of our tokens by its form, valid or not? Any other Bearer belongs to the app. */
export function isOurToken(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** Is this text one of our API keys by its form? */
export function isOurApiKey(text: string): boolean {
  return API_KEY.test(text);
}

const ANY_CREDENTIAL = new RegExp(`${HEADER}\\.|nekzus_[0-9a-f]{64}`);

/** Does a header's value hold one of our tokens or API keys, under whatever scheme, also in the base64 of Basic? */
export function holdsCredential(value: string): boolean {
  if (ANY_CREDENTIAL.test(value)) return true;
  const basic = /^basic\s+(\S+)/i.exec(value)?.[1];
  return basic !== undefined && ANY_CREDENTIAL.test(Buffer.from(basic, "base64").toString("latin1"));
}

const CREDENTIALS = new RegExp(`${HEADER}\\.[A-Za-z0-9_.-]*|nekzus_[0-9a-f]{64}`, "g");

/** The text with our tokens and API keys in it blotted out, for logs of what strangers choose. */
export function hideCredentials(text: string): string {
  if (!text.includes(HEADER) && !text.includes("nekzus_")) return text;
  return text.replace(CREDENTIALS, "[hidden]");
}

/** Signs claims. `key` is base64url of at least 32 bytes. */
export function signToken(claims: TokenClaims, key: string): string {
  const payload = PREFIX + Buffer.from(JSON.stringify(claims)).toString("base64url");
  return `${payload}.${createHmac("sha256", Buffer.from(key, "base64url")).update(payload).digest("base64url")}`;
}

export type TokenFault = "invalid" | "expired";
export type TokenResult = { claims: TokenClaims } | { fault: TokenFault };

export type TokenVerifier = {
  /**
   * Checks form, signature, issuer, audience, instance and times. The subject is the caller's to check. `graceMs`: how
   * long ago the token may have ended, and how far in the future it may have been made: by a clock that was wrong then.
   */
  verify(token: string, audience: string, nowMs: number, graceMs?: number): TokenResult;
  /** Forgets what was verified; called when something is revoked. */
  forget(): void;
};

/** How many verified tokens are remembered. */
const CACHE_SIZE = 2000;
/** A token made this much in the future, in seconds, is refused. */
const FUTURE_SECONDS = 60;

/** Makes a verifier for the tokens of one instance. Verified tokens are kept in a bounded cache. */
export function createTokenVerifier(options: { key: string; issuer: string; instanceId: string }): TokenVerifier {
  const key: KeyObject = createSecretKey(Buffer.from(options.key, "base64url"));
  const seen = new LRUCache<string, TokenClaims>({ max: CACHE_SIZE });

  function parse(token: string): TokenClaims | undefined {
    if (token.length > MAX_TOKEN || !token.startsWith(PREFIX)) return undefined;
    const dot = token.indexOf(".", PREFIX.length);
    if (dot < 0 || token.indexOf(".", dot + 1) >= 0) return undefined;
    const expected = createHmac("sha256", key).update(token.slice(0, dot)).digest();
    const given = Buffer.from(token.slice(dot + 1), "base64url");
    // The text itself is compared too: base64url has several spellings of the last character.
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    if (expected.toString("base64url") !== token.slice(dot + 1)) return undefined;
    try {
      return checkedClaims(JSON.parse(Buffer.from(token.slice(PREFIX.length, dot), "base64url").toString()));
    } catch {
      return undefined;
    }
  }

  return {
    verify(token, audience, nowMs, graceMs = 0) {
      const claims = seen.get(token) ?? parse(token);
      if (!claims) return { fault: "invalid" };
      if (claims.iss !== options.issuer || claims.iid !== options.instanceId) return { fault: "invalid" };
      seen.set(token, claims);
      if (claims.aud !== audience) return { fault: "invalid" };
      const now = nowMs / 1000;
      if (claims.iat > now + FUTURE_SECONDS + graceMs / 1000) return { fault: "invalid" };
      if (claims.exp + graceMs / 1000 <= now) return { fault: "expired" };
      return { claims };
    },
    forget: () => seen.clear(),
  };
}

function checkedClaims(value: unknown): TokenClaims | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const claims = value as Record<string, unknown>;
  const texts = ["iss", "aud", "sub", "jti", "iid"].every((name) => typeof claims[name] === "string");
  const numbers = ["gen", "iat", "exp"].every((name) => Number.isSafeInteger(claims[name]));
  const typ = claims.typ === "access" || claims.typ === "apps";
  const sid = claims.sid === undefined || typeof claims.sid === "string";
  const app = claims.app === undefined || typeof claims.app === "string";
  const scopes = Array.isArray(claims.scopes) && claims.scopes.every((scope) => typeof scope === "string");
  return texts && numbers && typ && sid && app && scopes ? (claims as unknown as TokenClaims) : undefined;
}
