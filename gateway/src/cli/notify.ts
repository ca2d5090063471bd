import type { notificationChannels } from "@nekzus/contract";
import type { z } from "zod";
import { printable } from "../core/config/faults.ts";
import { loadConfig } from "../core/config/load.ts";
import { askRunning } from "../core/control/control.ts";
import { EXIT, readArguments } from "./arguments.ts";
import { sayFailure } from "./beside-gateway.ts";
import { type Io, paint } from "./io.ts";
import { aligned, minute } from "./table.ts";

const HELP = `Usage:
  nekzus notify list
  nekzus notify test CHANNEL

Lists the channels on which messages leave the gateway, or sends a test message on one of them, by its id or
name, and says what came of it. The gateway must be running: it is the gateway that sends.

Options:
  --json               Print the list, or the result, as JSON
  --config FILE        The configuration file
  --data FOLDER        The data folder
  --help               Show this text
`;

const OPTIONS = {
  json: { type: "boolean", default: false },
  config: { type: "string" },
  data: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

type Channel = z.output<typeof notificationChannels.NotificationChannel>;
type Tested = { success: boolean; results: { recipient: string; success: boolean; message: string }[] };

/** `nekzus notify list|test`. Answers the exit status: 1 when a test message did not go out. */
export async function notifyCommand(args: readonly string[], io: Io): Promise<number> {
  const parsed = readArguments("notify", args, OPTIONS, io, true);
  if (!parsed) return EXIT.usage;
  const { values, positionals } = parsed;
  const [action, channel, ...rest] = positionals;
  if (values.help) {
    io.stdout(HELP);
    return EXIT.ok;
  }
  if ((action !== "list" && action !== "test") || rest.length || (action === "test") !== (channel !== undefined)) {
    io.stderr(HELP);
    return EXIT.usage;
  }
  const ask = async (command: string, input: Record<string, unknown>) => {
    const { config } = loadConfig({ file: values.config, dataFolder: values.data, env: io.env });
    const answer = await askRunning(config.storage.data_folder, command, input);
    if (answer) return answer.result;
    throw new Error("No gateway runs on this data folder. Start it first: nekzus start");
  };
  try {
    if (action === "list") {
      const channels = (await ask("channel.list", {})) as Channel[];
      io.stdout(values.json ? `${JSON.stringify(channels)}\n` : listed(channels));
      return EXIT.ok;
    }
    const tested = (await ask("channel.test", { channel })) as Tested;
    if (values.json) io.stdout(`${JSON.stringify(tested)}\n`);
    else {
      for (const { recipient, success, message } of tested.results) {
        io.stdout(
          `${paint(io, success ? "green" : "red", success ? "ok" : "failed")} ${printable(recipient)}: ${printable(message)}\n`,
        );
      }
    }
    return tested.success ? EXIT.ok : EXIT.failed;
  } catch (error) {
    return sayFailure(io, error);
  }
}

function listed(channels: readonly Channel[]): string {
  const rows = channels.map(({ id, name, kind, enabled, lastAt, lastResult }) => [
    id,
    printable(name),
    kind,
    enabled ? "on" : "off",
    lastAt ? `${minute(lastAt)} ${printable(lastResult ?? "")}` : "-",
  ]);
  return aligned([["ID", "NAME", "KIND", "STATE", "LAST MESSAGE"], ...rows]);
}
