import { pairing as contract } from "@nekzus/contract";
import { COMMAND_LINE, readInput } from "../command-line.ts";
import type { PairingRoom } from "./pairing.ts";

/** What the command line asks of pairing. Codes live in the running gateway, so there is nothing to do without one. */
export function pairingCommands(pairing: PairingRoom) {
  const call = { query: undefined, caller: COMMAND_LINE, header: () => undefined };
  return {
    async "pair.create"(input: Record<string, unknown>): Promise<unknown> {
      const body = readInput(contract.pairingCreate.body, input);
      return (await pairing.create({ ...call, params: undefined, body })).body;
    },
    async "pair.state"(input: Record<string, unknown>): Promise<unknown> {
      return pairing.get({ ...call, params: { pairingId: String(input.id) }, body: undefined }).body;
    },
  };
}
