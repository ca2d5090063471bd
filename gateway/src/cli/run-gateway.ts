import { parseListenAddress } from "@nekzus/contract/config";
import { ConfigError, faultLine } from "../core/config/faults.ts";
import { loadConfig } from "../core/config/load.ts";
import { systemClock } from "../kit/clock.ts";
import { createLogger } from "../kit/log.ts";
import { createSupervisor } from "../supervisor.ts";
import type { ListenerName, StartOptions } from "../wire/boot.ts";
import { EXIT } from "./arguments.ts";
import { type Io, paint } from "./io.ts";

/**
 * Runs the gateway until a signal ends it, and answers the exit status. SIGTERM and SIGINT stop it after draining, a
 * second one at once; SIGHUP reads the configuration again.
 */
export async function runGateway(
  start: StartOptions,
  io: Io,
  onReady: (ports: Record<ListenerName, number>) => void,
): Promise<number> {
  let loaded: ReturnType<typeof loadConfig>;
  try {
    const { configFile: file, dataFolder, overrides } = start;
    loaded = loadConfig({ file, env: io.env, dataFolder, overrides });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const fault of error.errors) io.stderr(`${faultLine(fault)}\n`);
    io.stderr(`${paint(io, "red", "The gateway was not started.")} Check with: nekzus config check\n`);
    return EXIT.failed;
  }
  for (const warning of loaded.warnings) io.stderr(`${paint(io, "yellow", "warning:")} ${faultLine(warning)}\n`);
  const { server, edge, log: logSettings } = loaded.config;

  return new Promise<number>((done) => {
    let stopping = false;
    const supervisor = createSupervisor({
      addresses: [
        { name: "api", ...listenAt(server.addr) },
        ...(server.share_origin ? [] : [{ name: "apps" as const, ...listenAt(server.apps_addr) }]),
      ],
      edgeWorkers: edge.workers,
      insecureHttp: start.insecureHttp,
      logLevel: logSettings.level,
      start,
      clock: systemClock,
      log: createLogger("supervisor", logSettings.level),
      onReady,
      onFatal(message) {
        io.stderr(`${paint(io, "red", "The gateway cannot start:")} ${message}\n`);
        stop(EXIT.failed);
      },
    });

    function stop(code: number): void {
      if (stopping) return;
      stopping = true;
      supervisor.stop().then(() => done(code));
    }

    const onSignal = () => {
      if (stopping) process.exit(EXIT.failed);
      stop(EXIT.ok);
    };
    process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
    process.on("SIGHUP", () => supervisor.reload());
    supervisor.start().catch((error: NodeJS.ErrnoException) => {
      io.stderr(`${paint(io, "red", "The gateway cannot start:")} ${bindFault(error, server)}\n`);
      done(EXIT.failed);
    });
  });
}

/** `:8443` means every address. */
function listenAt(text: string): { host: string | undefined; port: number } {
  const address = parseListenAddress(text);
  return { host: address?.host || undefined, port: address?.port ?? 0 };
}

function bindFault(error: NodeJS.ErrnoException, server: { addr: string; apps_addr: string }): string {
  const where = `${server.addr} and ${server.apps_addr}`;
  if (error.code === "EADDRINUSE")
    return `a port of ${where} is already in use. Choose others with --addr or server.addr and server.apps_addr.`;
  if (error.code === "EACCES") return `this user may not listen on ${where}. Choose ports above 1023 with --addr.`;
  return error.message;
}
