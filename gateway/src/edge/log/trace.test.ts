import { expect, test } from "vitest";
import { traceIdOf } from "./trace.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const GOOD = `00-${TRACE}-b7ad6b7169203331-01`;

test("a well-formed traceparent has a trace id", () => {
  expect(traceIdOf(GOOD)).toBe(TRACE);
  expect(traceIdOf(GOOD.replace(/01$/, "ff"))).toBe(TRACE);
  // Later versions may say more after a dash.
  expect(traceIdOf(GOOD.replace(/^00/, "cc"))).toBe(TRACE);
  expect(traceIdOf(`${GOOD.replace(/^00/, "cc")}-what-the-future-will-be-like`)).toBe(TRACE);
});

test.each([
  [undefined],
  [""],
  [GOOD.slice(0, -1)],
  [`${GOOD}0`],
  [`${GOOD}-00`],
  [`${GOOD.replace(/^00/, "cc")}.more`],
  [GOOD.replace(/^00/, "ff")],
  [GOOD.replace(/^00/, "0x")],
  [GOOD.replace(TRACE, "0".repeat(32))],
  [GOOD.replace("b7ad6b7169203331", "0".repeat(16))],
  [GOOD.toUpperCase()],
  [GOOD.replaceAll("-", "_")],
  [GOOD.replace(/01$/, "0g")],
  [` ${GOOD}`],
  [`${GOOD}, ${GOOD}`],
])("%s is malformed", (value) => {
  expect(traceIdOf(value)).toBeUndefined();
});
