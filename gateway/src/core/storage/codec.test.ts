import { expect, test } from "vitest";
import { fromJson, toJson } from "./codec.ts";

test("what JSON cannot hold is refused before it is stored, and damage is noticed when it is read", () => {
  expect(fromJson(toJson({ a: [1, null, "✓"] }))).toEqual({ a: [1, null, "✓"] });
  expect(() => toJson(undefined)).toThrow(/JSON cannot hold/);
  expect(() => fromJson("{")).toThrow(/damaged/);
});
