import { parseArgs } from "node:util";
import type { ConfigKey } from "@nekzus/contract/config";
import { defaultText, typeText, valueText } from "../core/config/describe.ts";
import { ConfigError, faultLine, printable } from "../core/config/faults.ts";
import { KEYS, nearestKey, secretOfFileKey } from "../core/config/keys.ts";
import { type Loaded, loadConfig } from "../core/config/load.ts";
import { type Source, sourceText } from "../core/config/sources.ts";
import { type Io, paint } from "./io.ts";

const HELP = `Usage:
  nekzus config check            Check the configuration and name everything that is wrong
  nekzus config explain [KEY]    Tell the value of a setting, where it comes from and what it means

Run "nekzus config check --help" or "nekzus config explain --help" for more.
`;

const OPTIONS_HELP = `Options:
  --config FILE   The configuration file. Default: nekzus.yaml, .yml or .json in the data folder, if there
  --data FOLDER   The data folder
  --help          Show this text
`;

const CHECK_HELP = `Usage: nekzus config check [--config FILE] [--data FOLDER]

Checks the configuration file and the environment together. Prints every error as
file:line:column: key: message, then their number. Ends with 0 when all is well, else with 1.

${OPTIONS_HELP}`;

const EXPLAIN_HELP = `Usage: nekzus config explain [KEY] [--config FILE] [--data FOLDER]

Tells the value of a setting such as server.addr, where it comes from, whether a change needs a
restart, and what is allowed. With a section such as server, or without KEY, lists values and sources.

${OPTIONS_HELP}`;

const OPTIONS = {
  config: { type: "string" },
  data: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

type Parsed = { positionals: string[]; values: { config?: string; data?: string; help?: boolean } };

/**
 * `nekzus config check` and `nekzus config explain`; `args` is what follows `config`. Answers the exit status: 0, 1
 * when the configuration is wrong, 2 when the command was used wrongly.
 */
export async function configCommand(args: readonly string[], io: Io): Promise<number> {
  let parsed: Parsed;
  try {
    parsed = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return usage(io, error instanceof Error ? error.message : String(error));
  }
  const [action, subject, ...rest] = parsed.positionals;
  const help = parsed.values.help === true;
  if (action === undefined && help) return say(io, HELP);
  if (action === "check") return help ? say(io, CHECK_HELP) : subject === undefined ? check(parsed, io) : tooMany(io);
  if (action === "explain")
    return help ? say(io, EXPLAIN_HELP) : rest.length ? tooMany(io) : explain(parsed, subject, io);
  return usage(io, action === undefined ? "say what to do: check or explain" : `there is no "config ${action}"`);
}

function check(parsed: Parsed, io: Io): number {
  const loaded = load(parsed, io);
  if (!loaded) return 1;
  for (const warning of loaded.warnings) io.stdout(`${paint(io, "yellow", "warning")}: ${faultLine(warning)}\n`);
  const what = loaded.file ?? "no file, only defaults and the environment";
  const count = loaded.warnings.length;
  const ending = count ? `, with ${count} warning${count === 1 ? "" : "s"}` : "";
  return say(io, `${paint(io, "green", "The configuration is valid")} (${printable(what)})${ending}.\n`);
}

function explain(parsed: Parsed, subject: string | undefined, io: Io): number {
  const all = [...KEYS.values()];
  const one = subject === undefined ? undefined : (KEYS.get(subject) ?? secretOfFileKey(subject));
  const listed = all.filter((key) => subject === undefined || key.path.startsWith(`${subject}.`));
  if (!one && !listed.length) {
    return usage(
      io,
      `there is no setting "${printable(subject ?? "")}"; the nearest is "${nearestKey(subject ?? "")}"`,
    );
  }
  const loaded = load(parsed, io);
  if (!loaded) return 1;
  if (one) return say(io, facts(one, loaded, io));
  const width = Math.max(...listed.map((key) => key.path.length));
  return say(io, listed.map((key) => `${key.path.padEnd(width)}  ${valueAndSource(key, loaded)}\n`).join(""));
}

function valueAndSource(key: ConfigKey, loaded: Loaded): string {
  return `${printable(valueText(key, loaded.values.get(key.path)))}  (${printable(sourceText(source(key, loaded)))})`;
}

function facts(key: ConfigKey, loaded: Loaded, io: Io): string {
  const lines: [string, string][] = [
    ["Value", printable(valueText(key, loaded.values.get(key.path)))],
    ["From", printable(sourceText(source(key, loaded)))],
    ["Change", key.reload === "live" ? "takes effect at the next reload" : "needs a restart"],
    ["Meaning", key.describe],
    ["Type", typeText(key)],
    ["Allowed", key.type.allowed],
    ["Default", defaultText(key)],
  ];
  if (key.since === "later") lines[2] = ["Change", "takes no effect in this version"];
  if (key.env) lines.push(["Environment", `${key.env}, or ${key.env}_FILE with the path of a file`]);
  if (key.secret) lines.push(["Or as file", `${key.path}_file with the path of a file`]);
  const body = lines.map(([name, text]) => `  ${name.padEnd(13)}${text}\n`).join("");
  return `${paint(io, "bold", key.path)}\n${body}`;
}

function source(key: ConfigKey, loaded: Loaded): Source {
  return loaded.sources.get(key.path) ?? { from: "default" };
}

function load(parsed: Parsed, io: Io): Loaded | undefined {
  try {
    return loadConfig({ file: parsed.values.config, dataFolder: parsed.values.data, env: io.env });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const fault of error.errors) io.stderr(`${faultLine(fault)}\n`);
    const count = error.errors.length;
    io.stderr(`${paint(io, "red", `${count} error${count === 1 ? "" : "s"}`)} in the configuration.\n`);
    return undefined;
  }
}

function say(io: Io, text: string): number {
  io.stdout(text);
  return 0;
}

function tooMany(io: Io): number {
  return usage(io, "too many arguments");
}

function usage(io: Io, reason: string): number {
  io.stderr(`nekzus config: ${reason}\n\n${HELP}`);
  return 2;
}
