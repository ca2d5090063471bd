import { createHash } from "node:crypto";
import { type Network, parseNetwork } from "../../kit/addresses.ts";
import { commonScopes } from "../../kit/scopes.ts";
import { APPS_COOKIE, cookieValue } from "../../wire/cookies.ts";
import { ANONYMOUS, LOCAL, type Principal } from "../../wire/principal.ts";
import { missingScopes } from "../../wire/route-access.ts";
import type { RouteEntry, Subject } from "../../wire/snapshot.ts";
import { APPS_AUDIENCE, isOurApiKey, isOurToken, type TokenClaims, type TokenVerifier } from "../../wire/token.ts";
import type { Head } from "./head.ts";

/** What was shown, so that it can be judged again while a stream lasts. */
export type Shown =
  | { kind: "nothing" }
  | { kind: "token"; token: string; audience: "access" | "apps" }
  | { kind: "apikey"; hash: string };

/** What a stream lasts by, judged again whenever someone loses authority. */
export type Authority =
  | { kind: "anonymous" | "local" }
  | { kind: "claims"; claims: TokenClaims }
  | { kind: "apikey"; hash: string };

/** A token that was good, and until when, in ms since 1970. */
export type Judged = {
  audience: "access" | "apps";
  until: number;
  /** The only app that it is good for, if it is bound to one. */
  app: string | undefined;
  principal: Principal;
  authority: Authority;
};

/** What decides who someone is. Deltas change it in place, between two requests. */
export type Credentials = {
  audience: string;
  verifier: TokenVerifier;
  subjects: Map<string, Subject>;
  apiKeys: ReadonlyMap<string, string>;
  revoked: Set<string>;
  /** Who stood behind a token when it was last judged; emptied by whatever may change that. */
  judged: Map<string, Judged>;
};

export type Identity = { principal: Principal; authority: Authority; fault?: "invalid" | "expired" | "revoked" };

const NOBODY = { principal: ANONYMOUS, authority: { kind: "anonymous" } } as const satisfies Identity;

/**
 * Finds the credential of a request to an app. Ours are recognised by form and judged alone (ruling R20); another
 * Bearer belongs to the app. The cookie counts only on the apps origin.
 */
export function shownCredential(head: Head, listener: "api" | "apps", secure: boolean, sharedOrigin: boolean): Shown {
  const bearer = bearerOf(head.authorization);
  if (bearer !== undefined) {
    if (isOurToken(bearer)) return { kind: "token", token: bearer, audience: "access" };
    if (isOurApiKey(bearer)) return { kind: "apikey", hash: hashOf(bearer) };
  }
  if (head.apiKey !== undefined && isOurApiKey(head.apiKey)) return { kind: "apikey", hash: hashOf(head.apiKey) };
  if (listener === "apps" || sharedOrigin) {
    const cookie = cookieValue(head.cookie, secure ? APPS_COOKIE.secure : APPS_COOKIE.plain);
    if (cookie) return { kind: "token", token: cookie, audience: "apps" };
  }
  return { kind: "nothing" };
}

/** Tokens whose judgement is remembered. */
const MAX_JUDGED = 2000;

/** Judges what was shown against what is known now. A cookie may be good for one app only: `appId` is the one asked for. */
export function identify(
  shown: Shown,
  credentials: Credentials,
  nowMs: number,
  appId: string | undefined,
  client: string,
): Identity {
  if (shown.kind === "nothing") return NOBODY;
  if (shown.kind === "apikey") {
    const subject = credentials.subjects.get(credentials.apiKeys.get(shown.hash) ?? "");
    if (!subject || !mayBeUsed(subject, nowMs, client)) return { ...NOBODY, fault: "invalid" };
    const authority = { kind: "apikey", hash: shown.hash } as const;
    return { principal: principalNow(authority, credentials) as Principal, authority };
  }
  const judged = credentials.judged.get(shown.token);
  if (judged && judged.audience === shown.audience && judged.until > nowMs && fits(judged.app, appId)) return judged;
  const audience = shown.audience === "apps" ? APPS_AUDIENCE : credentials.audience;
  const result = credentials.verifier.verify(shown.token, audience, nowMs);
  if ("fault" in result) return { ...NOBODY, fault: result.fault };
  const { claims } = result;
  if (claims.typ !== shown.audience) return { ...NOBODY, fault: "invalid" };
  if (!fits(claims.app, appId)) return { ...NOBODY, fault: "invalid" };
  const authority = { kind: "claims", claims } as const;
  const principal = principalNow(authority, credentials);
  if (!principal) return { ...NOBODY, fault: "revoked" };
  // A device may have been given a shorter life after its token was made.
  const until = Math.min(
    claims.exp * 1000,
    credentials.subjects.get(claims.sub)?.expiresAt ?? Number.POSITIVE_INFINITY,
  );
  if (until <= nowMs) return { ...NOBODY, fault: "expired" };
  const { judged: all } = credentials;
  if (all.size >= MAX_JUDGED) all.clear();
  const identity = { audience: shown.audience, until, app: claims.app, principal, authority };
  all.set(shown.token, identity);
  return identity;
}

const networksOf = new WeakMap<Subject, Network[]>();

/** Has the key not ended, and may it be used from this address? */
function mayBeUsed(subject: Subject, nowMs: number, client: string): boolean {
  if (subject.expiresAt !== undefined && subject.expiresAt <= nowMs) return false;
  if (!subject.networks) return true;
  let networks = networksOf.get(subject);
  if (!networks) {
    networks = subject.networks.flatMap((text) => parseNetwork(text) ?? []);
    networksOf.set(subject, networks);
  }
  return networks.some((network) => network.contains(client));
}

/** A cookie made for one app is good for that one alone. */
function fits(madeFor: string | undefined, appId: string | undefined): boolean {
  return madeFor === undefined || madeFor === appId;
}

/** Who an authority stands for at this moment; undefined when it was withdrawn. The token's end is not looked at. */
export function principalNow(authority: Authority, credentials: Credentials): Principal | undefined {
  switch (authority.kind) {
    case "anonymous":
      return ANONYMOUS;
    case "local":
      return LOCAL;
    case "apikey": {
      const subject = credentials.subjects.get(credentials.apiKeys.get(authority.hash) ?? "");
      return subject && { kind: "apikey", id: subject.id, name: subject.name, scopes: subject.scopes };
    }
    case "claims": {
      const { claims } = authority;
      const subject = credentials.subjects.get(claims.sub);
      if (!subject || subject.generation !== claims.gen) return undefined;
      if (credentials.revoked.has(claims.jti) || (claims.sid !== undefined && credentials.revoked.has(claims.sid)))
        return undefined;
      // A token never holds more than its subject does now; the cookie of the apps origin holds just that.
      const scopes = claims.typ === "apps" ? subject.scopes : commonScopes(subject.scopes, claims.scopes);
      return { kind: subject.kind, id: subject.id, name: subject.name, scopes, named: subject.named };
    }
  }
}

export type Verdict = "allow" | "sign-in" | "forbidden";

/** May this principal use the route? Default deny: without a rule a route needs `access:<app>`. */
export function authorise(principal: Principal, route: RouteEntry): Verdict {
  if (route.publicAccess) return "allow";
  if (principal.kind === "anonymous") return "sign-in";
  return missingScopes(principal, route).length ? "forbidden" : "allow";
}

function bearerOf(authorization: string | undefined): string | undefined {
  return authorization !== undefined && /^bearer /i.test(authorization) ? authorization.slice(7).trim() : undefined;
}

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
