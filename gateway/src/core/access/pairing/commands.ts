import { pairing as contract } from "@nekzus/contract";
import { Problem } from "../../../kit/problem.ts";
import { LOCAL } from "../../../wire/principal.ts";
import type { PairingRoom } from "./pairing.ts";

/** Whoever may reach the control socket is on the machine itself. */
const CALLER = {
  principal: LOCAL,
  facts: { id: "command-line", address: "127.0.0.1", local: true, secure: true, listener: "api" as const },
};

/** What the command line asks of pairing. Codes live in the running gateway, so there is nothing to do without one. */
export function pairingCommands(pairing: PairingRoom) {
  return {
    async "pair.create"(input: Record<string, unknown>): Promise<unknown> {
      const wish = contract.pairingCreate.body.safeParse(input);
      if (!wish.success) {
        const [issue] = wish.error.issues;
        throw new Problem("VALIDATION_FAILED", `${issue?.path.join(".")}: ${issue?.message}`);
      }
      const call = { params: undefined, query: undefined, body: wish.data, caller: CALLER, header: () => undefined };
      return (await pairing.create(call)).body;
    },
    async "pair.state"(input: Record<string, unknown>): Promise<unknown> {
      const params = { pairingId: String(input.id) };
      return pairing.get({ params, query: undefined, body: undefined, caller: CALLER, header: () => undefined }).body;
    },
  };
}
