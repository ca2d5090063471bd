import { auth } from "@nekzus/contract";
import { expect, test } from "vitest";
import { bind } from "../http/binding.ts";
import { checkComplete } from "./complete.ts";

test("every endpoint of the contract is bound exactly once", () => {
  const { me, logout } = auth;
  const [one, other] = [bind(me, () => ({})), bind(logout, () => ({}))];
  expect(() => checkComplete([me, logout], [other, one])).not.toThrow();
  expect(() => checkComplete([me, logout], [one])).toThrow("auth.logout is not bound");
  expect(() => checkComplete([me, logout], [one, other, one])).toThrow("auth.me is bound 2 times");
  expect(() => checkComplete([me], [one, other])).toThrow("auth.logout is bound, but not in the contract");
  expect(() => checkComplete([me, { ...logout, id: "auth.me" }], [one])).toThrow("auth.me is listed 2 times");
});
