import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeFolder } from "./data-folder.ts";

/** SQLite's codes for "somebody else holds it": https://sqlite.org/rescode.html#busy */
const BUSY = new Set([5, 6]);

/** Held here, because a database that nobody refers to any more is collected and closed, and its lock with it. */
const locks = new Set<DatabaseSync>();

/**
 * Takes the data folder for this gateway until `release()`. Throws when another one holds it. The lock is one of
 * SQLite on `<folder>/lock`: the system gives it back when the process ends, however it ends, so none is ever left
 * behind. Nothing else in this process may open and close that file: on POSIX systems that would drop the lock.
 */
export function lockDataFolder(folder: string): { release(): void } {
  makeFolder(folder);
  const path = join(folder, "lock");
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec("pragma journal_mode = memory; pragma locking_mode = exclusive; begin exclusive");
  } catch (error) {
    database?.close();
    if (BUSY.has(((error as { errcode?: number }).errcode ?? 0) & 0xff)) {
      throw new Error(
        `Another Nekzus is using the data folder ${folder}. Stop it first, or start this one with another data folder.`,
      );
    }
    throw new Error(`The lock file ${path} cannot be used: ${(error as Error).message}. Check who owns the folder.`, {
      cause: error,
    });
  }
  const lock = database;
  locks.add(lock);
  return {
    release() {
      if (locks.delete(lock)) lock.close();
    },
  };
}
