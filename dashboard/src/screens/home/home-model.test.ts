import { expect, test } from "vitest";
import type { App } from "../../catalog/app.ts";
import { moved, searchApps, sectionsOf, withRecent } from "./home-model.ts";

const NONE = { favourites: [], hidden: [], order: [], recent: [] };

function app(id: string, more: Partial<App> = {}): App {
  return { id, name: id, tags: [], faviconUrl: "", faviconURL: "", version: 1, ...more };
}

const shown = (sections: ReturnType<typeof sectionsOf>) =>
  sections.map(({ kind, name, apps }) => [kind, name, apps.map(({ id }) => id).join(" ")]);

test("groups stand by name, apps by name within them, and those without a group last", () => {
  const apps = [
    app("zoo"),
    app("tv2", { group: "Media" }),
    app("Tv10", { group: "Media" }),
    app("nas", { group: "Files" }),
  ];
  expect(shown(sectionsOf(apps, NONE, false))).toEqual([
    ["group", "Files", "nas"],
    ["group", "Media", "tv2 Tv10"],
    ["group", "", "zoo"],
  ]);
});

test("favourites keep their own order and stand once; hidden apps come back only while arranging", () => {
  const apps = [app("a"), app("b"), app("c"), app("d")];
  const home = { ...NONE, favourites: ["c", "a", "gone"], hidden: ["b"] };
  expect(shown(sectionsOf(apps, home, false))).toEqual([
    ["favourites", "", "c a"],
    ["group", "", "d"],
  ]);
  expect(shown(sectionsOf(apps, home, true)).at(-1)).toEqual(["hidden", "", "b"]);
});

test("what was opened last appears once there are many apps", () => {
  const many = Array.from({ length: 9 }, (_, n) => app(`app${n}`));
  const home = { ...NONE, recent: ["app7", "gone", "app2"] };
  expect(shown(sectionsOf(many, home, false))[0]).toEqual(["recent", "", "app7 app2"]);
  expect(shown(sectionsOf(many.slice(0, 8), home, false))[0]?.[0]).toBe("group");
  expect(withRecent(["a", "b"], "b")).toEqual(["b", "a"]);
});

test("a search finds every word anywhere, without accents, names first", () => {
  const apps = [
    app("x", { name: "Café radio" }),
    app("radio", { name: "Tuner", tags: ["cafe"] }),
    app("y", { name: "Films" }),
  ];
  expect(searchApps(apps, "cafe").map(({ id }) => id)).toEqual(["x", "radio"]);
  expect(searchApps(apps, "radio caf").map(({ id }) => id)).toEqual(["x", "radio"]);
  expect(searchApps(apps, "radio film")).toEqual([]);
});

test("moving an app changes its place among those it is shown with and nobody else's", () => {
  expect(moved([], ["a", "b", "c"], "c", -1)).toEqual(["a", "c", "b"]);
  expect(moved(["x", "a", "y", "b"], ["a", "b"], "a", 1)).toEqual(["x", "b", "y", "a"]);
  expect(moved(["a", "b"], ["a", "b"], "a", -1)).toEqual(["a", "b"]);
});
