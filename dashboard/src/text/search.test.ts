import { expect, it } from "vitest";
import { matches, scoreOf } from "./search.ts";

it("finds words in any order, whatever their case and accents", () => {
  expect(matches("media graf", "Grafana\nMedia")).toBe(true);
  expect(matches("uberwachung", "Überwachung")).toBe(true);
  expect(matches("graf x", "Grafana")).toBe(false);
  expect(matches("", "Grafana")).toBe(true);
});

it("puts the whole name first, then its beginning, then other words of it, then the rest", () => {
  const found = ["Radio", "Radio tuner", "Café radio", "Autoradio", "Tuner", "Films"].map((name) =>
    scoreOf("radio", name, name === "Tuner" ? "radio" : ""),
  );
  expect(found).toEqual([...found].sort((a, b) => b - a));
  expect(new Set(found).size).toBe(found.length);
  expect(scoreOf("radio film", "Radio", "")).toBe(0);
});
