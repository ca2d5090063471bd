import fc from "fast-check";
import { expect, test } from "vitest";
import { readSize, sizeText } from "./size.ts";

test("sizes are read in the spellings that people use", () => {
  expect(["10 MB", "10mb", "1 GiB", "1.5 kB", "500", "0"].map(readSize)).toEqual([
    10_000_000, 10_000_000, 1_073_741_824, 1500, 500, 0,
  ]);
  expect(["", "ten", "-1", "1 TB", "1e9", "MB", "9999999999999999"].map(readSize)).toEqual(Array(7).fill(undefined));
});

test("what is written is read as the same", () => {
  expect([1_048_576, 10_000_000, 1, 1500].map(sizeText)).toEqual(["1 MiB", "10 MB", "1 B", "1500 B"]);
  fc.assert(fc.property(fc.nat({ max: 2 ** 45 }), (bytes) => readSize(sizeText(bytes)) === bytes));
});
