import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, test } from "vitest";
import { systemClock } from "../../kit/clock.ts";
import { createLogger } from "../../kit/log.ts";
import { openStorage, type StorageOptions } from "./open.ts";
import type { Storage } from "./storage.ts";

/** Opens an empty storage, which is closed and removed after the test. */
export type OpenTestStorage = (options?: Partial<StorageOptions>) => Promise<Storage>;

/**
 * Opens the database of the last opened storage once more, as a second gateway would. With SQLite a database has one
 * gateway only: there it is that storage itself.
 */
export type OpenBeside = () => Promise<Storage>;

/**
 * Runs a suite on SQLite and, with `POSTGRES_URL` in the environment, on PostgreSQL, where each storage has a schema
 * of its own. Without the address those tests are skipped, or fail when `NEKZUS_TEST_REQUIRE` names `postgres`.
 */
export function eachStorage(
  suite: (name: Storage["dialect"], open: OpenTestStorage, openBeside: OpenBeside) => void,
): void {
  describe("on sqlite", () => {
    const { open, openBeside } = storagesOf(async () => ({}));
    suite("sqlite", open, openBeside);
  });

  const url = process.env.POSTGRES_URL;
  if (!url && (process.env.NEKZUS_TEST_REQUIRE ?? "").split(",").includes("postgres")) {
    test("on postgres", () => {
      throw new Error("NEKZUS_TEST_REQUIRE asks for postgres, but POSTGRES_URL is not set");
    });
    return;
  }
  describe.skipIf(!url)("on postgres", () => {
    const { open, openBeside } = storagesOf(() => makeSchema(url ?? ""));
    suite("postgres", open, openBeside);
  });
}

/** A new data folder below the system's temporary one, and the function that removes it. */
export function makeTestFolder(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "nekzus-test-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Makes a schema of its own in the PostgreSQL of the tests: its address, and the function that drops it. */
export async function makeSchema(url: string): Promise<{ databaseUrl: string; drop(): Promise<void> }> {
  const { default: pg } = await import("pg");
  const schema = `test_${randomBytes(8).toString("hex")}`;
  async function run(statement: string) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  }
  await run(`create schema ${schema}`);
  const databaseUrl = new URL(url);
  databaseUrl.searchParams.set("options", `-c search_path=${schema}`);
  return { databaseUrl: databaseUrl.href, drop: () => run(`drop schema ${schema} cascade`) };
}

function storagesOf(makeDatabase: () => Promise<{ databaseUrl?: string; drop?(): Promise<void> }>) {
  const cleanups: (() => unknown)[] = [];
  let last: { storage: Storage; options: StorageOptions } | undefined;

  async function opened(options: StorageOptions): Promise<Storage> {
    const storage = await openStorage(options);
    cleanups.push(() => storage.close());
    last = { storage, options };
    return storage;
  }

  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  });

  const open: OpenTestStorage = async (options) => {
    const { folder, remove } = makeTestFolder();
    cleanups.push(remove);
    const { databaseUrl, drop } = await makeDatabase();
    if (drop) cleanups.push(drop);
    return opened({
      dataFolder: folder,
      databaseUrl,
      clock: systemClock,
      log: createLogger("test", "silent"),
      ...options,
    });
  };
  const openBeside: OpenBeside = async () => {
    if (!last) throw new Error("Open a storage first");
    return last.storage.dialect === "sqlite" ? last.storage : opened(last.options);
  };
  return { open, openBeside };
}
