import type { Logger } from "../../kit/log.ts";
import type { ApprovedApps } from "./approved-apps.ts";
import { followMove } from "./follow.ts";
import { proposalId, toAnswer } from "./proposal.ts";
import type { Discovered, Source } from "./sources/source.ts";
import type { ProposalChanges, StoredProposal } from "./store.ts";

/** `access:admin` is a right of its own (ruling R19): an app of that name would be a way to it. */
const RESERVED_APP_IDS = new Set(["admin"]);
/** How many services may ask for the same app id before the rest is left out. */
const MOST_OF_ONE_NAME = 50;
/** The most proposals of one source. */
const MOST_SERVICES = 1_000;

/** What a snapshot changes, and which proposals are new, different or gone. */
export type Merged = ProposalChanges & {
  shown: StoredProposal[];
  withdrawn: string[];
  /** Apps whose service moved to another kind of address: only a person may follow it. */
  strayed: { appId: string; from: string; to: string }[];
  /** Approved apps whose service is not there, or left its place while the app was deleted. */
  absent: string[];
};

/**
 * Compares a whole snapshot of a source with what is known, and moves the routes of approved apps after their
 * services. Writes nothing else. A service is known by its identity; a source never takes over an app of another one.
 */
export async function mergeSnapshot(
  source: Pick<Source, "name" | "patience">,
  snapshot: readonly Discovered[],
  given: { known: readonly StoredProposal[]; catalog: ApprovedApps; now: number; log: Logger },
): Promise<Merged> {
  const { known, catalog, now, log } = given;
  const merged: Merged = {
    puts: [],
    seen: [],
    seenAt: now,
    deletes: [],
    shown: [],
    withdrawn: [],
    strayed: [],
    absent: [],
  };
  const mine = known.filter((proposal) => proposal.source === source.name);
  const byIdentity = new Map(mine.map((proposal) => [proposal.identity, proposal]));
  const services = onePerIdentity(snapshot, byIdentity);
  if (services.size > MOST_SERVICES)
    log.warn({ source: source.name, seen: services.size }, "more services than proposals are kept for");
  const usedIds = new Set(known.map((proposal) => proposal.id));
  const heldAppIds = new Set<string>();

  for (const proposal of known) {
    if (proposal.state === "approved" && proposal.source === source.name && !services.has(proposal.identity)) {
      merged.absent.push(proposal.appId);
    }
    if (proposal.state !== "pending") continue;
    const gone = proposal.source === source.name && !services.has(proposal.identity);
    if (gone && proposal.missedScans + 1 >= source.patience) {
      withdraw(proposal);
      usedIds.delete(proposal.id);
      continue;
    }
    if (gone) merged.puts.push({ ...proposal, missedScans: proposal.missedScans + 1 });
    // Those of this source that are still there choose again below, the oldest first.
    if (gone || proposal.source !== source.name) heldAppIds.add(proposal.appId);
  }

  function withdraw(proposal: StoredProposal) {
    merged.deletes.push(proposal.id);
    merged.withdrawn.push(proposal.id);
  }

  /** The wished id, or the first free one after it: `grafana-2`. */
  async function freeAppId(wish: string): Promise<string | undefined> {
    for (let number = 1; number <= MOST_OF_ONE_NAME; number++) {
      const id = number === 1 ? wish : `${wish.slice(0, 60)}-${number}`;
      if (RESERVED_APP_IDS.has(id.toLowerCase()) || heldAppIds.has(id)) continue;
      if (!(await catalog.appExists(id))) return id;
    }
    return undefined;
  }

  function freeProposalId(service: Discovered): string {
    const wish = proposalId(source.name, service);
    let id = wish;
    for (let number = 2; usedIds.has(id); number++) id = `${wish}_${number}`;
    usedIds.add(id);
    return id;
  }

  /** A decided service: its route follows it, everything else stays as it was decided. */
  async function follow(proposal: StoredProposal, service: Discovered) {
    const route = proposal.state === "approved" ? await catalog.discoveredRoute(proposal.appId) : undefined;
    // Should the app return, its route leads to where the service was: it has to follow before it is served.
    if (!route && !sameJson(service.ports, proposal.service.ports)) merged.absent.push(proposal.appId);
    if (!route || route.discoveryMeta.identity !== service.identity) return merged.seen.push(proposal.id);
    const move = followMove(route.to, proposal.service, service);
    if (move.kind === "refused") {
      merged.strayed.push({ appId: proposal.appId, from: route.to, to: move.to });
      return merged.seen.push(proposal.id);
    }
    if (move.kind === "move" || service.instance !== proposal.service.instance) {
      const to = move.kind === "move" ? move.to : route.to;
      await catalog.moveUpstream(route.routeId, to, service.instance);
      log.info({ app: proposal.appId, from: route.to, to }, "an app's container was replaced; its route followed");
    }
    if (sameJson(service, proposal.service)) return merged.seen.push(proposal.id);
    return merged.puts.push({ ...proposal, service, lastSeen: now, missedScans: 0 });
  }

  async function propose(service: Discovered, before: StoredProposal | undefined) {
    const owner = await catalog.discoveredRoute(before?.appId ?? service.app.id);
    const isOwner = owner?.discoveryMeta.identity === service.identity;
    const appId = isOwner ? (before?.appId ?? service.app.id) : await freeAppId(service.app.id);
    if (!appId) {
      log.warn(
        { source: source.name, service: service.name, appId: service.app.id },
        "too many services ask for this app id",
      );
      if (before) withdraw(before);
      return;
    }
    const proposal: StoredProposal = {
      id: before?.id ?? freeProposalId(service),
      source: source.name,
      // The app is there already: it was approved, and what should have said so was lost on the way.
      state: isOwner ? "approved" : "pending",
      identity: service.identity,
      appId,
      service,
      firstSeen: before?.firstSeen ?? now,
      lastSeen: now,
      missedScans: 0,
    };
    if (isOwner) {
      merged.puts.push(proposal);
      if (before) merged.withdrawn.push(before.id);
      return;
    }
    heldAppIds.add(appId);
    if (before && before.appId === appId && sameJson(before.service, service)) {
      merged.seen.push(before.id);
      return;
    }
    merged.puts.push(proposal);
    if (!before || looksDifferent(before, proposal)) merged.shown.push(proposal);
  }

  for (const [identity, service] of inOrder(services, byIdentity).slice(0, MOST_SERVICES)) {
    const before = byIdentity.get(identity);
    try {
      if (before && before.state !== "pending") await follow(before, service);
      else await propose(service, before);
    } catch (error) {
      // One service that cannot be handled must not hide the others. The next snapshot tries again.
      log.error(
        { err: error, source: source.name, service: service.name },
        "a discovered service could not be handled",
      );
      if (before) merged.seen.push(before.id);
    }
  }
  return merged;
}

