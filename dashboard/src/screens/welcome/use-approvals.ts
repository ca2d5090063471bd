import { useRef, useState } from "react";
import { appsList, proposalApprove, proposalsList, routesList } from "../../api/endpoints.gen.ts";
import { asFailure, type Failure } from "../../api/failure.ts";
import { send } from "../../api/gateway.ts";
import { refresh } from "../../api/query-client.ts";
import type { Proposal } from "../../catalog/proposal.ts";

/** What became of one proposal. `decided`: somebody else was faster, in the gateway's own words. */
export type Outcome =
  | { kind: "running" }
  | { kind: "added"; appId: string }
  | { kind: "decided"; message: string }
  | { kind: "failed"; failure: Failure };

export type Approval = { proposal: Proposal; outcome: Outcome };

/** Approves proposals one after the other and keeps what became of each. */
export function useApprovals() {
  const [approvals, setApprovals] = useState<readonly Approval[]>([]);
  const [isRunning, setIsRunning] = useState(false);
  const underWay = useRef(false);

  function keep(proposal: Proposal, outcome: Outcome): void {
    setApprovals((before) => [...before.filter((one) => one.proposal.id !== proposal.id), { proposal, outcome }]);
  }

  return {
    approvals,
    isRunning,
    /** Resolves when all were tried; answers how many failed. */
    async approve(proposals: readonly Proposal[]): Promise<number> {
      if (underWay.current) return 0;
      underWay.current = true;
      setIsRunning(true);
      let failed = 0;
      for (const proposal of proposals) {
        keep(proposal, { kind: "running" });
        const outcome = await approveOne(proposal.id);
        keep(proposal, outcome);
        if (outcome.kind === "failed") failed++;
      }
      await refresh(proposalsList, appsList, routesList);
      underWay.current = false;
      setIsRunning(false);
      return failed;
    },
  };
}

async function approveOne(proposalId: string): Promise<Outcome> {
  try {
    const { data } = await send(proposalApprove, { params: { proposalId } });
    if (data.status === "approved") return { kind: "added", appId: data.app.id };
    return { kind: "decided", message: data.message };
  } catch (error) {
    return { kind: "failed", failure: asFailure(error) };
  }
}
