import { expect, test } from "vitest";
import { createSchedule } from "./schedule.ts";

test("requests fall due evenly, the first at once, and no more than the time holds", () => {
  const schedule = createSchedule(1000, 2000, 10);
  expect(schedule.due(999)).toBe(0);
  expect(schedule.due(1000)).toBe(1);
  expect(schedule.due(1000.9)).toBe(2);
  expect(schedule.due(5000)).toBe(20);
});

test("after a standstill every request counts from when it was due", () => {
  const schedule = createSchedule(0, 1000, 100);
  expect([schedule.take(), schedule.take()]).toEqual([0, 1]);
  expect(schedule.due(50)).toBe(49);
  expect([schedule.take(), schedule.take()]).toEqual([2, 3]);
  expect(schedule.due(50)).toBe(47);
});
