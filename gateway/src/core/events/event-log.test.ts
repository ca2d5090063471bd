import { expect, test } from "vitest";
import { createBus } from "../../kit/bus.ts";
import { createLogger } from "../../kit/log.ts";
import { Problem } from "../../kit/problem.ts";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import type { Storage } from "../storage/storage.ts";
import { eachStorage } from "../storage/test-storages.ts";
import { createAudiences, type Viewer } from "./audience.ts";
import { createEventLog } from "./event-log.ts";
import type { Topics } from "./topics.ts";

const log = createLogger("test", "silent");
const user = (...scopes: string[]) => ({ kind: "user" as const, scopes });
const ALL = user("read:*");

function record(storage: Storage, sensitive: ReadonlySet<string> = new Set()) {
  const clock = createVirtualClock();
  const bus = createBus<Topics>((error) => {
    throw error;
  });
  const events = createEventLog({ storage, bus, audiences: createAudiences(() => sensitive), clock, log });
  events.start();
  const remove = (...ids: (string | number)[]) => {
    for (const id of ids) bus.emit("app_removed", { appId: String(id) });
  };
  const ids = async (after = 0, who: Viewer = ALL) =>
    (await events.since(after, 500, who)).events.map((event) => event.data.appId ?? event.type);
  return { clock, bus, events, remove, ids };
}

/** A storage whose writes fail while `broken.now` says so. */
function breakable(storage: Storage) {
  const broken = { now: false };
  const write: Storage["write"] = (work) =>
    broken.now ? Promise.reject(new Problem("STORAGE_UNAVAILABLE")) : storage.write(work);
  return { broken, storage: { ...storage, write } };
}

eachStorage((_, open) => {
  test("events are kept in their order, with their time, and without signals", async () => {
    const { bus, events, remove, clock } = record(await open());
    remove("a");
    bus.emit("catalog-changed", { appIds: ["a"] });
    bus.emit("config_reload", { message: "read again" });
    const { events: seen, latest, gap } = await events.since(0, 100, ALL);
    expect(seen).toMatchObject([
      { type: "app_removed", data: { appId: "a" }, timestamp: new Date(clock.now()).toISOString() },
      { type: "config_reload", data: { message: "read again" } },
    ]);
    expect(latest).toBe(seen[1]?.number);
    expect(gap).toBe(false);
    await events.stop();
  });

  test("a client that comes back gets what it missed, page by page", async () => {
    const { events, remove } = record(await open());
    const all = Array.from({ length: 1200 }, (_, i) => String(i));
    remove(...all);
    const got: unknown[] = [];
    let after = 0;
    for (;;) {
      const page = await events.since(after, 500, ALL);
      got.push(...page.events.map((event) => event.data.appId));
      after = page.events.at(-1)?.number ?? page.latest;
      if (after === page.latest) break;
    }
    expect(got).toEqual(all);
    await events.stop();
  });

  test("nobody sees events beyond their scopes, and pages are not shortened by them", async () => {
    const { bus, events, remove, ids } = record(await open());
    bus.emit("config_warning", { warning: "disk" });
    remove("b", "b", "a");
    expect(await ids(0, user("read:events", "read:catalog"))).toEqual([]);
    expect(await ids(0, user("read:events", "access:a"))).toEqual(["a"]);
    expect(await ids(0, user("access:admin", "write:*"))).toEqual([]);
    expect(await ids(0, ALL)).toEqual(["config_warning", "b", "b", "a"]);
    expect((await events.since(0, 1, user("access:a"))).events.map((event) => event.data.appId)).toEqual(["a"]);
    await events.stop();
  });

  test("of a sensitive app a device hears only by its name: of what happened while it was one, and while it is one", async () => {
    const sensitive = new Set(["vault"]);
    const { events, remove, ids } = record(await open(), sensitive);
    const device = (...scopes: string[]) => ({ kind: "device" as const, scopes, named: scopes });
    remove("notes", "vault");
    expect(await ids(0, device("access:*"))).toEqual(["notes"]);
    expect(await ids(0, device("access:*", "access:vault"))).toEqual(["notes", "vault"]);
    expect(await ids(0, user("access:*"))).toEqual(["notes", "vault"]);
    sensitive.clear();
    sensitive.add("notes");
    remove("vault");
    expect(await ids(0, device("access:*"))).toEqual(["vault"]);
    expect(await ids(0, device("access:*", "access:vault"))).toEqual(["vault", "vault"]);
    expect(await ids(0, user("access:*"))).toEqual(["notes", "vault", "vault"]);
    await events.stop();
  });

  test("events emitted inside a write transaction are recorded after it", async () => {
    const storage = await open();
    const { events, remove, ids } = record(storage);
    await storage.write(async () => {
      remove("a");
      await new Promise((resolve) => setImmediate(resolve));
    });
    expect(await ids()).toEqual(["a"]);
    await events.stop();
  });

  test("a client learns that events it missed are gone, or that its numbers are of another database", async () => {
    const { events, remove, ids } = record(await open());
    remove("a", "b", "c", "d");
    const { events: all, latest } = await events.since(0, 10, ALL);
    const number = (at: number) => all[at]?.number ?? 0;
    expect(await events.prune(2)).toBe(2);
    expect(await ids()).toEqual(["c", "d"]);
    expect((await events.since(number(0), 10, ALL)).gap).toBe(true);
    expect((await events.since(number(1), 10, ALL)).gap).toBe(false);
    expect((await events.since(latest + 1, 10, ALL)).gap).toBe(true);
    await events.stop();
  });

  test("a disk that fails stops nobody; what happened meanwhile is recorded when it works again", async () => {
    const { broken, storage } = breakable(await open());
    const { clock, events, remove, ids } = record(storage);
    broken.now = true;
    remove("a", "b");
    expect(await ids()).toEqual([]);
    remove("c");
    broken.now = false;
    await clock.advance(60_000);
    expect(await ids()).toEqual(["a", "b", "c"]);
    expect((await events.since(0, 10, ALL)).gap).toBe(false);
    await events.stop();
  });

  test("when the disk fails for too long the oldest events are lost, and clients learn of the gap", async () => {
    const { broken, storage } = breakable(await open());
    const { clock, events, remove, ids } = record(storage);
    remove("before");
    const { latest } = await events.since(0, 1, ALL);
    broken.now = true;
    remove(...Array(12_000).keys());
    await ids();
    broken.now = false;
    await clock.advance(60_000);
    expect((await ids(latest))[0]).toBe("2000");
    expect((await events.since(latest, 1, ALL)).gap).toBe(true);
    expect((await events.since((await events.since(0, 1, ALL)).latest, 1, ALL)).gap).toBe(false);
    await events.stop();
  });

  test("stopping writes what waits, and gives up on a disk that fails", async () => {
    const { broken, storage } = breakable(await open());
    const first = record(storage);
    first.remove("a");
    await first.events.stop();
    const second = record(storage);
    expect(await second.ids()).toEqual(["a"]);
    broken.now = true;
    second.remove("b");
    await second.events.stop();
  });
});
