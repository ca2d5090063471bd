import { expect, test } from "vitest";
import { timeIn, zoneChoices } from "./time-zones.ts";

test("zones stand under their part of the world, with UTC and the chosen one among them", () => {
  expect(zoneChoices(["Europe/Berlin", "America/Argentina/Buenos_Aires", "EST"], "Mars/Olympus")).toEqual([
    { id: "America/Argentina/Buenos_Aires", place: "Argentina, Buenos Aires", region: "America" },
    { id: "Europe/Berlin", place: "Berlin", region: "Europe" },
    { id: "Mars/Olympus", place: "Olympus", region: "Mars" },
    { id: "UTC", place: "UTC", region: "" },
  ]);
});

test("the present time is that of the zone, and an unknown zone has none", () => {
  const noon = Date.UTC(2026, 6, 1, 12);
  expect(timeIn("Asia/Tokyo", noon, "en-GB")).toMatch(/21:00/);
  expect(timeIn("Mars/Olympus", noon, "en-GB")).toBeUndefined();
});
