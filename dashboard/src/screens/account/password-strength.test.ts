import { expect, test } from "vitest";
import { strengthOf } from "./password-strength.ts";

test.each([
  ["", "short"],
  ["seven77", "short"],
  ["ääää", "guessable"],
  ["aaaaaaaaaaaaaaaaaaaaaaaa", "guessable"],
  ["1982071120010305", "guessable"],
  ["Password123!", "guessable"],
  ["anna-2026", "guessable"],
  ["r7!kQw2z", "fair"],
  ["anna likes long walks", "good"],
  ["the password of our house is long", "good"],
  ["correct horse battery", "good"],
] as const)("%j is %s", (password, strength) => {
  expect(strengthOf(password, "anna")).toBe(strength);
});

test("a name of a letter or two makes nothing guessable", () => {
  expect(strengthOf("a wide river", "a")).toBe("fair");
});
