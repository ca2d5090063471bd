import { expect, test } from "vitest";
import { Failure } from "../../api/failure.ts";
import { oneByOne } from "./one-by-one.ts";

test("one failure ends nothing but its own item, and nothing runs at the same time", async () => {
  let running = 0;
  const seen: number[] = [];
  const outcomes = await oneByOne(
    [1, 2, 3],
    async (item) => {
      running += 1;
      await Promise.resolve();
      expect(running).toBe(1);
      running -= 1;
      if (item === 2) throw new Failure("conflict", "taken");
      return item * 10;
    },
    (count) => seen.push(count),
    new AbortController().signal,
  );
  expect(outcomes.map(({ item, result, failure }) => [item, result, failure?.message])).toEqual([
    [1, 10, undefined],
    [2, undefined, "taken"],
    [3, 30, undefined],
  ]);
  expect(seen).toEqual([1, 2, 3]);
});

test("stopped, it begins nothing more", async () => {
  const stop = new AbortController();
  const outcomes = await oneByOne(
    ["a", "b", "c"],
    async (item) => {
      if (item === "b") stop.abort();
      return item;
    },
    () => undefined,
    stop.signal,
  );
  expect(outcomes.map(({ result }) => result)).toEqual(["a", "b"]);
});
