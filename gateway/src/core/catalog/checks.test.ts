import { expect, test } from "vitest";
import { parseIfMatch } from "./checks.ts";

test("If-Match is one version, in quotes or bare", () => {
  expect(['"3"', "3", 'W/"3"', " 3 ", "*", undefined].map(parseIfMatch)).toEqual([3, 3, 3, 3, undefined, undefined]);
  for (const bad of ["", '"3', "three", '"1", "2"', "-1", "9".repeat(20)]) {
    expect(() => parseIfMatch(bad)).toThrow(expect.objectContaining({ code: "VALIDATION_FAILED" }));
  }
});
