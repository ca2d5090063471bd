import { isDeepStrictEqual } from "node:util";
import type { Config } from "@nekzus/contract/config";
import type { Clock, Timer } from "../../kit/clock.ts";
import type { Logger } from "../../kit/log.ts";
import type { CoreBus } from "../events/topics.ts";
import { ConfigError, type ConfigWarning, faultLine } from "./faults.ts";
import { KEYS, toConfig } from "./keys.ts";
import type { Loaded } from "./load.ts";
import type { WatchFiles } from "./watch.ts";

/** How a reload ended: `error_load` when the file could not be read, `error_validation` when it is not allowed. */
export type ReloadResult = "success" | "error_load" | "error_validation";

export type ConfigStatus = {
  /** The file that is in use. */
  file: string | undefined;
  reloads: Readonly<Record<ReloadResult, number>>;
  /** Milliseconds since 1970. */
  lastAt?: number;
  lastResult?: ReloadResult;
  lastDurationMs?: number;
  /** Keys whose new value waits for a restart. */
  needsRestart: readonly string[];
};

export type LiveConfig = {
  /** The values in force. The object is never changed: ask again after the signal `config-changed`. */
  current(): Config;
  /** What was allowed at the last successful reading but is probably not what was meant. */
  warnings(): readonly ConfigWarning[];
  /** Reads everything again and puts it in force as a whole, or not at all. Never throws. */
  reload(): ReloadResult;
  status(): ConfigStatus;
  /** Begins to watch the files. */
  start(): void;
  stop(): void;
};

/** Quiet time after a change of a file, in milliseconds: editors write in several steps (20 §7.3). */
const DEBOUNCE_MS = 500;

/**
 * Holds the configuration. Makes its first reading at once, since nothing else can be made without it.
 * @throws ConfigError when that first reading fails.
 */
export function createConfig(parts: {
  load: () => Loaded;
  clock: Clock;
  bus: Pick<CoreBus, "emit">;
  log: Pick<Logger, "info" | "warn">;
  watch: WatchFiles;
}): LiveConfig {
  const { clock, bus, log } = parts;
  let loaded = parts.load();
  let values = loaded.values;
  let config = loaded.config;
  let needsRestart: readonly string[] = [];
  const reloads: Record<ReloadResult, number> = { success: 0, error_load: 0, error_validation: 0 };
  let last: Pick<ConfigStatus, "lastAt" | "lastResult" | "lastDurationMs"> = {};
  let stopWatching: (() => void) | undefined;
  let pending: Timer | undefined;

  function reload(): ReloadResult {
    pending?.cancel();
    pending = undefined;
    const began = clock.monotonic();
    const watched = loaded.watched;
    // Before reading: a change that the closed watchers did not tell of is then read at once.
    if (stopWatching) watchAgain();
    const next = read();
    const result = next instanceof ConfigError ? refused(next) : "success";
    reloads[result]++;
    last = { lastAt: clock.now(), lastResult: result, lastDurationMs: clock.monotonic() - began };
    if (!(next instanceof ConfigError)) apply(next);
    if (stopWatching && !isDeepStrictEqual(watched, loaded.watched)) watchAgain();
    return result;
  }

  function read(): Loaded | ConfigError {
    try {
      const next = parts.load();
      if (!loaded.file || next.file) return next;
      // A file that vanished is more likely a slip than the wish to lose every setting in it.
      const message = "the file is gone; put it back, or restart to go on without it";
      return new ConfigError([{ file: loaded.file, key: "", message }], "reading");
    } catch (error) {
      if (error instanceof ConfigError) return error;
      return new ConfigError([{ key: "", message: `cannot be read: ${String(error)}` }], "reading");
    }
  }

  function refused(error: ConfigError): ReloadResult {
    const [first] = error.errors;
    const more = error.errors.length > 1 ? ` (and ${error.errors.length - 1} more)` : "";
    log.warn({ errors: error.errors.map(faultLine) }, "the new configuration is refused; the old one stays in force");
    const reason = first ? `${faultLine(first)}${more}` : "";
    bus.emit("config_warning", { warning: `The new configuration is refused, the old one stays: ${reason}` });
    return error.stage === "reading" ? "error_load" : "error_validation";
  }

  function apply(next: Loaded): void {
    const differing = [...KEYS.values()].filter(
      (key) => !isDeepStrictEqual(values.get(key.path), next.values.get(key.path)),
    );
    const live = differing.filter((key) => key.reload === "live").map((key) => key.path);
    const waiting = differing.filter((key) => key.reload === "restart").map((key) => key.path);
    const newlyWaiting = waiting.some((key) => !needsRestart.includes(key));
    loaded = next;
    needsRestart = waiting;
    if (live.length) {
      values = new Map([...values].map(([path, value]) => [path, live.includes(path) ? next.values.get(path) : value]));
      config = toConfig(values);
    }
    for (const warning of next.warnings) log.warn(`configuration: ${faultLine(warning)}`);
    log.info({ changed: live, needsRestart }, "configuration reloaded");
    if (live.length) bus.emit("config-changed", { keys: live });
    if (newlyWaiting) {
      const warning = `These settings changed but need a restart: ${waiting.join(", ")}`;
      log.warn(warning);
      bus.emit("config_warning", { warning });
    }
    bus.emit("config_reload", { message: "Configuration reloaded" });
  }

  function watchAgain(): void {
    stopWatching?.();
    stopWatching = parts.watch(loaded.watched, changed, (folder) => {
      log.warn({ folder }, "this folder cannot be watched; reload with SIGHUP after a change");
    });
  }

  function changed(): void {
    pending?.cancel();
    pending = clock.after(DEBOUNCE_MS, reload);
  }

  return {
    current: () => config,
    warnings: () => loaded.warnings,
    reload,
    status: () => ({ file: loaded.file, reloads: { ...reloads }, ...last, needsRestart }),
    start: watchAgain,
    stop() {
      pending?.cancel();
      pending = undefined;
      stopWatching?.();
      stopWatching = undefined;
    },
  };
}
