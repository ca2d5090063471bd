import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sql } from "kysely";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../kit/clock.ts";
import { createLogger } from "../../kit/log.ts";
import type { Engine } from "./engine.ts";
import { migrate } from "./migrate.ts";
import { MIGRATIONS } from "./migrations/all.ts";
import type { Migration } from "./migrations/migration.ts";
import { openStorage } from "./open.ts";
import { openPostgres } from "./postgres.ts";
import { openSqlite } from "./sqlite.ts";
import { makeSchema, makeTestFolder } from "./test-storages.ts";

const log = createLogger("test", "silent");
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

const next = (MIGRATIONS.at(-1)?.number ?? 0) + 1;
const good: Migration = {
  number: next,
  name: "good",
  up: async ({ db, schema, types }) => {
    await schema.alterTable("settings").addColumn("note", types.text).execute();
    await sql`update settings set value = 'changed'`.execute(db);
  },
};
const bad: Migration = {
  number: next + 1,
  name: "bad",
  up: async ({ schema }) => {
    await schema.dropTable("events").execute();
    await schema.dropTable("no_such_table").execute();
  },
};

type Opened = { reopen(): Promise<Engine>; bytes?(): Buffer };

function onSqlite(): Opened {
  const { folder, remove } = makeTestFolder();
  cleanups.push(remove);
  const path = join(folder, "nekzus.db");
  return { reopen: async () => closing(openSqlite(path, log)), bytes: () => readFileSync(path) };
}

async function onPostgres(): Promise<Opened> {
  const { databaseUrl, drop } = await makeSchema(process.env.POSTGRES_URL ?? "");
  cleanups.push(drop);
  return { reopen: async () => closing(await openPostgres(databaseUrl, log)) };
}

function closing(engine: Engine): Engine {
  cleanups.push(() => engine.close());
  return engine;
}

describe.for([
  { name: "sqlite", make: async () => onSqlite(), available: true },
  { name: "postgres", make: onPostgres, available: Boolean(process.env.POSTGRES_URL) },
])("migrations on $name", ({ make, available }) => {
  /** A database of the version before, with a row in it. */
  async function old(): Promise<Opened> {
    const database = await make();
    const engine = await database.reopen();
    expect(await migrate(engine, systemClock)).toEqual({ from: 0, to: next - 1 });
    const { writer } = await engine.connect();
    await writer.insertInto("settings").values({ name: "a", value: "kept" }).execute();
    await engine.close();
    return database;
  }

  test.skipIf(!available)("when one of several fails, the database is as it was before", async () => {
    const database = await old();
    const before = database.bytes?.();
    const failing = await database.reopen();
    await expect(migrate(failing, systemClock, [...MIGRATIONS, good, bad])).rejects.toThrow(
      /migration \d+ \(bad\) failed .*no_such_table.*left as it was/,
    );
    await failing.close();
    if (before) expect(database.bytes?.().equals(before)).toBe(true);

    const engine = await database.reopen();
    expect(await migrate(engine, systemClock)).toEqual({ from: next - 1, to: next - 1 });
    const { reader } = await engine.connect();
    expect(await reader.selectFrom("settings").selectAll().execute()).toEqual([{ name: "a", value: "kept" }]);
    expect(await reader.selectFrom("events").selectAll().execute()).toEqual([]);
  });

  test.skipIf(!available)("a newer database is refused, untouched, with both versions and a way out", async () => {
    const database = await old();
    const newer = await database.reopen();
    expect(await migrate(newer, systemClock, [...MIGRATIONS, good])).toEqual({ from: next - 1, to: next });
    await newer.close();
    const before = database.bytes?.();
    const engine = await database.reopen();
    await expect(migrate(engine, systemClock)).rejects.toThrow(
      new RegExp(`has version ${next}, .*up to ${next - 1}:.*Start that newer Nekzus again, or restore`),
    );
    await engine.close();
    if (before) expect(database.bytes?.().equals(before)).toBe(true);
  });

  test.skipIf(!available)("what the first version stored is there in the newest", async () => {
    const database = await make();
    const engine = await database.reopen();
    await migrate(engine, systemClock, MIGRATIONS.slice(0, 1));
    const { writer, reader } = await engine.connect();
    const texts = { name: "A", icon: "", group_name: "", description: "", tags: "[]" };
    const app = { id: "a", ...texts, endpoints: "{}", discovery_meta: "{}", origin: "api" };
    await writer
      .insertInto("apps")
      .values({ ...app, version: 7, created_at: 1, updated_at: 2 })
      .execute();
    const health = { app_id: "a", status: "unhealthy", consecutive_failures: 3, message: "HTTP 500" };
    await writer.insertInto("service_health").values(health).execute();
    expect(await migrate(engine, systemClock)).toEqual({ from: 1, to: next - 1 });
    expect(await reader.selectFrom("apps").selectAll().execute()).toMatchObject([{ ...app, version: 7 }]);
    expect(await reader.selectFrom("service_health").selectAll().execute()).toMatchObject([{ ...health, since: null }]);
    expect(await reader.selectFrom("deletions").selectAll().execute()).toEqual([]);
  });

  test.skipIf(!available)("gateways that start at the same time migrate once", async () => {
    const database = await make();
    const engines = [await database.reopen()];
    // A second SQLite gateway is kept out by the lock of the data folder.
    if (engines[0]?.dialect === "postgres") engines.push(await database.reopen(), await database.reopen());
    const results = await Promise.all(engines.map((engine) => migrate(engine, systemClock)));
    expect(results.filter((result) => result.from === 0)).toHaveLength(1);
  });
});

test("migrations are numbered in their order", () => {
  expect(MIGRATIONS.map(({ number }) => number)).toEqual(MIGRATIONS.map((_, at) => at + 1));
});

test("rows that would refer to nothing stop a migration of SQLite", async () => {
  const engine = await onSqlite().reopen();
  const broken: Migration = {
    number: next,
    name: "broken",
    up: async ({ db }) => {
      await sql`insert into grants (user_id, scope) values (99, 'access:x')`.execute(db);
    },
  };
  await expect(migrate(engine, systemClock, [...MIGRATIONS, broken])).rejects.toThrow(
    /rows of grants refer to rows of users/,
  );
});

test("a damaged file and a database of another program are refused, untouched", async () => {
  const { folder, remove } = makeTestFolder();
  cleanups.push(remove);
  const options = { dataFolder: folder, clock: systemClock, log };

  const damaged = join(folder, "damaged.db");
  writeFileSync(damaged, "this is no database ".repeat(200), { mode: 0o600 });
  const before = readFileSync(damaged);
  await expect(openStorage({ ...options, databasePath: damaged })).rejects.toThrow(/damaged: restore a backup/);
  expect(readFileSync(damaged).equals(before)).toBe(true);

  const foreign = join(folder, "foreign.db");
  const other = new DatabaseSync(foreign);
  other.exec("create table photos (name text)");
  other.close();
  const bytes = readFileSync(foreign);
  await expect(openStorage({ ...options, databasePath: foreign })).rejects.toThrow(/another program/);
  expect(readFileSync(foreign).equals(bytes)).toBe(true);
});
