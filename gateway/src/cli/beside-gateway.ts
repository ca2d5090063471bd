import { ConfigError, faultLine } from "../core/config/faults.ts";
import type { Loaded } from "../core/config/load.ts";
import { lockDataFolder } from "../core/storage/lock.ts";
import { openStorage } from "../core/storage/open.ts";
import type { Storage } from "../core/storage/storage.ts";
import { systemClock } from "../kit/clock.ts";
import { createLogger, type Logger } from "../kit/log.ts";
import { EXIT } from "./arguments.ts";
import { type Io, paint } from "./io.ts";

/**
 * Opens the data folder for one command while no gateway runs (ruling R32), and closes it when the work has ended. Throws
 * when a gateway holds the folder, and what the work throws.
 */
export async function withDataFolder<T>(
  config: Loaded["config"],
  work: (storage: Storage, log: Logger) => Promise<T>,
): Promise<T> {
  const { data_folder: dataFolder, database_path: databasePath, database_url: databaseUrl } = config.storage;
  const log = createLogger("cli", "error");
  const lock = lockDataFolder(dataFolder);
  try {
    const storage = await openStorage({ dataFolder, databasePath, databaseUrl, clock: systemClock, log });
    try {
      return await work(storage, log);
    } finally {
      await storage.close();
    }
  } finally {
    lock.release();
  }
}

/** Says why a command failed, each fault of the configuration with its place. Answers the exit status. */
export function sayFailure(io: Io, error: unknown): number {
  const text = error instanceof ConfigError ? error.errors.map(faultLine).join("\n") : (error as Error).message;
  io.stderr(`${paint(io, "red", "Failed:")} ${text}\n`);
  return EXIT.failed;
}
