import { expect, test } from "vitest";
import { keyOf } from "./key.ts";
import { readPolicy } from "./policy.ts";
import { createStore, type Entry } from "./store.ts";

const KB = 1024;

function entry(target: string, bytes: number, more: Partial<Entry> = {}): Entry {
  return {
    routeId: "r",
    target,
    keyed: keyOf(target, [])?.keyed ?? "",
    selected: [],
    status: 200,
    reason: "OK",
    headers: [],
    chunks: [Buffer.alloc(bytes)],
    length: bytes,
    policy: readPolicy({ status: 200, raw: [] }, 1000, 0),
    initialAgeMs: 0,
    receivedAt: 0,
    refreshing: false,
    ...more,
  };
}

function storeOf(bytes: number) {
  const store = createStore();
  store.limit(bytes);
  const has = (target: string, headers: string[] = [], routeId = "r") => {
    const key = keyOf(target, headers);
    return key !== undefined && store.find(routeId, key) !== undefined;
  };
  return { store, has };
}

test("bounded in bytes: what was asked for longest ago goes first", () => {
  const { store, has } = storeOf(20 * KB);
  for (const target of ["/a", "/b", "/c"]) store.keep(entry(target, 5 * KB));
  expect(has("/a")).toBe(true);
  store.keep(entry("/d", 5 * KB));
  expect([has("/a"), has("/b"), has("/c"), has("/d")]).toEqual([true, false, true, true]);
  const { bytes, evictions } = store.take();
  expect(evictions).toBe(1);
  expect(bytes).toBeLessThanOrEqual(20 * KB);
  expect(bytes).toBeGreaterThan(15 * KB);
  store.keep(entry("/too-large", 20 * KB));
  expect(has("/too-large")).toBe(false);
});

test("a new answer takes the place of the one for the same request, and requests for one target that differ are limited", () => {
  const { store, has } = storeOf(1000 * KB);
  store.keep(entry("/a", 5 * KB));
  store.keep(entry("/a", 3 * KB));
  expect(store.take().bytes).toBeLessThan(5 * KB);
  for (let i = 0; i < 40; i++) {
    store.keep(entry("/a", 10, { keyed: keyOf("/a", ["X", String(i)])?.keyed ?? "" }));
  }
  const kept = Array.from({ length: 40 }, (_, i) => i).filter((i) => has("/a", ["X", String(i)]));
  expect(kept).toEqual(Array.from({ length: 32 }, (_, i) => i + 8));
});

test("a route can be emptied, whole or for one target, and what is coming in then is outdated", () => {
  const { store, has } = storeOf(100 * KB);
  for (const target of ["/a", "/b"]) store.keep(entry(target, 10));
  store.keep(entry("/a", 10, { routeId: "other" }));
  const places = [store.place("r", "/a"), store.place("r", "/b"), store.place("other", "/a")];
  store.empty("r", "/a");
  expect([has("/a"), has("/b"), has("/a", [], "other")]).toEqual([false, true, true]);
  expect(places.map(({ outdated }) => outdated)).toEqual([true, false, false]);
  store.empty("r");
  expect([has("/b"), has("/a", [], "other")]).toEqual([false, true]);
  expect(places.map(({ outdated }) => outdated)).toEqual([true, true, false]);
  store.limit(50 * KB);
  expect(has("/a", [], "other")).toBe(false);
  expect(places[2]?.outdated).toBe(true);
});

test("what comes in and what slow clients still hold is bounded as well", () => {
  const { store } = storeOf(100 * KB);
  const held = entry("/held", 40 * KB);
  store.keep(held);
  store.hold(held);
  store.hold(held);
  store.release(held);
  store.drop(held);
  const place = store.place("r", "/new");
  expect(place.grow(20 * KB)).toBe(false);
  store.release(held);
  const next = store.place("r", "/new");
  expect(next.grow(20 * KB)).toBe(true);
  expect(next.grow(40 * KB)).toBe(false);
  // Given up, it has left its room to others.
  expect(store.place("r", "/other").grow(45 * KB)).toBe(true);
});

test("0 bytes keep nothing", () => {
  const { store, has } = storeOf(0);
  store.keep(entry("/a", 1));
  expect(has("/a")).toBe(false);
  expect(store.place("r", "/a").grow(1)).toBe(false);
});
