import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { appsList, routesList } from "./endpoints.gen.ts";
import { Failure, type FailureKind } from "./failure.ts";
import { cachedData, keyOf, putData, queryClient } from "./query-client.ts";
import { pollPause } from "./retry.ts";

const NOW = Date.UTC(2026, 0, 1);

beforeEach(() => vi.useFakeTimers({ now: NOW }));
afterEach(() => {
  queryClient.clear();
  vi.useRealTimers();
});

/** Reads as a panel does, from a gateway that always fails, and answers at which ms it was asked. */
async function tries(failure: Failure): Promise<number[]> {
  const asked: number[] = [];
  const read = queryClient.fetchQuery({
    queryKey: keyOf(appsList, undefined),
    queryFn: () => {
      asked.push(Date.now() - NOW);
      throw failure;
    },
  });
  const ended = read.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(120_000);
  await ended;
  return asked;
}

test.each(["unreachable", "slow", "unavailable"] as const)(
  "%s is asked two more times within three seconds",
  async (kind) => {
    const asked = await tries(new Failure(kind, ""));
    expect(asked).toHaveLength(3);
    expect(asked[2]).toBeLessThanOrEqual(3000);
  },
);

test.each<FailureKind>(["signed-out", "forbidden", "missing", "conflict", "invalid", "broken", "unreadable"])(
  "%s is not asked again",
  async (kind) => {
    expect(await tries(new Failure(kind, ""))).toEqual([0]);
  },
);

test("a limit is waited for when it is short", async () => {
  const [, second = 0] = await tries(new Failure("limited", "", { retryAt: NOW + 20_000 }));
  expect(second).toBeGreaterThanOrEqual(20_000);
  expect(second).toBeLessThan(21_000);
  expect(await tries(new Failure("limited", "", { retryAt: Date.now() + 31_000 }))).toHaveLength(1);
});

test("panels look again at their pace, later when limited, and not at all when it is in vain", () => {
  expect(pollPause(5000, null, NOW)).toBe(5000);
  expect(pollPause(5000, new Failure("broken", ""), NOW)).toBe(5000);
  expect(pollPause(5000, new Failure("limited", "", { retryAt: NOW + 60_000 }), NOW)).toBeGreaterThan(60_000);
  expect(pollPause(5000, new Failure("forbidden", ""), NOW)).toBe(false);
});

test("what was read is changed in place, and only that", () => {
  const app = { id: "a", name: "A", tags: [], faviconUrl: "", faviconURL: "", version: 1 };
  putData(routesList, {}, () => []);
  queryClient.setQueryData(keyOf(appsList, undefined), [app]);
  putData(appsList, {}, ([first]) => (first ? [{ ...first, name: "B" }] : []));
  expect(cachedData(appsList)?.map(({ name }) => name)).toEqual(["B"]);
  expect(cachedData(routesList)).toBeUndefined();
});
