import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Insertable, sql } from "kysely";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../kit/clock.ts";
import { createLogger } from "../../kit/log.ts";
import { Problem } from "../../kit/problem.ts";
import { removeExpired } from "./expired.ts";
import { openStorage, type StorageOptions } from "./open.ts";
import type { Tables } from "./schema.ts";
import { namedSecret } from "./secrets.ts";
import { getSetting, setOnce, setSetting } from "./settings.ts";
import type { Storage } from "./storage.ts";
import { eachStorage, makeTestFolder } from "./test-storages.ts";

const LATER = Date.UTC(2200, 0, 1);

/** One row for each table, with every column: a column that the migrations forgot makes the insert fail. */
const ROWS: { [T in keyof Tables]: Required<Insertable<Tables[T]>> } = {
  settings: { name: "instance", value: "one" },
  secrets: { name: "signing", sealed: Uint8Array.of(0, 255, 7), created_at: 1 },
  users: {
    id: 7,
    username: "anna",
    role: "admin",
    password_hash: "hash",
    generation: 1,
    is_active: 1,
    created_at: LATER,
    last_login: null,
  },
  grants: { user_id: 7, scope: "access:grafana" },
  sessions: {
    id: "session",
    user_id: 7,
    cookie_hash: "a",
    proof_hash: "b",
    generation: 1,
    created_at: 1,
    seen_at: 2,
    expires_at: LATER,
    user_agent: "a",
    address: "192.0.2.1",
  },
  preferences: { user_id: 7, body: "{}", updated_at: 1 },
  revoked_credentials: { id: "token", expires_at: LATER },
  devices: {
    id: "phone",
    user_id: 7,
    name: "Phone",
    platform: "ios",
    model: "",
    scopes: "[]",
    generation: 1,
    pins: "[]",
    created_at: 1,
    expires_at: null,
    seen_at: 2,
    address: "192.0.2.1",
    day: 20_000,
    requests: 3,
  },
  token_families: {
    id: "family",
    subject: "device:phone",
    newest: "{}",
    previous: null,
    replaced_at: null,
    expires_at: LATER,
  },
  api_keys: {
    id: "key_1",
    name: "Backup",
    prefix: "nekzus_0123",
    hash: "a",
    old_hash: null,
    old_until: null,
    scopes: "[]",
    networks: "[]",
    per_minute: 0,
    expires_at: null,
    used_at: null,
    used_address: "",
    created_at: 1,
    created_by: "user:7",
    revoked_at: null,
  },
  audit_log: {
    number: 3,
    at: 1,
    action: "route.updated",
    actor: "user:7",
    actor_name: "anna",
    address: "192.0.2.1",
    target: "grafana",
    details: null,
    success: 1,
    error: "",
  },
  apps: {
    id: "grafana",
    name: "Grafana",
    icon: "",
    group_name: "",
    description: "",
    tags: "[]",
    endpoints: "[]",
    discovery_meta: "{}",
    origin: "api",
    version: 1,
    created_at: 1,
    updated_at: 1,
  },
  routes: {
    route_id: "grafana",
    app_id: "grafana",
    path_base: "/apps/grafana/",
    subdomain: null,
    target: "http://127.0.0.1:3000",
    upstream_class: "host",
    options: "{}",
    origin: "api",
    version: 1,
    created_at: 1,
    updated_at: 1,
  },
  service_health: {
    app_id: "grafana",
    status: "healthy",
    last_check: 5,
    last_success: null,
    response_ms: 12,
    status_code: 200,
    consecutive_failures: 0,
    message: "",
    since: 4,
  },
  deletions: {
    id: "deletion",
    kind: "app",
    app_id: "old",
    app_version: 3,
    app: "{}",
    decision: null,
    deleted_at: 1,
    deleted_by: "anna",
    expires_at: LATER,
  },
  app_icons: { app_id: "grafana", version: "0f", type: "image/png", image: Uint8Array.of(0, 255, 7) },
  deleted_routes: { deletion_id: "deletion", route_id: "old", version: 2, route: "{}" },
  proposals: {
    id: "docker:grafana",
    source: "docker",
    state: "pending",
    identity: "i",
    app_id: "grafana",
    body: "{}",
    first_seen: 1,
    last_seen: 2,
    missed_scans: 0,
  },
  events: { number: 4, type: "app_removed", data: "{}", created_at: 1, sensitive: 0 },
  session_cookies: {
    device_id: "phone",
    app_id: "grafana",
    key_hash: "hash",
    name: "sid",
    domain: "grafana.local",
    path: "/",
    host_only: 1,
    secure: 0,
    http_only: 1,
    same_site: "Lax",
    created_at: LATER,
    set_at: LATER,
    expires_at: null,
    sealed: Uint8Array.of(1, 2),
  },
  activity: {
    number: 5,
    id: "device_paired_phone_x",
    type: "device_paired",
    icon: "Smartphone",
    icon_class: "success",
    message: "Phone was paired",
    details: "",
    at: LATER,
    scope: "read:*",
    devices: "[]",
    sensitive: 1,
    notice: 1,
  },
  notices_read: { user_id: 7, number: 5 },
  webhook_calls: {
    number: 6,
    at: LATER,
    endpoint: "activity",
    status: 200,
    result: "sent",
    caller: "apikey:key",
    caller_name: "ci",
    address: "192.168.1.4",
    body: "{}",
  },
  notification_channels: {
    id: "mail",
    kind: "mail",
    name: "Mail",
    enabled: 1,
    settings: "{}",
    secrets: Uint8Array.of(1, 2),
    last_result: "",
    last_at: null,
    created_at: LATER,
    updated_at: LATER,
  },
  notification_rules: { id: "rule", body: "{}", created_at: LATER, updated_at: LATER },
  incidents: {
    rule_id: "rule",
    subject: "app_down:grafana",
    state: "told",
    occurrence: "{}",
    opened_at: LATER,
    ended_at: null,
    due_at: null,
  },
  push_subscriptions: {
    id: "push",
    user_id: 7,
    endpoint_hash: "hash",
    sealed: Uint8Array.of(1, 2),
    service: "push.example.org",
    browser: "Firefox",
    created_at: LATER,
    used_at: null,
  },
  notifications: {
    number: 7,
    id: "n-1",
    channel_id: "mail",
    device_id: "phone",
    subscription_id: null,
    type: "health_alert",
    title: "Grafana is down",
    body: "HTTP 502",
    severity: "critical",
    payload: "{}",
    status: "pending",
    retry_count: 0,
    max_retries: 10,
    created_at: LATER,
    expires_at: LATER,
    next_attempt_at: LATER,
    sent_at: null,
    last_attempt_at: null,
    delivered_at: null,
    ended_at: null,
    lease_until: 0,
    error_message: "",
    about: "[]",
  },
  jobs: {
    id: "job",
    kind: "pull",
    title: "Pull",
    status: "running",
    progress: 0.25,
    message: "",
    output: "Zeile ✓",
    cancellable: 1,
    created_at: 1,
    started_at: null,
    ended_at: null,
  },
  leases: { name: "nightly", holder: "me", expires_at: LATER },
};

