import type { Dialect } from "kysely";
import { Problem } from "../../kit/problem.ts";

/** SQLite's primary result codes that say that the database cannot be used now: https://sqlite.org/rescode.html */
const SQLITE_UNAVAILABLE = new Set([5, 6, 10, 11, 13, 14, 26]);
/** Classes of SQLSTATE with the same meaning (PostgreSQL manual, appendix A): connection, resources, operator, system. */
const SQLSTATE_UNAVAILABLE = /^(08|53|57P|58|28|55P03|57014|25P0[34])/;
const NETWORK = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);
/** The client of PostgreSQL gives these errors no code. */
const CLIENT_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered)/;

/**
 * Turns the errors of a database that cannot be used at the moment (disk full, damaged file, server gone) into
 * `STORAGE_UNAVAILABLE`, with the original as `cause` for the log. Everything else comes back as it was.
 */
function storageProblem(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Problem || !isUnavailable(error)) return error;
  const problem = new Problem("STORAGE_UNAVAILABLE");
  problem.cause = error;
  return problem;
}

function isUnavailable(error: Error & { code?: unknown; errcode?: unknown }): boolean {
  if (typeof error.errcode === "number") return SQLITE_UNAVAILABLE.has(error.errcode & 0xff);
  if (typeof error.code === "string") return NETWORK.has(error.code) || SQLSTATE_UNAVAILABLE.test(error.code);
  return CLIENT_MESSAGES.test(error.message);
}

/** The dialect, with every error of a connection passed through {@link storageProblem}. */
export function withStorageProblems(dialect: Dialect): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createDriver() {
      const driver = dialect.createDriver();
      const acquire = driver.acquireConnection.bind(driver);
      const translated = new WeakSet<object>();
      driver.acquireConnection = async (options) => {
        const connection = await translate(acquire(options));
        if (!translated.has(connection)) {
          translated.add(connection);
          const execute = connection.executeQuery.bind(connection);
          connection.executeQuery = (query, queryOptions) => translate(execute(query, queryOptions));
        }
        return connection;
      };
      return driver;
    },
  };
}

async function translate<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw storageProblem(error);
  }
}
