import { resolve } from "node:path";
import { AppId } from "@nekzus/contract";
import { routeCommands } from "../core/catalog/connection-commands.ts";
import { type ConnectionReport, createConnectionTest } from "../core/catalog/connection-test.ts";
import { printable } from "../core/config/faults.ts";
import { loadConfig } from "../core/config/load.ts";
import { askRunning } from "../core/control/control.ts";
import { systemClock } from "../kit/clock.ts";
import { EXIT, readArguments } from "./arguments.ts";
import { sayFailure } from "./beside-gateway.ts";
import { type Io, paint } from "./io.ts";
import { checkPrefix, printableJson } from "./route-check.ts";
import { purgeRoutes } from "./route-purge.ts";

const HELP = `Usage:
  nekzus route test ADDRESS [--path PATH] [--websocket] [--ca-file FILE] [--server-name NAME] [--insecure] [--json]
  nekzus route check APP [--json]
  nekzus route purge APP

test: tries an address such as http://grafana:3000 from this machine, as the gateway would use it for a route:
name, connection, certificate, answer. Says what was found and what to do. Ends with 0 when a route with
this address would work. Works while the gateway runs (which then does the test) and while it does not.

check: opens the app with this id as a visitor gets it, reads what its first page names, and lists what leaves
the app's prefix, with a verdict and an advice. Ends with 0 when the app opens below its prefix. The gateway
must run.

purge: lets the gateway forget the answers that it keeps for an app, by the app's id. What the app says is
fetched anew from then on.

Options:
  --path PATH      Ask for this path instead of the address's own
  --websocket      Try to open a WebSocket as well
  --ca-file FILE   Trust only the certificates in this PEM file
  --server-name N  Expect this name in the certificate
  --insecure       Accept any certificate
  --json           Print the whole report as JSON
  --config FILE    The configuration file
  --data FOLDER    The data folder
  --help           Show this text
`;

const OPTIONS = {
  path: { type: "string" },
  websocket: { type: "boolean", default: false },
  "ca-file": { type: "string" },
  "server-name": { type: "string" },
  insecure: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  config: { type: "string" },
  data: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

const ACTIONS: ReadonlySet<string> = new Set(["test", "check", "purge"]);

/** The apps' public address when no gateway runs that could tell it. */
const APPS_URL = "https://localhost";

/** `nekzus route test`, `nekzus route check` and `nekzus route purge`. Answers the exit status. */
export async function routeCommand(args: readonly string[], io: Io): Promise<number> {
  const parsed = readArguments("route", args, OPTIONS, io, true);
  if (!parsed) return EXIT.usage;
  const { values, positionals } = parsed;
  if (values.help) {
    io.stdout(HELP);
    return EXIT.ok;
  }
  const [action, to, ...rest] = positionals;
  if (!ACTIONS.has(action ?? "") || to === undefined || rest.length) {
    io.stderr(HELP);
    return EXIT.usage;
  }
  if (action !== "test" && !AppId.safeParse(to).success) {
    io.stderr(`${printable(to)} is not the id of an app.\n\n${HELP}`);
    return EXIT.usage;
  }
  const place = { file: values.config, dataFolder: values.data };
  const { websocket, insecure, path } = values;
  const question = {
    to,
    websocket,
    insecureSkipVerify: insecure,
    ...(path !== undefined && { healthCheckPath: path }),
    // The gateway that runs has a working directory of its own.
    ...(values["ca-file"] !== undefined && { caFile: resolve(values["ca-file"]) }),
    ...(values["server-name"] !== undefined && { serverName: values["server-name"] }),
  };
  try {
    if (action === "check") return await checkPrefix(place, io, to, values.json);
    if (action === "purge") return await purgeRoutes(place, io, to);
    const report = await run(place, io, question);
    io.stdout(values.json ? printableJson(report) : shown(report, io));
    return report.ok ? EXIT.ok : EXIT.failed;
  } catch (error) {
    return sayFailure(io, error);
  }
}

/** Asks the running gateway, or tests by itself when none runs (ruling R32). */
async function run(
  place: { file: string | undefined; dataFolder: string | undefined },
  io: Io,
  question: Record<string, unknown>,
): Promise<ConnectionReport> {
  const { config } = loadConfig({ ...place, env: io.env });
  const answer = await askRunning(config.storage.data_folder, "route.test", question);
  if (answer) return answer.result as ConnectionReport;
  const connectionTest = createConnectionTest({
    clock: systemClock,
    isOwnListener: () => false,
    sockets: () => ({ folder: config.upstreams.unix_folder, never: [] }),
  });
  return routeCommands(connectionTest, () => config.server.apps_base_url || APPS_URL)["route.test"](question);
}

const COLORS = { passed: "green", warned: "yellow", failed: "red" } as const;

function shown(report: ConnectionReport, io: Io): string {
  const rows = report.steps.map(({ name, status, ms, detail }) => {
    const took = ms === undefined ? "" : `${ms} ms`;
    const state = status === "skipped" ? status.padEnd(7) : paint(io, COLORS[status], status.padEnd(7));
    return `${name.padEnd(9)}  ${state}  ${took.padStart(8)}  ${printable(detail ?? "")}`.trimEnd();
  });
  const title = report.title ? [`Title: ${printable(report.title)}`] : [];
  const verdict = paint(io, report.ok ? "green" : "red", report.verdict);
  return [...rows, "", `${verdict}: ${printable(report.message)}`, ...title, printable(report.advice), ""].join("\n");
}