async function insertAll(storage: Storage): Promise<void> {
  await storage.write(async (tx) => {
    for (const [table, row] of Object.entries(ROWS))
      await tx
        .insertInto(table as "settings")
        .values(row as never)
        .execute();
  });
}

eachStorage((dialect, open) => {
  test("every table keeps every column as it was written", async () => {
    const storage = await open();
    await insertAll(storage);
    for (const [table, row] of Object.entries(ROWS)) {
      const rows = await storage.db
        .selectFrom(table as "settings")
        .selectAll()
        .execute();
      // Each driver has a class of its own for bytes.
      const plain = rows.map((found) =>
        Object.fromEntries(
          Object.entries<unknown>(found).map(([name, value]) => [
            name,
            value instanceof Uint8Array ? Uint8Array.from(value) : value,
          ]),
        ),
      );
      expect(plain, table).toContainEqual(row);
    }
  });

  test("what belongs to a removed app or user goes with it", async () => {
    const storage = await open();
    await insertAll(storage);
    await storage.write(async (tx) => {
      await tx.deleteFrom("users").execute();
      await tx.deleteFrom("apps").execute();
    });
    for (const table of ["grants", "preferences", "sessions", "routes", "service_health"] as const) {
      expect(await storage.db.selectFrom(table).selectAll().execute(), table).toEqual([]);
    }
  });

  test("one write follows the other, also when each reads before it writes", async () => {
    const storage = await open();
    const add = () =>
      storage.write(async (tx) => {
        const before = Number((await getSetting(tx, "count")) ?? "0");
        await new Promise((resolve) => setImmediate(resolve));
        await setSetting(tx, "count", String(before + 1));
      });
    await Promise.all(Array.from({ length: 20 }, add));
    expect(await getSetting(storage.db, "count")).toBe("20");
  });

  test("a write that throws leaves nothing behind and stops nobody", async () => {
    const storage = await open();
    const failing = storage.write(async (tx) => {
      await setSetting(tx, "half", "done");
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await getSetting(storage.db, "half")).toBeUndefined();
    expect(await storage.write((tx) => setOnce(tx, "half", "first"))).toBe("first");
    expect(await storage.write((tx) => setOnce(tx, "half", "second"))).toBe("first");
  });

  test("a write inside a write is refused instead of waiting for ever", async () => {
    const storage = await open();
    const nested = storage.write(() => storage.write((tx) => setSetting(tx, "a", "b")));
    await expect(nested).rejects.toThrow("inside a write transaction");
    expect(await getSetting(storage.db, "a")).toBeUndefined();
  });

  test("only write() can write", async () => {
    const storage = await open();
    await expect(storage.db.insertInto("settings").values({ name: "a", value: "b" }).execute()).rejects.toThrow(
      /read.?only/,
    );
  });

  test("the number of an event is never given twice", async () => {
    const storage = await open();
    const record = () =>
      storage.write((tx) =>
        tx
          .insertInto("events")
          .values({ type: "t", data: "{}", created_at: 1, sensitive: 0 })
          .returning("number")
          .executeTakeFirstOrThrow(),
      );
    const first = await record();
    await storage.write((tx) => tx.deleteFrom("events").execute());
    expect((await record()).number).toBeGreaterThan(first.number);
  });

  test("texts are sorted byte by byte", async () => {
    const storage = await open();
    await storage.write(async (tx) => {
      for (const name of ["b", "a", "B", "ä", "_"]) await setSetting(tx, name, "");
    });
    const rows = await storage.db.selectFrom("settings").select("name").orderBy("name").execute();
    expect(rows.map((row) => row.name)).toEqual(["B", "_", "a", "b", "ä"]);
  });

  test("expired rows are removed, others stay", async () => {
    const storage = await open();
    await insertAll(storage);
    await storage.write((tx) => tx.insertInto("revoked_credentials").values({ id: "old", expires_at: 999 }).execute());
    expect(await removeExpired(storage, 1000)).toBe(1);
    expect(await removeExpired(storage, LATER)).toBe(5);
  });

  test("a secret is made once, also when several ask at the same time, and is not readable in the database", async () => {
    const storage = await open();
    let made = 0;
    const ask = () => namedSecret(storage, "signing", () => `canary-${++made}`);
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(new Set(answers).size).toBe(1);
    expect(await ask()).toBe(answers[0]);
    const row = await storage.db
      .selectFrom("secrets")
      .select("sealed")
      .where("name", "=", "signing")
      .executeTakeFirstOrThrow();
    expect(Buffer.from(row.sealed).toString("latin1")).not.toContain("canary");
    const changed = Uint8Array.from(row.sealed);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    expect(() => storage.unseal(changed)).toThrow("cannot be opened");
  });

  test("a ping tells whether the database answers", async () => {
    const storage = await open();
    await storage.ping();
    await storage.close();
    await expect(storage.ping()).rejects.toThrow();
  });

  test("a database that cannot be used is STORAGE_UNAVAILABLE, and works again afterwards", async () => {
    const storage = await open();
    const failing = storage.write(async (tx) => {
      if (dialect === "sqlite") {
        await sql`pragma max_page_count = 1`.execute(tx);
        await setSetting(tx, "large", "x".repeat(1_000_000));
      } else {
        await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx);
      }
    });
    await expect(failing).rejects.toThrow(expect.objectContaining({ code: "STORAGE_UNAVAILABLE" }));
    await expect(failing).rejects.toBeInstanceOf(Problem);
    await storage.write(async (tx) => {
      if (dialect === "sqlite") await sql`pragma max_page_count = 1000000`.execute(tx);
      await setSetting(tx, "small", "x");
    });
    expect(await getSetting(storage.db, "small")).toBe("x");
  });
});

