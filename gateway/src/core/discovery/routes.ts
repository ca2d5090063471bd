import { discovery as contract } from "@nekzus/contract";
import { type Binding, bind } from "../http/binding.ts";
import type { Discovery } from "./discovery.ts";

/** Binds the discovery endpoints (20 §4.3). */
export function discoveryRoutes(discovery: Discovery): Binding[] {
  return [
    bind(contract.proposalsList, async () => ({ body: await discovery.list() })),
    bind(contract.proposalApprove, async ({ params, body = {}, caller }) => ({
      body: await discovery.approve(params.proposalId, body.port, { ...body, principal: caller.principal }),
    })),
    bind(contract.proposalDismiss, async ({ params }) => ({ body: await discovery.dismiss(params.proposalId) })),
    bind(contract.proposalRestore, async ({ params }) => ({ body: await discovery.restore(params.proposalId) })),
    bind(contract.dismissedList, async () => ({ body: await discovery.dismissed() })),
    bind(contract.sourcesList, async () => ({ body: discovery.sources() })),
    bind(contract.rediscover, async () => ({ body: await discovery.rediscover() })),
  ];
}
