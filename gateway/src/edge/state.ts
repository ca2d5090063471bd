import { createSecureContext, type SecureContext } from "node:tls";
import type { Delta, Snapshot } from "../wire/snapshot.ts";
import { createTokenVerifier } from "../wire/token.ts";
import { type AddressReader, createAddressReader } from "./decide/client-address.ts";
import { createHostIndex, type HostIndex } from "./decide/host-routes.ts";
import { createHostCheck } from "./decide/hosts.ts";
import type { Credentials } from "./decide/identity.ts";
import { createRouteIndex, type RouteIndex } from "./decide/routes.ts";

/** Everything an edge decides by, built from one snapshot. */
export type EdgeState = {
  snapshot: Snapshot;
  /** Number of the newest snapshot or delta that is in here. */
  number: number;
  routes: RouteIndex;
  hostRoutes: HostIndex;
  hostAllowed: (host: string) => boolean;
  addresses: AddressReader;
  credentials: Credentials;
  unhealthy: Set<string>;
  certificates: { default: SecureContext | undefined; forName(name: string): SecureContext | undefined };
};

/** Builds the state of a snapshot. Throws when a certificate cannot be used, and the old state stays. */
export function buildState(snapshot: Snapshot): EdgeState {
  return {
    snapshot,
    number: snapshot.number,
    routes: createRouteIndex(snapshot.routes),
    hostRoutes: createHostIndex(snapshot.routes),
    hostAllowed: createHostCheck(snapshot.hosts),
    addresses: createAddressReader(snapshot.trustedProxies),
    credentials: {
      audience: snapshot.audience,
      verifier: createTokenVerifier({
        key: snapshot.tokenKey,
        issuer: snapshot.issuer,
        instanceId: snapshot.instanceId,
      }),
      subjects: new Map(snapshot.subjects.map((subject) => [subject.id, subject])),
      apiKeys: new Map(snapshot.apiKeys),
      revoked: new Set(snapshot.revoked),
      judged: new Map(),
    },
    unhealthy: new Set(snapshot.unhealthy),
    certificates: secureContexts(snapshot),
  };
}

/** Applies a delta. Says whether someone may have lost authority, so that streams must be judged again. */
export function applyDelta(state: EdgeState, delta: Delta): { judgeAgain: boolean } {
  const { credentials } = state;
  state.number = delta.number;
  credentials.judged.clear();
  switch (delta.kind) {
    case "subject":
      credentials.subjects.set(delta.subject.id, delta.subject);
      credentials.verifier.forget();
      return { judgeAgain: true };
    case "subject-removed":
      credentials.subjects.delete(delta.id);
      credentials.verifier.forget();
      return { judgeAgain: true };
    case "revoked":
      credentials.revoked.add(delta.id);
      credentials.verifier.forget();
      return { judgeAgain: true };
    case "cookies-forgotten":
      // Nothing is decided by them: the jars forget by themselves.
      return { judgeAgain: false };
    case "health":
      if (delta.unhealthy) state.unhealthy.add(delta.appId);
      else state.unhealthy.delete(delta.appId);
      return { judgeAgain: false };
    case "cache-emptied":
      return { judgeAgain: false };
  }
}

function secureContexts(snapshot: Snapshot): EdgeState["certificates"] {
  const exact = new Map<string, SecureContext>();
  const wildcards = new Map<string, SecureContext>();
  let first: SecureContext | undefined;
  for (const { names, certificate, privateKey } of snapshot.certificates) {
    const context = createSecureContext({ cert: certificate, key: privateKey, minVersion: "TLSv1.2" });
    first ??= context;
    for (const name of names) {
      if (name.startsWith("*.")) wildcards.set(name.slice(2).toLowerCase(), context);
      else exact.set(name.toLowerCase(), context);
    }
  }
  return {
    default: first,
    forName(name) {
      const lower = name.toLowerCase();
      const dot = lower.indexOf(".");
      return exact.get(lower) ?? (dot > 0 ? wildcards.get(lower.slice(dot + 1)) : undefined) ?? first;
    },
  };
}