describe("the data folder", () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  });

  function folder(): string {
    const { folder, remove } = makeTestFolder();
    cleanups.push(remove);
    return join(folder, "data");
  }
  async function open(dataFolder: string, more: Partial<StorageOptions> = {}): Promise<Storage> {
    const storage = await openStorage({ dataFolder, clock: systemClock, log: createLogger("test", "silent"), ...more });
    cleanups.push(() => storage.close());
    return storage;
  }
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

  test("is closed to others, with everything in it", async () => {
    const data = folder();
    await open(data);
    expect(mode(data)).toBe("700");
    for (const file of ["nekzus.db", "nekzus.db-wal", "secret.key"]) expect(mode(join(data, file)), file).toBe("600");
  });

  test("is tightened when it was open to others", async () => {
    const data = folder();
    await (await open(data)).close();
    chmodSync(data, 0o755);
    chmodSync(join(data, "nekzus.db"), 0o644);
    await open(data);
    expect([mode(data), mode(join(data, "nekzus.db"))]).toEqual(["700", "600"]);
  });

  test.skipIf(process.getuid?.() !== 0)(
    "is refused when it is open to others and belongs to somebody else",
    async () => {
      const data = folder();
      mkdirSync(data, { mode: 0o755 });
      chownSync(data, 12_345, 12_345);
      await expect(open(data)).rejects.toThrow(/open to other users \(0755\) and belongs to user 12345.*chmod 700/);
      expect(readdirSync(data)).toEqual([]);
    },
  );

  test("keeps secrets over a restart", async () => {
    const data = folder();
    const first = await open(data);
    const secret = await namedSecret(first, "signing", () => "made once");
    await first.close();
    expect(await namedSecret(await open(data), "signing", () => "made again")).toBe(secret);
  });

  test("a missing, foreign, damaged or open key file stops the start, and nothing is made anew", async () => {
    const data = folder();
    const key = join(data, "secret.key");
    await (await open(data)).close();
    const bytes = readFileSync(key);

    rmSync(key);
    await expect(open(data)).rejects.toThrow(/secret\.key is missing.*Put the file back/);
    expect(() => statSync(key)).toThrow();

    writeFileSync(key, new Uint8Array(32).fill(1), { mode: 0o600 });
    await expect(open(data)).rejects.toThrow(/does not fit the database/);

    writeFileSync(key, "short");
    await expect(open(data)).rejects.toThrow(/damaged: it has 5 bytes/);

    writeFileSync(key, bytes);
    chmodSync(key, 0o640);
    await expect(open(data)).rejects.toThrow(/open to other users \(0640\).*chmod 600/);

    chmodSync(key, 0o600);
    await open(data);
  });

  test("an error about PostgreSQL names the server, never the password", async () => {
    for (const databaseUrl of [
      "postgres://me:canary@127.0.0.1:1/db",
      "postgres://me:canary@[broken",
      "mysql://me:canary@host/db",
    ]) {
      const error = await open(folder(), { databaseUrl }).catch((caught: unknown) => caught as Error);
      expect(error).toBeInstanceOf(Error);
      expect(JSON.stringify([(error as Error).message, (error as Error).cause, error])).not.toContain("canary");
      expect((error as Error).message).toMatch(/storage\.database_url/);
    }
  });
});
