import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { exitOnFault } from "../kit/exit-on-fault.ts";
import { createLogger } from "../kit/log.ts";
import type { Boot, FromChild, ToChild } from "../wire/boot.ts";
import { ConfigError, faultLine } from "./config/faults.ts";
import { loadConfig } from "./config/load.ts";
import { type Core, createCore } from "./core.ts";

/** Longest time that an orphan takes to tidy up, in ms. */
const ORPHAN_MS = 3_000;

/** Entry of the core process: waits for the supervisor's word, then runs until it is told to stop. */
async function run(boot: Boot): Promise<void> {
  const log = createLogger("core", boot.logLevel);
  let core: Core | undefined;
  exitOnFault(log);
  // The supervisor was killed. Nobody will need the folder of the private socket again.
  process.on("disconnect", async () => {
    setTimeout(() => process.exit(1), ORPHAN_MS);
    await core?.stop();
    await rm(dirname(boot.socketPath), { recursive: true, force: true });
    process.exit(0);
  });
  process.on("message", async (message: ToChild) => {
    if (message.type === "reload") await core?.reload();
    if (message.type === "leave") core?.leave();
    if (message.type !== "stop") return;
    await core?.stop();
    process.exit(0);
  });
  try {
    const { configFile, dataFolder, overrides } = boot.start;
    const load = () => loadConfig({ file: configFile, env: process.env, dataFolder, overrides });
    core = await createCore({ boot, load, log, tellSupervisor: tell });
    await core.start();
    tell({ type: "ready" });
  } catch (error) {
    tell({ type: "fatal", message: reasonOf(error) });
    if (!(error instanceof ConfigError)) log.error({ err: error }, "the core could not start");
    await core?.stop().catch(() => {});
    process.exit(1);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof ConfigError) return error.errors.map(faultLine).join("\n");
  return error instanceof Error ? error.message : String(error);
}

function tell(message: FromChild): void {
  process.send?.(message);
}

// The supervisor decides when to stop, after the edges have drained.
process
  .on("SIGINT", () => {})
  .on("SIGTERM", () => {})
  .on("SIGHUP", () => {});
process.once("message", (message: ToChild) => {
  if (message.type === "boot") run(message);
});
