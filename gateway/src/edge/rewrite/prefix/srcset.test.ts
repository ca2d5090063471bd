import { expect, test } from "vitest";
import { srcsetAddresses } from "./srcset.ts";

test.each([
  ["", []],
  [" , /a , /b 2x", ["/a", "/b"]],
  ["/a,/b 2x", ["/a,/b"]],
  ["/a, /b", ["/a", "/b"]],
  ["/a,, /b", ["/a", "/b"]],
  ["/a 1x,/b 2x", ["/a", "/b"]],
  ["data:,a 1x (x,y) , /b\n2x", ["data:,a", "/b"]],
])("%j holds %j", (value, expected) => {
  expect(srcsetAddresses(value).map(({ from, to }) => value.slice(from, to))).toEqual(expected);
});
