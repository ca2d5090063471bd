import { account } from "@nekzus/contract";
import { expect, test } from "vitest";
import { readPreferences } from "./preferences.ts";

test("what another version wrote is read as far as it can be", () => {
  const defaults = readPreferences(undefined);
  expect(account.Preferences.parse(defaults)).toEqual(defaults);
  for (const odd of ["{}", "[]", "null", '"text"', '{"home":null,"setup":7}']) {
    expect(readPreferences(odd)).toEqual(defaults);
  }
  const stored = {
    theme: "dark",
    density: "of a later version",
    wallpaper: "sea",
    home: { favourites: ["grafana"], hidden: "all", columns: 4 },
    setup: { finished: true },
  };
  expect(readPreferences(JSON.stringify(stored))).toEqual({
    ...defaults,
    theme: "dark",
    home: { ...defaults.home, favourites: ["grafana"] },
    setup: { skipped: [], finished: true },
  });
});
