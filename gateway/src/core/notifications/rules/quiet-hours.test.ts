import { expect, test } from "vitest";
import { quietUntil } from "./quiet-hours.ts";

const night = { from: "22:30", to: "07:00", timeZone: "Europe/Berlin", urgent: true };
const until = (now: string, hours = night) => {
  const end = quietUntil(Date.parse(now), hours);
  return end === undefined ? undefined : new Date(end).toISOString();
};

test.each([
  ["before", "2026-01-10T21:29:59Z", undefined],
  ["at the beginning", "2026-01-10T21:30:00Z", "2026-01-11T06:00:00.000Z"],
  ["within a minute", "2026-01-10T21:30:42.500Z", "2026-01-11T06:00:00.000Z"],
  ["after midnight", "2026-01-11T02:00:00Z", "2026-01-11T06:00:00.000Z"],
  ["the last moment", "2026-01-11T05:59:59.999Z", "2026-01-11T06:00:00.000Z"],
  ["at the end", "2026-01-11T06:00:00Z", undefined],
  ["in summer", "2026-07-10T23:00:00Z", "2026-07-11T05:00:00.000Z"],
  ["the night that is an hour shorter", "2026-03-28T22:00:00Z", "2026-03-29T05:00:00.000Z"],
  ["the night that is an hour longer", "2026-10-24T21:00:00Z", "2026-10-25T06:00:00.000Z"],
])("a night in Berlin, %s", (_, now, end) => expect(until(now)).toBe(end));

test("hours within one day, and in a zone with half an hour", () => {
  const siesta = { from: "13:00", to: "15:00", timeZone: "Asia/Kolkata", urgent: true };
  expect(until("2026-01-10T07:30:00Z", siesta)).toBe("2026-01-10T09:30:00.000Z");
  expect(until("2026-01-10T09:30:00Z", siesta)).toBeUndefined();
});

test("an end that the clocks leave out: the next minute there is", () => {
  const gap = { from: "22:00", to: "02:30", timeZone: "Europe/Berlin", urgent: true };
  const end = quietUntil(Date.parse("2026-03-29T00:50:00Z"), gap) ?? 0;
  // At 01:00 UTC the clocks go from 02:00 to 03:00.
  expect(quietUntil(end, gap)).toBeUndefined();
  expect(end - Date.parse("2026-03-29T00:50:00Z")).toBeLessThanOrEqual(60 * 60_000);
});
