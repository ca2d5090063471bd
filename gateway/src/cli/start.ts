import { hostname } from "node:os";
import { EXIT, readArguments } from "./arguments.ts";
import type { Io } from "./io.ts";
import { runGateway } from "./run-gateway.ts";

const HELP = `Usage: nekzus start [--config FILE] [--data FOLDER] [--addr ADDR] [--insecure-http]

Starts the gateway and keeps it running until it is told to stop (Ctrl+C or SIGTERM).

Options:
  --config FILE     The configuration file. Default: nekzus.yaml, .yml or .json in the data folder
  --data FOLDER     Where database, keys and certificates live
  --addr ADDR       Where to listen, as :8443 or 192.168.1.5:8443. The apps are one port higher
  --insecure-http   Plain HTTP, on :8080 and :8081: for tests and behind a proxy on the same machine
  --help            Show this text
`;

const OPTIONS = {
  config: { type: "string" },
  data: { type: "string" },
  addr: { type: "string" },
  "insecure-http": { type: "boolean", default: false },
  help: { type: "boolean", short: "h" },
} as const;

/** Default address with and without TLS. */
const PLAIN_ADDR = ":8080";

/** `nekzus start`. Answers the exit status when the gateway has ended. */
export async function startCommand(args: readonly string[], io: Io): Promise<number> {
  const parsed = readArguments("start", args, OPTIONS, io);
  if (!parsed) return EXIT.usage;
  if (parsed.values.help) {
    io.stdout(HELP);
    return EXIT.ok;
  }
  const { config, data, addr, "insecure-http": insecureHttp } = parsed.values;
  const chosen = addr ?? (insecureHttp && !io.env.NEKZUS_ADDR ? PLAIN_ADDR : undefined);
  return runGateway(
    {
      configFile: config,
      dataFolder: data,
      insecureHttp,
      overrides: chosen ? { "server.addr": chosen } : {},
    },
    io,
    ({ api, apps }) => {
      const scheme = insecureHttp ? "http" : "https";
      const where = `${scheme}://${hostname()}:${api}`;
      const appsAt = apps === undefined ? "" : `, apps at ${scheme}://${hostname()}:${apps}`;
      io.stdout(`Nekzus is ready at ${where}${appsAt}\n`);
      if (insecureHttp) io.stderr("warning: --insecure-http: passwords and tokens cross the network in the clear.\n");
    },
  );
}
