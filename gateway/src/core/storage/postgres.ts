import { CompiledQuery, Kysely, PostgresDialect, sql } from "kysely";
import type { Pool, PoolConfig } from "pg";
import type { Logger } from "../../kit/log.ts";
import type { Engine } from "./engine.ts";
import type { Tables } from "./schema.ts";
import type { Database, Write } from "./storage.ts";
import { withStorageProblems } from "./storage-problem.ts";

/** Type numbers of PostgreSQL (`pg_type.oid`) whose values the driver would hand over as text. */
const INT8 = 20;
const NUMERIC = 1700;

/** Milliseconds. The client waits a little longer than the server, so that the server's clearer error comes first. */
const CONNECT_TIMEOUT = 5_000;
const STATEMENT_TIMEOUT = 30_000;
const QUERY_TIMEOUT = 35_000;
const LOCK_TIMEOUT = 15_000;
const IDLE_IN_TRANSACTION = 60_000;
const READING_CONNECTIONS = 4;

/**
 * Opens a PostgreSQL database. The driver is loaded only here, so that those who do not use it do not pay for it.
 * Throws an error that says what to do; no error carries the password.
 */
export async function openPostgres(url: string, log: Logger): Promise<Engine> {
  const where = describe(url);
  const { default: pg } = await import("pg");
  const pools: Pool[] = [];

  function open(options: PoolConfig, readOnly: boolean): { db: Database; pool: Pool } {
    const pool = new pg.Pool({
      connectionString: url,
      application_name: "nekzus",
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      types: {
        getTypeParser: ((oid: number, format?: "text" | "binary") =>
          oid === INT8 || oid === NUMERIC
            ? toNumber
            : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
      },
      ...options,
    });
    pools.push(pool);
    // Without listeners, a server that goes away would end the process: the pool reports idle connections, and each
    // connection itself. The statement that was running fails as well, so this is only for the log.
    pool.on("error", () => {});
    pool.on("connect", (client) => {
      client.on("error", (error) => log.warn({ err: error, database: where }, "a connection to the database was lost"));
    });
    const db = new Kysely<Tables>({
      dialect: withStorageProblems(
        new PostgresDialect({
          pool,
          async onCreateConnection(connection) {
            // As with SQLite, what is not in write() cannot write.
            if (readOnly) await connection.executeQuery(CompiledQuery.raw("set default_transaction_read_only = on"));
          },
        }),
      ),
    });
    return { db, pool };
  }

  const limits: PoolConfig = {
    statement_timeout: STATEMENT_TIMEOUT,
    query_timeout: QUERY_TIMEOUT,
    lock_timeout: LOCK_TIMEOUT,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION,
  };

  return {
    dialect: "postgres",
    where,
    async forMigrations() {
      // No time limits: a migration may be long, and another gateway's may have to be waited for.
      const { db, pool } = open({ max: 1 }, false);
      const close = () => end(pools, pool);
      try {
        await inspect(db);
      } catch (error) {
        await close();
        throw new Error(`The database ${where} cannot be used: ${reason(error)}. Check storage.database_url.`);
      }
      return { db, close };
    },
    async connect() {
      const reader = open({ ...limits, max: READING_CONNECTIONS }, true).db;
      const writer = open({ ...limits, max: 1 }, false).db;
      return { reader, writer, begin: takeWriteLock };
    },
    async close() {
      await Promise.all([...pools].map((pool) => end(pools, pool)));
    },
  };
}

/**
 * Makes this transaction the only one that writes, among all gateways on this database, until it ends. So stores may
 * read and then write in one transaction as with SQLite, and numbers are handed out in the order of the commits.
 */
export async function takeWriteLock(tx: Write): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('nekzus'), hashtext(current_schema()))`.execute(tx);
}

/** PostgreSQL's address without user and password. Throws without repeating the text, which may hold a password. */
function describe(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new Error("storage.database_url is not a URL such as postgres://user:password@host:5432/database");
  }
  if (parsed.protocol !== "postgres:" && parsed.protocol !== "postgresql:") {
    throw new Error(`storage.database_url must begin with postgres:// or postgresql://, not ${parsed.protocol}//`);
  }
  return `postgres://${parsed.host}${parsed.pathname}`;
}

async function inspect(db: Database): Promise<void> {
  const { rows } = await sql<{ schema: string | null; encoding: string }>`
    select current_schema() as schema, current_setting('server_encoding') as encoding`.execute(db);
  const [found] = rows;
  if (!found?.schema) throw new Error("none of the schemas in its search_path exists");
  if (found.encoding !== "UTF8") throw new Error(`its encoding is ${found.encoding}, and must be UTF8`);
}

async function end(pools: Pool[], pool: Pool): Promise<void> {
  const at = pools.indexOf(pool);
  if (at < 0) return;
  pools.splice(at, 1);
  await pool.end();
}

function toNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new RangeError(`The stored number ${text} is too large to be read exactly`);
  }
  return value;
}

/** The innermost reason; connecting to a name with several addresses fails with an empty message around several. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause) return reason(error.cause);
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0]);
  return error.message || error.name;
}
