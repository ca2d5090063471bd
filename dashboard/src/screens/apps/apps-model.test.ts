import { expect, test } from "vitest";
import type { App, RouteListed } from "../../catalog/app.ts";
import { appsThatGo, countStates, filterRows, readState, reasonOf, rowsOf } from "./apps-model.ts";

const route = (routeId: string, facts: Partial<RouteListed> = {}) =>
  ({
    routeId,
    appId: routeId,
    appName: routeId,
    pathBase: `/apps/${routeId}/`,
    enabled: true,
    scopes: [],
    ...facts,
  }) as RouteListed;
const app = (id: string, facts: Partial<App> = {}) => ({ id, name: id, tags: [], ...facts }) as App;
const health = (status: string, facts = {}) => ({
  healthInfo: { status, lastCheck: "2026-01-01T00:00:00Z", ...facts } as RouteListed["healthInfo"],
});

test("what is not known, not asked, failing and switched off are told apart", () => {
  const rows = rowsOf(
    [
      route("new", health("unknown", { lastCheck: undefined })),
      route("skipped", health("healthy", { lastCheck: undefined })),
      route("unasked"),
      route("well", health("healthy")),
      route("shaky", health("degraded")),
      route("dead", health("unhealthy")),
      route("off", { enabled: false, ...health("unhealthy") }),
    ],
    [app("bare")],
  );
  expect(rows.map(({ app, state }) => `${app.id} ${state}`)).toEqual([
    "new unknown",
    "skipped unchecked",
    "unasked unchecked",
    "well running",
    "shaky unsteady",
    "dead failing",
    "off off",
    "bare none",
  ]);
  expect(countStates(rows).get("unchecked")).toBe(2);
});

test("the health of an app counts for all its routes that are served", () => {
  const rows = rowsOf(
    [
      route("a", { appId: "films", ...health("unhealthy") }),
      route("b", { appId: "films" }),
      route("c", { appId: "films", enabled: false }),
    ],
    [app("films", { name: "Films" })],
  );
  expect(rows.map(({ state, app }) => [app.name, state])).toEqual([
    ["Films", "failing"],
    ["Films", "failing"],
    ["Films", "off"],
  ]);
});

test("routes are shown with what they say of their apps when nothing else is known", () => {
  expect(rowsOf([route("a", { appName: "Films" })], [])[0]?.app).toEqual({ id: "a", name: "Films" });
});

test("words are looked for in names, groups, tags, paths, addresses and scopes, together with the state", () => {
  const rows = rowsOf(
    [
      route("a", { to: "http://10.0.0.5:3000", ...health("unhealthy") }),
      route("b", { pathBase: "/apps/other/", scopes: ["read:metrics"], ...health("healthy") }),
    ],
    [app("a", { name: "Café", group: "Media", tags: ["radio"] }), app("b")],
  );
  const found = (words: string, state = "") => filterRows(rows, words, readState(state)).map(({ id }) => id);
  expect(found("cafe media")).toEqual(["a"]);
  expect(found("10.0.0.5")).toEqual(["a"]);
  expect(found("other")).toEqual(["b"]);
  expect(found("metrics")).toEqual(["b"]);
  expect(found("a", "running")).toEqual(["b"]);
  expect(found("", "failing")).toEqual(["a"]);
  expect(found(" ", "nonsense")).toEqual(["a", "b"]);
});

test("an app goes with its last route, and only then", () => {
  const rows = rowsOf([route("a", { appId: "films" }), route("b", { appId: "films" }), route("c")], [app("bare")]);
  const [a, b, c, bare] = rows as [(typeof rows)[0], (typeof rows)[0], (typeof rows)[0], (typeof rows)[0]];
  const going = (...chosen: typeof rows) => appsThatGo(rows, chosen).map(({ id }) => id);
  expect(going(a)).toEqual([]);
  expect(going(a, b)).toEqual(["films"]);
  expect(going(a, c, bare)).toEqual(["c", "bare"]);
});

test("a reason stands without the words that every failed check begins with", () => {
  expect(reasonOf({ lastError: "request failed: connection refused." })).toBe("Connection refused");
  expect(reasonOf({})).toBe("");
});
