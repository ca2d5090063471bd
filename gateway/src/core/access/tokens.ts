import type { Clock } from "../../kit/clock.ts";
import { randomId } from "../../kit/ids.ts";
import { APPS_AUDIENCE, createTokenVerifier, signToken, type TokenClaims, type TokenFault } from "../../wire/token.ts";
import type { CoreBus } from "../events/topics.ts";
import type { Storage } from "../storage/storage.ts";
import { createCredentialStore } from "./credential-store.ts";

/** Life of a token, and of the cookie for apps (20 §2.1; ruling R8). */
export const TOKEN_LIFETIME_MS = 12 * 60 * 60 * 1000;

/** For whom a token is made. */
export type TokenSubject = {
  id: string;
  generation: number;
  scopes: readonly string[];
  expiresAt?: number | undefined;
};

/** What was withdrawn is remembered for so long beyond its end, in ms: for as long as it could be exchanged. */
const REVOKED_FOR_MS = 8 * 24 * 60 * 60 * 1000;

export type TokenOptions = {
  /** base64url of at least 32 bytes. */
  key: string;
  issuer: string;
  audience: string;
  instanceId: string;
};

export type Tokens = {
  /** What a token for API and apps says, of the line of tokens `family`. A subject with an end has no token beyond it. */
  claims(subject: TokenSubject, family: string): TokenClaims;
  /** Signs claims; the same claims always make the same token. */
  sign(claims: TokenClaims): string;
  /**
   * The cookie for the apps origin, or with `app` for the host name of that one app. It lives no longer than its session
   * and ends with it.
   */
  mintApps(
    subject: TokenSubject,
    session: { id: string; expiresAt: number },
    app?: string,
  ): { token: string; expiresIn: number };
  /** Judges an access token: signature, claims, times, and whether it was withdrawn. The subject is the caller's to check. */
  check(token: string, graceMs?: number): Promise<{ claims: TokenClaims } | { fault: TokenFault | "revoked" }>;
  /** Withdraws a token before its end, with all that it was and could be exchanged for. */
  revoke(claims: Pick<TokenClaims, "jti" | "sid" | "exp">): Promise<void>;
  /** Ids of tokens and sessions that were withdrawn and whose tokens would still be good. */
  revokedIds(): Promise<string[]>;
};

/** Makes and judges the tokens of this instance. */
export function createTokens(parts: { storage: Storage; clock: Clock; bus: CoreBus; options: TokenOptions }): Tokens {
  const { clock, bus, options } = parts;
  const store = createCredentialStore(parts.storage);
  const verifier = createTokenVerifier(options);

  function claimsOf(
    subject: TokenSubject,
    typ: TokenClaims["typ"],
    lifeMs: number,
    more: Pick<TokenClaims, "sid" | "app">,
  ): TokenClaims {
    const iat = Math.floor(clock.now() / 1000);
    const expiresIn = Math.max(0, Math.floor(lifeMs / 1000));
    return {
      iss: options.issuer,
      aud: typ === "apps" ? APPS_AUDIENCE : options.audience,
      sub: subject.id,
      typ,
      jti: randomId("tok_"),
      iid: options.instanceId,
      gen: subject.generation,
      scopes: [...subject.scopes],
      iat,
      exp: iat + expiresIn,
      ...more,
    };
  }

  return {
    claims(subject, family) {
      const left = subject.expiresAt === undefined ? TOKEN_LIFETIME_MS : subject.expiresAt - clock.now();
      return claimsOf(subject, "access", Math.min(TOKEN_LIFETIME_MS, left), { sid: family });
    },
    sign: (claims) => signToken(claims, options.key),
    mintApps(subject, session, app) {
      const more = { sid: session.id, ...(app === undefined ? {} : { app }) };
      const claims = claimsOf(subject, "apps", Math.min(TOKEN_LIFETIME_MS, session.expiresAt - clock.now()), more);
      return { token: signToken(claims, options.key), expiresIn: claims.exp - claims.iat };
    },
    async check(token, graceMs = 0) {
      const result = verifier.verify(token, options.audience, clock.now(), graceMs);
      if ("fault" in result) return result;
      const { claims } = result;
      // The audience is a setting and could be that of the apps cookie; the type could not.
      if (claims.typ !== "access") return { fault: "invalid" };
      const ids = claims.sid === undefined ? [claims.jti] : [claims.jti, claims.sid];
      return (await store.anyRevoked(ids)) ? { fault: "revoked" } : { claims };
    },
    async revoke({ jti, sid, exp }) {
      const id = sid ?? jti;
      await store.revoke(id, exp * 1000 + REVOKED_FOR_MS);
      bus.emit("credentials-revoked", { ids: [id] });
    },
    revokedIds: () => store.revokedIds(clock.now()),
  };
}
