import { expect, test } from "vitest";
import { median, percentile, spread } from "./statistics.ts";

test("the median is the middle one, or between the two in the middle", () => {
  expect(median([5])).toBe(5);
  expect(median([9, 1, 5])).toBe(5);
  expect(median([10, 9, 1, 2])).toBe(5.5);
  expect(() => median([])).toThrow("nothing");
});

test("values are compared as numbers, and stay in their order", () => {
  const values = [10, 9, 100];
  expect(spread(values)).toEqual({ min: 9, median: 10, max: 100 });
  expect(values).toEqual([10, 9, 100]);
});

test("a percentile is one of the values: the first that is not below the share", () => {
  const hundred = Float64Array.from({ length: 100 }, (_, index) => index + 1);
  expect([0, 1, 50, 99, 99.5, 100].map((percent) => percentile(hundred, percent))).toEqual([1, 1, 50, 99, 100, 100]);
  expect(percentile([7], 99)).toBe(7);
  expect(() => percentile([], 50)).toThrow("nothing");
});
