import { resolve } from "node:path";
import { sql } from "kysely";
import type { Clock } from "../../kit/clock.ts";
import type { Logger } from "../../kit/log.ts";
import { Problem } from "../../kit/problem.ts";
import { prepareDataFolder } from "./data-folder.ts";
import type { Engine } from "./engine.ts";
import { keyFilePath, loadKey } from "./key-file.ts";
import { migrate } from "./migrate.ts";
import { openPostgres } from "./postgres.ts";
import { createSealing, type Sealing } from "./sealing.ts";
import { openSqlite } from "./sqlite.ts";
import type { Database, Storage } from "./storage.ts";
import { createWriteQueue } from "./write-queue.ts";

/** The longest a ping may take, in milliseconds. */
const PING_TIMEOUT = 2_000;

/** The name of the sealed value by which a wrong key is noticed at the start. */
const KEY_PROOF = "storage.key-proof";

export type StorageOptions = {
  /** Made when missing; holds the key file and, by default, the database `nekzus.db`. */
  dataFolder: string;
  /** The SQLite file, when it has another name or lies elsewhere; relative to the data folder. */
  databasePath?: string;
  /** A PostgreSQL address to use instead of SQLite. */
  databaseUrl?: string;
  clock: Clock;
  log: Logger;
};

/**
 * Opens the storage: prepares the data folder, connects, migrates, and proves that the key file fits the database.
 * Throws an error that says what to do when one of these fails; then nothing stays open.
 */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const { clock, log } = options;
  const dataFolder = resolve(options.dataFolder);
  prepareDataFolder(dataFolder, log);
  const engine = options.databaseUrl
    ? await openPostgres(options.databaseUrl, log)
    : openSqlite(resolve(dataFolder, options.databasePath || "nekzus.db"), log);
  try {
    const { from, to } = await migrate(engine, clock);
    if (from < to) log.info({ database: engine.where, from, to }, "database migrated");
    const { reader, writer, begin } = await engine.connect();
    const { write, idle } = createWriteQueue(writer, begin);
    const sealing = await openSealing(dataFolder, engine, reader, write, clock);
    return {
      dialect: engine.dialect,
      db: reader,
      write,
      ...sealing,
      ping: () => ping(reader, clock),
      async close() {
        await idle();
        await engine.close();
      },
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function openSealing(
  dataFolder: string,
  engine: Engine,
  db: Database,
  write: Storage["write"],
  clock: Clock,
): Promise<Sealing> {
  const held = await db.selectFrom("secrets").select("name").limit(1).execute();
  const sealing = createSealing(loadKey(dataFolder, held.length > 0));
  const sealed = await write(async (tx) => {
    await tx
      .insertInto("secrets")
      .values({ name: KEY_PROOF, sealed: sealing.seal(KEY_PROOF), created_at: clock.now() })
      .onConflict((c) => c.column("name").doNothing())
      .execute();
    return tx.selectFrom("secrets").select("sealed").where("name", "=", KEY_PROOF).executeTakeFirstOrThrow();
  });
  try {
    sealing.unseal(sealed.sealed);
  } catch (error) {
    throw new Error(
      `The key file ${keyFilePath(dataFolder)} does not fit the database ${engine.where}: its secrets were sealed with ` +
        "another key. Put back the key file that belongs to this database.",
      { cause: error },
    );
  }
  return sealing;
}

async function ping(db: Database, clock: Clock): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = clock.after(PING_TIMEOUT, () => late.reject(new Problem("STORAGE_UNAVAILABLE")));
  try {
    await Promise.race([sql`select 1`.execute(db), late.promise]);
  } finally {
    timer.cancel();
  }
}
