import type { discovery as contract, EndpointOutput } from "@nekzus/contract";
import type { z } from "zod";
import { toInstant } from "../storage/codec.ts";
import { alreadyProcessed } from "./approve.ts";
import type { ApprovedApps } from "./approved-apps.ts";
import type { ProposalStore, StoredProposal } from "./store.ts";

/** A service that is kept from being proposed, as the contract shows it. */
export type DismissedService = z.input<typeof contract.Dismissed>;
type Dismissed = EndpointOutput<typeof contract.proposalDismiss>;
/** What taking a dismissal back answers. */
export type Restored = EndpointOutput<typeof contract.proposalRestore>;

/** What a person did not want, and how they think better of it. */
export function createDismissals({ store, catalog }: { store: ProposalStore; catalog: ApprovedApps }) {
  /** Why a service is not proposed: who removed an approved app did not want it, and that counts like a dismissal. */
  async function unwanted(proposal: StoredProposal): Promise<DismissedService["reason"] | undefined> {
    if (proposal.state === "dismissed") return "dismissed";
    return proposal.state === "approved" && !(await catalog.appExists(proposal.appId)) ? "removed" : undefined;
  }

  return {
    unwanted,

    /** What the named sources may not propose, the last seen first. */
    async list(sources: ReadonlySet<string>): Promise<DismissedService[]> {
      const found: (DismissedService & { at: number })[] = [];
      for (const proposal of await store.all()) {
        const reason = sources.has(proposal.source) ? await unwanted(proposal) : undefined;
        if (!reason) continue;
        const { id, service, lastSeen } = proposal;
        const source = proposal.source as DismissedService["source"];
        found.push({ id, source, name: service.app.name, reason, lastSeen: toInstant(lastSeen), at: lastSeen });
      }
      return found.sort((a, b) => b.at - a.at).map(({ at: _at, ...shown }) => shown);
    },

    async dismiss(id: string): Promise<Dismissed> {
      if (await store.decide(id, "dismissed")) return { status: "dismissed", id };
      return alreadyProcessed(id, await store.find(id));
    },

    /** Lets a service wait for a decision again; answers it as it waits now. */
    async restore(id: string): Promise<{ answer: Restored; reopened?: StoredProposal }> {
      const proposal = await store.find(id);
      if (!proposal || !(await unwanted(proposal))) return { answer: alreadyProcessed(id, proposal) };
      await store.reopen(id);
      return { answer: { status: "restored", id }, reopened: { ...proposal, state: "pending", missedScans: 0 } };
    },
  };
}
