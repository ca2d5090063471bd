import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createConnection } from "./connection.ts";
import { Failure } from "./failure.ts";

const NOW = Date.UTC(2026, 0, 1);

beforeEach(() => vi.useFakeTimers({ now: NOW }));
afterEach(() => vi.useRealTimers());

/** A gateway that is there or not, and the page's link to it. The worst luck makes every pause the longest. */
function page(luck = 1) {
  const world = { up: true, seen: true, asked: 0, refreshed: 0 };
  const connection = createConnection({
    async probe() {
      world.asked++;
      return world.up;
    },
    now: Date.now,
    random: () => luck,
    isSeen: () => world.seen,
    onBack: () => world.refreshed++,
  });
  return { world, connection };
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const silence = new Failure("unreachable", "");

test("nothing is asked while all is well", async () => {
  const { world } = page();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(world.asked).toBe(0);
});

test("one endpoint that fails does not take the link away, and is not asked about over and over", async () => {
  const { world, connection } = page();
  for (let i = 0; i < 20; i++) {
    connection.doubt(new Failure("unavailable", "", { status: 503, code: "SERVICE_UNAVAILABLE" }));
    await settle();
  }
  expect([connection.link.get().state, world.asked, world.refreshed]).toEqual(["live", 1, 0]);
});

test("a gateway that falls silent right after an answer is asked again a second later", async () => {
  const { world, connection } = page();
  connection.doubt(silence);
  await settle();
  world.up = false;
  connection.doubt(silence);
  await vi.advanceTimersByTimeAsync(1000);
  expect([connection.link.get().state, world.asked]).toEqual(["away", 2]);
});

test.each([
  new Failure("broken", "", { status: 500, code: "INTERNAL_ERROR" }),
  new Failure("limited", "", { status: 429 }),
  new Failure("signed-out", "", { status: 401 }),
  new Failure("unreadable", "", { status: 200 }),
  new Failure("unavailable", "", { status: 503, code: "STORAGE_UNAVAILABLE" }),
  new Failure("unavailable", "", { status: 502, code: "BAD_GATEWAY" }),
])("$kind $code is an answer", async (failure) => {
  const { world, connection } = page();
  world.up = false;
  connection.doubt(failure);
  await settle();
  expect([connection.link.get().state, world.asked]).toEqual(["live", 0]);
});

test("away from the first unanswered question, with the moment of the next", async () => {
  const { world, connection } = page(0.5);
  world.up = false;
  connection.doubt(silence);
  await settle();
  expect(connection.link.get()).toEqual({ state: "away", since: NOW, nextTryAt: NOW + 500 });
  await vi.advanceTimersByTimeAsync(500);
  expect(connection.link.get()).toEqual({ state: "away", since: NOW, nextTryAt: NOW + 1500 });
});

test("live again within 8 seconds however long it was away, and all on screen is read again once", async () => {
  const { world, connection } = page();
  for (const awayMs of [100, 3000, 20_000, 600_000, 86_400_000]) {
    world.up = false;
    world.refreshed = 0;
    connection.doubt(silence);
    await vi.advanceTimersByTimeAsync(awayMs);
    expect(connection.link.get().state).toBe("away");
    world.up = true;
    await vi.advanceTimersByTimeAsync(8000);
    expect([connection.link.get().state, world.refreshed]).toEqual(["live", 1]);
  }
});

test("the person, the network and the window can ask at once; afterwards the pauses go on", async () => {
  const { world, connection } = page();
  world.up = false;
  connection.doubt(silence);
  await vi.advanceTimersByTimeAsync(60_000);
  const before = world.asked;
  connection.retryNow();
  connection.retryNow();
  await settle();
  expect(world.asked).toBe(before + 1);
  await vi.advanceTimersByTimeAsync(6000);
  expect(world.asked).toBe(before + 2);
  world.up = true;
  connection.retryNow();
  await settle();
  expect(connection.link.get().state).toBe("live");
  connection.retryNow();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(world.asked).toBe(before + 3);
});

test("nobody asks for a page that is not looked at", async () => {
  const { world, connection } = page();
  Object.assign(world, { up: false, seen: false });
  connection.doubt(silence);
  await vi.advanceTimersByTimeAsync(600_000);
  expect([connection.link.get().state, world.asked]).toEqual(["away", 1]);
  Object.assign(world, { up: true, seen: true });
  connection.retryNow();
  await settle();
  expect(connection.link.get().state).toBe("live");
});
