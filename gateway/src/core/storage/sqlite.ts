import { closeSync, existsSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Kysely, SqliteDialect } from "kysely";
import type { Logger } from "../../kit/log.ts";
import { keepPrivate, makeFolder } from "./data-folder.ts";
import type { Engine } from "./engine.ts";
import type { Tables } from "./schema.ts";
import { sqliteAdapter } from "./sqlite-adapter.ts";
import type { Database } from "./storage.ts";
import { withStorageProblems } from "./storage-problem.ts";

/** How long a connection waits for another process that is writing, in milliseconds. */
const BUSY_TIMEOUT = 5_000;

/**
 * Opens the SQLite file, making it (0600) when it is missing: one writing and one reading connection. Throws an
 * error that says what to do when the file is damaged or belongs to another program.
 */
export function openSqlite(path: string, log: Logger): Engine {
  makeFolder(dirname(path));
  makeFile(path);
  keepPrivate(path, 0o600, log);
  const writing = recognised(path, () => connection(path, false));
  let reading: DatabaseSync | undefined;
  const writer = overKysely(writing);

  return {
    dialect: "sqlite",
    where: path,
    async forMigrations() {
      return { db: writer, close: async () => {} };
    },
    async connect() {
      // Only now: a file that could not be migrated keeps its journal mode too. WAL lets reads go on during a write.
      writing.exec("pragma journal_mode = wal; pragma synchronous = normal; pragma journal_size_limit = 16777216");
      reading = connection(path, true);
      return { reader: overKysely(reading), writer };
    },
    async close() {
      // The writing one last: the last to close tidies the write-ahead log away, which a reading one cannot.
      if (reading?.isOpen) reading.close();
      if (writing.isOpen) writing.close();
    },
  };
}

function makeFile(path: string): void {
  if (existsSync(path)) return;
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    throw new Error(`The database ${path} cannot be made: ${message}`, { cause: error });
  }
}

function connection(path: string, readOnly: boolean): DatabaseSync {
  const database = new DatabaseSync(path, {
    readOnly,
    timeout: BUSY_TIMEOUT,
    enableForeignKeyConstraints: true,
    // A damaged or planted schema must not be able to run functions or write to the tables of SQLite itself.
    defensive: true,
  });
  database.exec("pragma trusted_schema = off");
  return database;
}

/** Opens, and looks whether this is a database of ours before anything is changed in it. */
function recognised(path: string, open: () => DatabaseSync): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = open();
    const row = database
      .prepare("select count(*) as tables, count(*) filter (where name = 'schema_version') as ours from sqlite_master")
      .get();
    if (row?.tables !== 0 && row?.ours !== 1) {
      throw new Error("it is a database of another program. Choose another path for the database");
    }
    return database;
  } catch (error) {
    database?.close();
    const { message, errcode } = error as Error & { errcode?: number };
    const advice = errcode === 26 || errcode === 11 ? ". The file is damaged: restore a backup" : "";
    throw new Error(`The database ${path} cannot be opened: ${message}${advice}.`, { cause: error });
  }
}

function overKysely(database: DatabaseSync): Database {
  return new Kysely<Tables>({
    dialect: withStorageProblems(new SqliteDialect({ database: sqliteAdapter(database) })),
  });
}
