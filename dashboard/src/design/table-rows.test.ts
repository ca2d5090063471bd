import { expect, it } from "vitest";
import { compareValues } from "./table-rows.ts";

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

it("orders numbers by size and names as people count", () => {
  expect([10, 9, 100].toSorted((a, b) => compareValues(a, b, collator))).toEqual([9, 10, 100]);
  expect(["app 10", "App 2", "app 1"].toSorted((a, b) => compareValues(a, b, collator))).toEqual([
    "app 1",
    "App 2",
    "app 10",
  ]);
});
