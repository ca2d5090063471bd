import type { apikeys } from "@nekzus/contract";
import type { z } from "zod";
import { printable } from "../core/config/faults.ts";
import { systemClock } from "../kit/clock.ts";
import { accountCommand } from "./account-command.ts";
import { EXIT, readArguments } from "./arguments.ts";
import { sayFailure } from "./beside-gateway.ts";
import { type Io, paint } from "./io.ts";
import { aligned, minute } from "./table.ts";

const HELP = `Usage:
  nekzus key add NAME --scope SCOPE... [--days N] [--network NETWORK]... [--per-minute N]
  nekzus key list
  nekzus key rotate ID [--overlap MINUTES]
  nekzus key revoke ID

Makes API keys for programs, lists them, gives one another secret, ends one. A secret is shown once, on
standard output; everything else is said on standard error then, so KEY=$(nekzus key add ...) works. Works
while the gateway runs and while it does not.

Options:
  --scope SCOPE        What the key may do, such as read:* or access:files; may be repeated
  --days N             After so many days it ends; default: never
  --network NETWORK    Where it may be used from, such as 192.168.1.0/24; may be repeated. Default: everywhere
  --per-minute N       What it may ask of the API in a minute; default: as much as anybody
  --overlap MINUTES    So long the old secret stays good; default: 0
  --json               Print what was made, or the list, as JSON
  --config FILE        The configuration file
  --data FOLDER        The data folder
  --help               Show this text
`;

const OPTIONS = {
  scope: { type: "string", multiple: true, default: [] as string[] },
  days: { type: "string" },
  network: { type: "string", multiple: true, default: [] as string[] },
  "per-minute": { type: "string" },
  overlap: { type: "string" },
  json: { type: "boolean", default: false },
  config: { type: "string" },
  data: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

const DAY_MS = 24 * 60 * 60 * 1000;

type Key = z.output<typeof apikeys.ApiKey>;
type Told = Key & { key: string };

/** `nekzus key add|list|rotate|revoke`. Answers the exit status. */
export async function keyCommand(args: readonly string[], io: Io): Promise<number> {
  const parsed = readArguments("key", args, OPTIONS, io, true);
  if (!parsed) return EXIT.usage;
  const { values, positionals } = parsed;
  const [action, one, ...rest] = positionals;
  if (values.help) {
    io.stdout(HELP);
    return EXIT.ok;
  }
  const named = action === "add" || action === "rotate" || action === "revoke";
  if ((!named && action !== "list") || rest.length || named !== (one !== undefined)) {
    io.stderr(HELP);
    return EXIT.usage;
  }
  for (const [name, most] of [
    ["days", 3650],
    ["per-minute", 100_000],
    ["overlap", 10_080],
  ] as const) {
    const given = values[name];
    if (given !== undefined && !(/^\d{1,6}$/.test(given) && Number(given) >= 1 && Number(given) <= most)) {
      io.stderr(`nekzus key: --${name} takes a number from 1 to ${most}.\n`);
      return EXIT.usage;
    }
  }
  if (action === "add" && !values.scope.length) {
    io.stderr("nekzus key add: say what the key may do with --scope, such as --scope read:*\n");
    return EXIT.usage;
  }
  const { scope: scopes, network: networks, days, overlap } = values;
  const perMinute = values["per-minute"];
  const place = { file: values.config, dataFolder: values.data };
  const told = (key: Told, text: string) => {
    if (values.json) io.stdout(`${JSON.stringify(key)}\n`);
    else {
      io.stderr(`${text} The key is shown this once.\n`);
      io.stdout(`${key.key}\n`);
    }
    return EXIT.ok;
  };
  try {
    if (action === "add") {
      const input = {
        name: one,
        scopes,
        networks,
        ...(days !== undefined && { expiresAt: new Date(systemClock.now() + Number(days) * DAY_MS).toISOString() }),
        ...(perMinute !== undefined && { requestsPerMinute: Number(perMinute) }),
      };
      const key = (await accountCommand(place, io, "key.add", input)) as Told;
      return told(key, `${paint(io, "green", "Added")} ${printable(key.name)}, ${key.id}.`);
    }
    if (action === "rotate") {
      const input = { id: one, ...(overlap !== undefined && { overlapMinutes: Number(overlap) }) };
      const key = (await accountCommand(place, io, "key.rotate", input)) as Told;
      const old = overlap === undefined ? "ended" : `stays good for ${overlap} minutes`;
      return told(key, `${printable(key.name)} has another secret; the old one ${old}.`);
    }
    if (action === "revoke") {
      const { revoked } = (await accountCommand(place, io, "key.revoke", { id: one })) as { revoked: number };
      const more = revoked > 1 ? ` So were ${revoked - 1} that were made with it.` : "";
      io.stdout(`The key was revoked.${more}\n`);
      return EXIT.ok;
    }
    const keys = (await accountCommand(place, io, "key.list", {})) as Key[];
    io.stdout(values.json ? `${JSON.stringify(keys)}\n` : listed(keys, systemClock.now()));
    return EXIT.ok;
  } catch (error) {
    return sayFailure(io, error);
  }
}

function listed(keys: readonly Key[], now: number): string {
  if (!keys.length) return "There are no API keys yet.\n";
  const rows = keys.map(({ id, name, scopes, lastUsedAt, expiresAt, revokedAt }) => {
    const expired = expiresAt !== undefined && Date.parse(expiresAt) <= now;
    const end = expiresAt === undefined ? "-" : minute(expiresAt);
    const state = revokedAt !== undefined ? "revoked" : expired ? "ended" : end;
    return [id, printable(name), state, lastUsedAt ? minute(lastUsedAt) : "-", printable(scopes.join(" "))];
  });
  return aligned([["ID", "NAME", "END", "LAST USED", "SCOPES"], ...rows]);
}
