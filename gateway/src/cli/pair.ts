import { printable } from "../core/config/faults.ts";
import { loadConfig } from "../core/config/load.ts";
import { askRunning } from "../core/control/control.ts";
import { systemClock } from "../kit/clock.ts";
import { EXIT, readArguments } from "./arguments.ts";
import { sayFailure } from "./beside-gateway.ts";
import { type Io, paint } from "./io.ts";

const HELP = `Usage:
  nekzus pair [--name NAME] [--scope SCOPE]... [--days N] [--code-only]

Makes a code with which one phone, tablet or computer joins, shows it as a picture to scan, and waits until
the device has joined. The code is good for 5 minutes. The device belongs to the first administrator. The
gateway must be running.

Options:
  --name NAME     Name of the device; default: what it says of itself
  --scope SCOPE   What it may do; may be repeated. Default: read:catalog, read:events, access:*
  --days N        After so many days it must be paired again; default: never
  --code-only     Print the code as JSON and do not wait
  --config FILE   The configuration file
  --data FOLDER   The data folder
  --help          Show this text
`;

const OPTIONS = {
  name: { type: "string" },
  scope: { type: "string", multiple: true },
  days: { type: "string" },
  "code-only": { type: "boolean", default: false },
  config: { type: "string" },
  data: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** How often the gateway is asked whether the device has joined, in ms. */
const ASK_MS = 1000;

type Made = { id: string; code: string; qr: { u: string }; text: string; picture: string[]; expiresAt: string };
type State = { state: string; ttl: number };

/** `nekzus pair`. Answers the exit status. */
export async function pairCommand(args: readonly string[], io: Io): Promise<number> {
  const parsed = readArguments("pair", args, OPTIONS, io);
  if (!parsed) return EXIT.usage;
  const { values } = parsed;
  if (values.help) {
    io.stdout(HELP);
    return EXIT.ok;
  }
  if (values.days !== undefined && !/^[1-9]\d{0,3}$/.test(values.days)) {
    io.stderr("nekzus pair: --days takes a number from 1 to 3650.\n");
    return EXIT.usage;
  }
  try {
    const { config } = loadConfig({ file: values.config, dataFolder: values.data, env: io.env });
    const ask = async (command: string, input: Record<string, unknown>) => {
      const answer = await askRunning(config.storage.data_folder, command, input);
      if (!answer) throw new Error("No gateway is running here. Start it with `nekzus start`, then pair.");
      return answer.result;
    };
    const made = (await ask("pair.create", {
      ...(values.name !== undefined && { name: values.name }),
      ...(values.scope && { scopes: values.scope }),
      ...(values.days !== undefined && { days: Number(values.days) }),
    })) as Made;
    if (values["code-only"]) {
      io.stdout(`${JSON.stringify({ code: made.code, text: made.text, expiresAt: made.expiresAt })}\n`);
      return EXIT.ok;
    }
    io.stdout(shown(made, io));
    return await joined(() => ask("pair.state", { id: made.id }) as Promise<State>, io);
  } catch (error) {
    return sayFailure(io, error);
  }
}

async function joined(state: () => Promise<State>, io: Io): Promise<number> {
  for (;;) {
    await new Promise<void>((resolve) => systemClock.after(ASK_MS, resolve));
    const { state: now } = await state();
    if (now === "paired") {
      io.stdout(`${paint(io, "green", "Paired.")} Revoke it any time on the dashboard.\n`);
      return EXIT.ok;
    }
    if (now === "expired" || now === "denied") {
      io.stderr(`${paint(io, "red", "Failed:")} No device joined in time. Run the command again for a new code.\n`);
      return EXIT.failed;
    }
  }
}

/** The picture with two rows in a line of text, dark on light also on a dark terminal. */
function shown({ picture, code, qr }: Made, io: Io): string {
  const lines: string[] = [];
  for (let y = 0; y < picture.length; y += 2) {
    const [upper, lower] = [picture[y] as string, picture[y + 1] ?? "0".repeat(picture.length)];
    const line = [...upper].map((dark, x) => blocks[`${dark}${lower[x]}`]).join("");
    lines.push(io.color ? `\u001b[97;40m${line}\u001b[0m` : line);
  }
  const typed = `${code.slice(0, 4)} ${code.slice(4)}`;
  return `${lines.join("\n")}\n\nScan it, or type the code ${paint(io, "bold", typed)} at ${printable(qr.u)}\nWaiting for the device …\n`;
}

/** Upper and lower square, 1 dark: light ones are drawn. */
const blocks: Record<string, string> = { "00": "█", "01": "▀", "10": "▄", "11": " " };
