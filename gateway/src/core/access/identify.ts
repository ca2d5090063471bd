import type { IncomingHttpHeaders } from "node:http";
import { parseNetwork } from "../../kit/addresses.ts";
import { Problem } from "../../kit/problem.ts";
import { commonScopes } from "../../kit/scopes.ts";
import { cookieValue, SESSION_COOKIE } from "../../wire/cookies.ts";
import { ANONYMOUS, LOCAL } from "../../wire/principal.ts";
import type { RequestFacts } from "../../wire/request-facts.ts";
import type { Subject } from "../../wire/snapshot.ts";
import { isOurApiKey } from "../../wire/token.ts";
import type { Caller } from "../http/binding.ts";
import type { Sessions } from "./sessions.ts";
import type { Tokens } from "./tokens.ts";
import { subjectId } from "./users.ts";

type Identified = {
  /** With a fault: anonymous, never local. */
  caller: Caller;
  /** A credential was shown and is bad. Endpoints that are not open answer with it. */
  fault?: Problem;
};

export type Identify = (request: {
  facts: RequestFacts;
  headers: IncomingHttpHeaders;
  /** It was asked before, and only time has passed: that is no use of the credential. */
  again?: boolean;
}) => Promise<Identified>;

/** Finds the owner of an API key that is valid now; called with the key as it was shown. */
type FindApiKey = (key: string) => Promise<Subject | undefined>;

/**
 * Makes the guard's question "who is it?" (rulings R2, R20). A token, a key or any other Authorization is judged by
 * itself alone; else cookie with proof; else position. Subject, activity, generation and scopes are read on every
 * use.
 */
export function createIdentify(parts: {
  tokens: Tokens;
  sessions: Sessions;
  /** The subject that tokens speak of, if it exists and is active. */
  findSubject: (id: string) => Promise<Subject | undefined>;
  findApiKey: FindApiKey;
  /** A device or key showed its credential. */
  onUse(subjectId: string, address: string): void;
  /** Is `local` switched on (`auth.local_access`)? */
  localAccess: () => boolean;
  /** Do apps share the API's origin (`server.share_origin`)? Then cookies never authorise the API (design, section 7). */
  sharedOrigin: () => boolean;
}): Identify {
  const { tokens, sessions, findSubject, findApiKey, localAccess, sharedOrigin } = parts;

  async function byToken(token: string, facts: RequestFacts, again: boolean): Promise<Caller> {
    const result = await tokens.check(token);
    if ("fault" in result) {
      if (result.fault === "expired") throw new Problem("TOKEN_EXPIRED", "The token has expired. Sign in again.");
      if (result.fault === "revoked") throw new Problem("TOKEN_REVOKED", "The token was withdrawn. Sign in again.");
      throw new Problem("UNAUTHORIZED", "The token is not valid here. Sign in again.");
    }
    const { claims } = result;
    const subject = await findSubject(claims.sub);
    if (subject?.generation !== claims.gen) {
      throw new Problem("TOKEN_REVOKED", "The token is void: its owner was changed or removed. Sign in again.");
    }
    if (subject.kind === "device" && !again) parts.onUse(subject.id, facts.address);
    const principal = {
      kind: subject.kind,
      id: subject.id,
      name: subject.name,
      scopes: commonScopes(subject.scopes, claims.scopes),
      named: subject.named,
    };
    return { principal, facts, token: claims };
  }

  async function byKey(key: string, facts: RequestFacts, again: boolean): Promise<Caller> {
    const subject = isOurApiKey(key) ? await findApiKey(key) : undefined;
    if (!subject) throw new Problem("UNAUTHORIZED", "The API key is not valid.");
    const { kind, id, name, scopes, networks, perMinute } = subject;
    if (networks && !networks.some((network) => parseNetwork(network)?.contains(facts.address))) {
      throw new Problem("FORBIDDEN", `This API key may not be used from ${facts.address}.`);
    }
    if (!again) parts.onUse(id, facts.address);
    return { principal: { kind, id, name, scopes }, facts, ...(perMinute && { perMinute }) };
  }

  async function byCredential(
    authorization: string | undefined,
    key: string | undefined,
    facts: RequestFacts,
    again: boolean,
  ): Promise<Caller> {
    if (authorization === undefined) return byKey(key ?? "", facts, again);
    if (key !== undefined) {
      throw new Problem("UNAUTHORIZED", "Both Authorization and X-API-Key were sent. Send one of them.");
    }
    const bearer = /^Bearer +(\S+)$/i.exec(authorization.trim())?.[1];
    if (bearer === undefined) {
      throw new Problem("UNAUTHORIZED", "The Authorization header must be `Bearer` followed by a token or an API key.");
    }
    return isOurApiKey(bearer) ? byKey(bearer, facts, again) : byToken(bearer, facts, again);
  }

  return async ({ facts, headers, again = false }) => {
    const anonymous: Caller = { principal: ANONYMOUS, facts };
    const key = single(headers["x-api-key"]);
    if (headers.authorization !== undefined || key !== undefined) {
      try {
        return { caller: await byCredential(headers.authorization, key, facts, again) };
      } catch (error) {
        if (error instanceof Problem) return { caller: anonymous, fault: error };
        throw error;
      }
    }
    const cookie = sessionCookie(headers, facts);
    if (cookie !== undefined) {
      const proof = single(headers["x-nekzus-proof"]);
      const visitor = again ? undefined : { address: facts.address, userAgent: headers["user-agent"] };
      const session = proof === undefined ? undefined : await sessions.find(cookie, proof, visitor);
      if (!session) return { caller: anonymous };
      const { id, username } = session.user;
      // On one origin with the apps, their scripts hold the proof too: it opens apps and nothing else.
      const scopes = sharedOrigin() ? session.user.scopes.filter(isAppScope) : session.user.scopes;
      const principal = { kind: "user" as const, id: subjectId(id), name: username, scopes };
      return { caller: { principal, facts, sessionId: session.id } };
    }
    if (facts.local && localAccess()) return { caller: { principal: LOCAL, facts } };
    return { caller: anonymous };
  };
}

/** The value of the cookie of a browser session, if one was sent. */
export function sessionCookie(headers: IncomingHttpHeaders, { secure }: RequestFacts): string | undefined {
  return cookieValue(headers.cookie, secure ? SESSION_COOKIE.secure : SESSION_COOKIE.plain);
}

function isAppScope(scope: string): boolean {
  return scope.startsWith("access:") && scope !== "access:admin";
}

/** A header that must come once; sent twice it is a text that matches nothing. */
function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(", ") : value;
}
