import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { SqliteDatabase, SqliteStatement } from "kysely";

/** Statements kept ready on each connection; the stores have fewer different ones. */
const CACHE_SIZE = 256;

/**
 * Lets Kysely's SQLite dialect use `node:sqlite`. Prepared statements are kept. Integers come back as numbers, and
 * one beyond 2^53 is an error, not a wrong number.
 */
export function sqliteAdapter(database: DatabaseSync): SqliteDatabase {
  const cache = new Map<string, SqliteStatement>();

  return {
    close: () => database.close(),
    prepare(sql) {
      // An immediate transaction waits for its turn at the start. A plain one could fail half way, at its first write.
      if (sql === "begin") return command(() => database.exec("begin immediate"));
      // After some errors (disk full) SQLite has rolled back by itself, and a second time would hide the first error.
      if (sql === "rollback") return command(() => database.isTransaction && database.exec("rollback"));
      const known = cache.get(sql);
      if (known) return known;
      const statement = adapt(database, sql);
      if (cache.size >= CACHE_SIZE) cache.clear();
      cache.set(sql, statement);
      return statement;
    },
  };
}

function adapt(database: DatabaseSync, sql: string): SqliteStatement {
  const statement: StatementSync = database.prepare(sql);
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    // A statement of its own: the kept one may be used again while this one is still being read.
    iterate: (parameters) => database.prepare(sql).iterate(...values(parameters)),
  };
}

function values(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters as SQLInputValue[];
}

function command(run: () => void): SqliteStatement {
  return {
    reader: false,
    all: () => [],
    iterate: () => [].values(),
    run() {
      run();
      return { changes: 0, lastInsertRowid: 0 };
    },
  };
}
