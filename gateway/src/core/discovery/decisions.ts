import { Problem } from "../../kit/problem.ts";
import type { Decisions } from "../catalog/catalog.ts";
import { fromJson, toJson } from "../storage/codec.ts";
import type { ApprovedApps } from "./approved-apps.ts";
import type { ProposalStore, StoredProposal } from "./store.ts";

/**
 * What discovery remembers of approved services while their apps are deleted. A rediscovery may forget a decision and
 * propose the service anew; a restored app must know all the same where its service was, to follow it and never to
 * lead to another one.
 */
export function createDecisions(parts: {
  store: ProposalStore;
  catalog: Pick<ApprovedApps, "appExists">;
  /** Runs after what is going on, and before what comes. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** A decision that was forgotten holds again; `withdrawn` are the proposals that it replaces. */
  onResumed(proposal: StoredProposal, withdrawn: readonly string[]): void;
  /** Lets a source look where the services are. */
  look(source: string): void;
}): Decisions {
  const { store, catalog, inTurn, onResumed, look } = parts;

  /** Throws `ROUTE_CONFLICT` when the service has another app by now. */
  async function checkFree(appId: string, known: readonly StoredProposal[]): Promise<void> {
    for (const other of known) {
      if (other.state !== "approved" || other.appId === appId || !(await catalog.appExists(other.appId))) continue;
      throw new Problem(
        "ROUTE_CONFLICT",
        `The service of this app was approved as "${other.appId}" meanwhile. Delete that one first to restore this one.`,
      );
    }
  }

  return {
    async of(appId, identity) {
      const isIt = (one: StoredProposal) =>
        one.state === "approved" && one.appId === appId && one.identity === identity;
      const found = (await store.all()).find(isIt);
      return found && toJson(found);
    },

    resume: (decision, restore) =>
      inTurn(async () => {
        const kept = fromJson<StoredProposal>(decision);
        const all = await store.all();
        const isSame = (one: StoredProposal) => one.source === kept.source && one.identity === kept.identity;
        const known = all.filter(isSame);
        await checkFree(kept.appId, known);
        const restored = await restore();
        if (!known.some((one) => one.state === "approved" && one.appId === kept.appId)) {
          const others = new Set(all.filter((one) => !isSame(one)).map(({ id }) => id));
          const resumed = { ...kept, id: freeId(kept.id, others) };
          await store.apply({ puts: [resumed], seen: [], seenAt: kept.lastSeen, deletes: known.map(({ id }) => id) });
          onResumed(
            resumed,
            known.filter(({ state }) => state === "pending").map(({ id }) => id),
          );
        }
        look(kept.source);
        return restored;
      }),
  };
}

function freeId(wish: string, used: ReadonlySet<string>): string {
  let id = wish;
  for (let number = 2; used.has(id); number++) id = `${wish}_${number}`;
  return id;
}
