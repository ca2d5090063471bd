import { Problem } from "../../kit/problem.ts";
import { COMMAND_LINE } from "../access/access.ts";
import type { Channels } from "./channels/channels.ts";

/** What the command line asks of channels. */
export function channelCommands(channels: Pick<Channels, "list" | "test">) {
  return {
    async "channel.list"(): Promise<unknown> {
      return (await channels.list()).body;
    },

    /** `channel` is an id, or a name that only one channel has. */
    async "channel.test"({ channel }: Record<string, unknown>): Promise<unknown> {
      const all = (await channels.list()).body as { id: string; name: string }[];
      const named = all.filter(({ id, name }) => id === channel || name === channel);
      const [one] = named;
      if (!one || named.length > 1) {
        const known = all.map(({ id, name }) => `${id} (${name})`).join(", ");
        const fault = one ? "More than one channel has the name" : "There is no channel";
        throw new Problem("NOT_FOUND", `${fault} "${channel}". There are: ${known}.`);
      }
      const call = { query: undefined, body: undefined, caller: COMMAND_LINE, header: () => undefined };
      return (await channels.test({ ...call, params: { channelId: one.id } })).body;
    },
  };
}
