import { type Kysely, sql, type Transaction } from "kysely";
import type { Clock } from "../../kit/clock.ts";
import type { Engine } from "./engine.ts";
import { MIGRATIONS } from "./migrations/all.ts";
import { type Migration, migrationStep } from "./migrations/migration.ts";
import { takeWriteLock } from "./postgres.ts";
import type { Tables } from "./schema.ts";
import type { Storage } from "./storage.ts";

type VersionTable = { schema_version: { number: number; name: string; applied_at: number } };

/**
 * Brings the database to the newest version: all missing migrations in one transaction, so that a failure leaves it
 * as it was. On PostgreSQL gateways that start at once wait for each other. Throws when a newer Nekzus has used the
 * database. Answers the versions before and after; 0 is an empty database.
 */
export async function migrate(
  engine: Engine,
  clock: Clock,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<{ from: number; to: number }> {
  const { db, close } = await engine.forMigrations();
  const untyped = db as unknown as Kysely<VersionTable>;
  const newest = migrations.at(-1)?.number ?? 0;
  let from = 0;
  let running = "the preparation";
  try {
    // A migration may make a table anew, which with foreign keys on would empty those that refer to it. SQLite takes
    // this switch only outside a transaction; the references are checked before the commit.
    if (engine.dialect === "sqlite") await sql`pragma foreign_keys = off`.execute(db);
    await untyped.transaction().execute(async (tx) => {
      if (engine.dialect === "postgres") await takeWriteLock(tx as unknown as Transaction<Tables>);
      from = await currentVersion(tx, engine.dialect);
      if (from > newest) throw new NewerDatabase(engine.where, from, newest);
      for (const migration of migrations) {
        if (migration.number <= from) continue;
        running = `migration ${migration.number} (${migration.name})`;
        await migration.up(migrationStep(tx as unknown as Kysely<unknown>, engine.dialect));
        await tx
          .insertInto("schema_version")
          .values({ number: migration.number, name: migration.name, applied_at: clock.now() })
          .execute();
      }
      if (engine.dialect === "sqlite") await checkReferences(tx);
    });
    return { from, to: newest };
  } catch (error) {
    if (error instanceof NewerDatabase) throw error;
    throw new Error(
      `The database ${engine.where} could not be brought from version ${from} to ${newest}: ${running} failed ` +
        `(${rootMessage(error)}). The database was left as it was; the Nekzus that used it before can go on with it.`,
      { cause: error },
    );
  } finally {
    if (engine.dialect === "sqlite") await sql`pragma foreign_keys = on`.execute(db);
    await close();
  }
}

class NewerDatabase extends Error {
  constructor(where: string, found: number, known: number) {
    super(
      `The database ${where} has version ${found}, and this Nekzus knows versions up to ${known}: a newer Nekzus has ` +
        "used it. Start that newer Nekzus again, or restore a backup that was made before the upgrade.",
    );
  }
}

async function currentVersion(tx: Transaction<VersionTable>, dialect: Storage["dialect"]): Promise<number> {
  const { types, tableEnd } = migrationStep(tx as unknown as Kysely<unknown>, dialect);
  await tx.schema
    .createTable("schema_version")
    .ifNotExists()
    .addColumn("number", types.int, (c) => c.primaryKey().notNull())
    .addColumn("name", types.text, (c) => c.notNull())
    .addColumn("applied_at", types.int, (c) => c.notNull())
    .modifyEnd(tableEnd)
    .execute();
  const row = await tx
    .selectFrom("schema_version")
    .select((e) => e.fn.max<number | null>("number").as("version"))
    .executeTakeFirst();
  return row?.version ?? 0;
}

async function checkReferences(tx: Transaction<VersionTable>): Promise<void> {
  const { rows } = await sql<{ table: string; parent: string }>`pragma foreign_key_check`.execute(tx);
  const [first] = rows;
  if (first) throw new Error(`rows of ${first.table} refer to rows of ${first.parent} that do not exist`);
}

function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause ? rootMessage(error.cause) : error.message;
}