/** Replicas are one service: the instance that is known already speaks for it, else the first by name. */
function onePerIdentity(
  snapshot: readonly Discovered[],
  known: ReadonlyMap<string, StoredProposal>,
): Map<string, Discovered> {
  const chosen = new Map<string, Discovered>();
  const sorted = [...snapshot].sort((a, b) => compare(a.name, b.name) || compare(a.instance, b.instance));
  for (const service of sorted) {
    const isKnown = known.get(service.identity)?.service.instance === service.instance;
    if (isKnown || !chosen.has(service.identity)) chosen.set(service.identity, service);
  }
  return chosen;
}

/** Who was first keeps its app id; newcomers follow by name. */
function inOrder(services: ReadonlyMap<string, Discovered>, known: ReadonlyMap<string, StoredProposal>) {
  const since = (identity: string) => known.get(identity)?.firstSeen ?? Number.MAX_SAFE_INTEGER;
  return [...services].sort(
    ([a, serviceA], [b, serviceB]) => since(a) - since(b) || compare(serviceA.name, serviceB.name) || compare(a, b),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function looksDifferent(before: StoredProposal, after: StoredProposal): boolean {
  const { lastSeen: _before, ...shownBefore } = toAnswer(before);
  const { lastSeen: _after, ...shownAfter } = toAnswer(after);
  return !sameJson(shownBefore, shownAfter);
}

/** Both sides are plain data that was built by the same code, so the order of keys is the same. */
function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
