import type { IncomingHttpHeaders } from "node:http";
import type { Access, EndpointSpec } from "@nekzus/contract";
import { BODY_LIMITS } from "@nekzus/contract";
import type { Allowance } from "../../kit/buckets.ts";
import { Problem } from "../../kit/problem.ts";
import { grants } from "../../kit/scopes.ts";
import type { RequestFacts } from "../../wire/request-facts.ts";
import type { Caller } from "../http/binding.ts";
import type { Limiter } from "./limiter.ts";

/** Finds out who calls; `fault` is the reason why a shown credential does not count. */
export type Identify = (request: {
  facts: RequestFacts;
  headers: IncomingHttpHeaders;
}) => Promise<{ caller: Caller; fault?: Problem }>;

/** Throws when a page of another origin tries to change something. */
export type CheckOrigin = (request: {
  method: string;
  facts: RequestFacts;
  headers: IncomingHttpHeaders;
  caller: Caller;
  upgrade: boolean;
}) => void;

export type GuardParts = {
  identify: Identify;
  checkOrigin: CheckOrigin;
  limiter: Limiter;
  /**
   * The living session that a browser's cookie belongs to. Says nothing about who calls, since there is no proof: a
   * WebSocket cannot bring one along, but is counted like the rest of what its page asks.
   */
  sessionOfCookie(request: { facts: RequestFacts; headers: IncomingHttpHeaders }): Promise<string | undefined>;
};

export type Guarded = { method: string; facts: RequestFacts; headers: IncomingHttpHeaders; upgrade: boolean };

/**
 * The one guard of every endpoint, in the order of ruling R27: limit, credential, origin, scope, media type, size.
 * What stands before it (host, path, method) is done by edge and router; what follows (content) by the handler's schemas.
 */
export function createGuard({ identify, checkOrigin, limiter, sessionOfCookie }: GuardParts) {
  return async (
    endpoint: EndpointSpec,
    request: Guarded,
    onAllowance: (allowance: Allowance) => void,
  ): Promise<Caller> => {
    const { facts, headers, upgrade } = request;
    const { caller, fault } = await identify({ facts, headers });
    const own = caller.perMinute ? { id: caller.principal.id, perMinute: caller.perMinute } : undefined;
    const session = caller.sessionId ?? (upgrade ? await sessionOfCookie(request) : undefined);
    const allowance = limiter.take(endpoint.limit, facts.address, session, own);
    if (allowance) {
      onAllowance(allowance);
      if (!allowance.allowed) {
        const { retryAfter } = allowance;
        throw new Problem("RATE_LIMIT_EXCEEDED", `Too many requests. Wait ${retryAfter} s.`, undefined, retryAfter);
      }
    }
    if (endpoint.access.kind !== "open") {
      if (fault) throw fault;
      requireCredential(endpoint.access, caller);
    }
    checkOrigin({ ...request, caller });
    if (endpoint.access.kind !== "open") requireScopes(endpoint.access, caller);
    if (endpoint.body) checkBody(endpoint, headers);
    return caller;
  };
}

function requireCredential(access: Access, caller: Caller): void {
  const { kind } = caller.principal;
  if (access.kind === "browserSession") {
    if (!caller.sessionId) throw new Problem("UNAUTHORIZED", "This takes a browser session: sign in on the dashboard.");
    return;
  }
  if (kind === "anonymous") {
    throw new Problem("UNAUTHORIZED", "Sign in first: show a token, or call from the gateway's own machine.");
  }
  if (access.kind === "signedIn" && kind === "local") {
    throw new Problem("UNAUTHORIZED", "This takes a token, also on the gateway's own machine.");
  }
}

function requireScopes(access: Access, caller: Caller): void {
  if (access.kind === "signedIn" && access.only && caller.principal.kind !== access.only) {
    const whom = access.only === "user" ? "people who signed in" : "paired devices, about themselves";
    throw new Problem("FORBIDDEN", `This is for ${whom}.`);
  }
  if (access.kind !== "localOr" && access.kind !== "signedIn") return;
  const missing = access.scopes.filter((scope) => !grants(caller.principal.scopes, scope));
  if (missing.length) throw new Problem("FORBIDDEN", `This takes the scope ${missing.join(" and ")}.`);
}

function checkBody(endpoint: EndpointSpec, headers: IncomingHttpHeaders): void {
  const length = headers["content-length"];
  const present = headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
  const type = headers["content-type"];
  const isJson = type !== undefined && /^application\/json\s*(?:;.*)?$/i.test(type);
  if (present && !isJson)
    throw new Problem("UNSUPPORTED_MEDIA_TYPE", "Send the body as Content-Type: application/json.");
  if (Number(length ?? 0) > bodyLimit(endpoint)) throw tooLarge(endpoint);
}

/** The largest body of an endpoint, in bytes. */
export function bodyLimit(endpoint: EndpointSpec): number {
  return endpoint.bodyLimit ?? BODY_LIMITS.general;
}

export function tooLarge(endpoint: EndpointSpec): Problem {
  return new Problem("PAYLOAD_TOO_LARGE", `The body is larger than ${bodyLimit(endpoint)} bytes.`);
}
