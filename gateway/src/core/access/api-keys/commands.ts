import { apikeys as contract } from "@nekzus/contract";
import { COMMAND_LINE, readInput } from "../command-line.ts";
import type { ApiKeys } from "./api-keys.ts";

/** What the command line does to API keys: the same whether the gateway runs (control socket) or not. */
export function apiKeyCommands(apiKeys: ApiKeys) {
  const call = { query: undefined, body: undefined, caller: COMMAND_LINE, header: () => undefined };
  return {
    async "key.add"(input: Record<string, unknown>): Promise<unknown> {
      const body = readInput(contract.apikeyCreate.body, input);
      return (await apiKeys.create({ ...call, params: undefined, body })).body;
    },
    async "key.list"(): Promise<unknown> {
      return (await apiKeys.list()).body;
    },
    async "key.rotate"({ id, ...input }: Record<string, unknown>): Promise<unknown> {
      const body = readInput(contract.apikeyRotate.body, input);
      return (await apiKeys.rotate({ ...call, params: { keyId: String(id) }, body })).body;
    },
    async "key.revoke"({ id }: Record<string, unknown>): Promise<unknown> {
      const query = readInput(contract.apikeyDelete.query, {});
      return (await apiKeys.remove({ ...call, params: { keyId: String(id) }, query })).body;
    },
  };
}
