import { expect, test } from "vitest";
import { grants, grantsAll } from "./scopes.ts";

test("a star covers its own kind, access:* never the right to administer", () => {
  const granted: [string[], string][] = [
    [["read:catalog"], "read:catalog"],
    [["read:*"], "read:catalog"],
    [["read:*"], "read:*"],
    [["access:*"], "access:grafana"],
    [["access:admin"], "access:admin"],
  ];
  for (const [have, required] of granted)
    expect([have, required, grants(have, required)]).toEqual([have, required, true]);
  const refused: [string[], string][] = [
    [[], "read:catalog"],
    [["read:catalog"], "read:*"],
    [["read:*"], "write:*"],
    [["read:*"], "readonly:x"],
    [["read"], "read:x"],
    [["*"], "read:x"],
    [["access:*"], "access:admin"],
    [["access:admin"], "access:grafana"],
    [["access:graf"], "access:grafana"],
    [["read:*"], "read"],
    [["*"], ":x"],
  ];
  for (const [have, required] of refused)
    expect([have, required, grants(have, required)]).toEqual([have, required, false]);
});

test("several scopes are all needed", () => {
  expect(grantsAll(["access:*", "read:catalog"], ["access:a", "read:catalog"])).toBe(true);
  expect(grantsAll(["access:*"], ["access:a", "read:catalog"])).toBe(false);
  expect(grantsAll([], [])).toBe(true);
});
