import { expect, test } from "vitest";
import { skippedAfter, stepBeside, stepOf } from "./steps-model.ts";

test("an address without a step, or with one that does not exist, begins with the first", () => {
  expect(["", "apps", "pairing"].map(stepOf)).toEqual(["addresses", "apps", "addresses"]);
});

test("before the first and after the last there is nothing to go to", () => {
  expect(stepBeside("addresses", -1)).toBe("addresses");
  expect(stepBeside("discovery", 1)).toBe("apps");
  expect(stepBeside("done", 1)).toBe("done");
});

test("a step that is taken up again is no longer skipped; the others stay so", () => {
  expect(skippedAfter(["apps", "pairing", "certificate"], "discovery", "skipped")).toEqual([
    "certificate",
    "discovery",
    "apps",
  ]);
  expect(skippedAfter(["certificate", "apps"], "certificate", "done")).toEqual(["apps"]);
});
