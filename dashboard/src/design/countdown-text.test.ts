import { expect, it } from "vitest";
import { clockText, spokenMark } from "./countdown-text.ts";

it("writes seconds as a clock does, and never below zero", () => {
  expect(clockText(245)).toBe("4:05");
  expect(clockText(3729)).toBe("1:02:09");
  expect(clockText(0.2)).toBe("0:01");
  expect(clockText(-3)).toBe("0:00");
});

it("speaks at a few marks only", () => {
  expect(spokenMark(301)).toBeUndefined();
  expect(spokenMark(300)).toBe(300);
  expect(spokenMark(121)).toBe(300);
  expect(spokenMark(59)).toBe(60);
  expect(spokenMark(1)).toBe(10);
});
