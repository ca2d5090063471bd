import { expect, test } from "vitest";
import { readOrder, writeOrder } from "./apps-order.ts";

test.each(["state", "-state", "-app", "address"])("the order %s comes back from the address as it was", (text) => {
  expect(writeOrder(readOrder(text))).toBe(text);
});

test("by app stands for everything else, and needs no word", () => {
  expect(readOrder("")).toEqual({ column: "app" });
  expect(readOrder("-colour")).toEqual({ column: "app" });
  expect(writeOrder(readOrder("app"))).toBe("");
  expect(writeOrder(undefined)).toBe("");
});
