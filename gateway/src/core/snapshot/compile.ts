import type { RouteEntry, ServedCertificate, Snapshot, Subject } from "../../wire/snapshot.ts";

/** Where the parts of a snapshot come from. */
export type SnapshotSources = {
  instance: Pick<Snapshot, "instanceId" | "version" | "tokenKey" | "issuer" | "audience">;
  settings(): Pick<
    Snapshot,
    | "hosts"
    | "apiOrigin"
    | "appsOrigin"
    | "baseDomain"
    | "sharedOrigin"
    | "trustedProxies"
    | "localAccess"
    | "edges"
    | "accessLog"
    | "upstreamLimits"
    | "cacheMemory"
    | "rewritingMemory"
  >;
  routes(): Promise<RouteEntry[]>;
  certificates(): ServedCertificate[];
  subjects(): Promise<Subject[]>;
  revoked(): Promise<string[]>;
  apiKeys(): Promise<Snapshot["apiKeys"]>;
  unhealthy(): string[];
};

/** Reads everything that edges decide by into one snapshot, which has no number yet. */
export async function compileSnapshot(sources: SnapshotSources): Promise<Omit<Snapshot, "number">> {
  const [routes, subjects, revoked, apiKeys] = await Promise.all([
    sources.routes(),
    sources.subjects(),
    sources.revoked(),
    sources.apiKeys(),
  ]);
  const settings = sources.settings();
  return {
    ...sources.instance,
    ...settings,
    hosts: [...settings.hosts, ...routes.flatMap(({ hosts }) => hosts)],
    routes,
    subjects,
    revoked,
    apiKeys,
    certificates: sources.certificates(),
    unhealthy: sources.unhealthy(),
  };
}
