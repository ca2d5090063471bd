import { expect, test } from "vitest";
import { addressAt, addressOf, type RouteListed } from "./app.ts";
import { findConflict, freeId, hostLabel, idFromName, takenLabel } from "./route-places.ts";

test("an id is made of letters and digits of the name", () => {
  expect(idFromName("Home Assistant")).toBe("home-assistant");
  expect(idFromName("  Café / Über-Radio #2 ")).toBe("cafe-uber-radio-2");
  expect(idFromName("写真")).toBe("");
  expect(idFromName("x".repeat(90))).toHaveLength(64);
});

test("a taken id gets the next number and stays within its length", () => {
  expect(freeId("films", ["radio"])).toBe("films");
  expect(freeId("films", ["Films", "films-2"])).toBe("films-3");
  expect(freeId("x".repeat(64), ["x".repeat(64)])).toBe(`${"x".repeat(62)}-2`);
});

test("a path belongs to one route, also when it lies within another app's; routes of one app may nest", () => {
  const films = { routeId: "films", appId: "films", pathBase: "/apps/films/", subdomain: "cinema" } as RouteListed;
  const at = (pathBase: string, more = {}) =>
    findConflict({ appId: "new", pathBase, subdomain: "", ...more }, [films]) ?? {};
  expect(at("/apps/films")).toMatchObject({ field: "pathBase", how: "same", route: films });
  expect(at("/apps/films/old/")).toMatchObject({ field: "pathBase", how: "overlaps" });
  expect(at("/apps/films/old/", { appId: "films" })).toEqual({});
  expect(at("", { appId: "films" })).toMatchObject({ how: "same" });
  expect(at("", { appId: "films", routeId: "films" })).toEqual({});
  expect(at("/apps/films2/")).toEqual({});
  expect(at("/apps/new/", { subdomain: "cinema" })).toMatchObject({ field: "subdomain" });
  const unnamed = { ...films, subdomain: "", host: "films.home.example" } as RouteListed;
  expect(findConflict({ appId: "new", pathBase: "", subdomain: "films" }, [unnamed])).toMatchObject({
    field: "subdomain",
    route: unnamed,
  });
});

test("a route's name is its own, else its app's id, which it takes only where it asks for a name itself", () => {
  expect([hostLabel("kino", "films"), hostLabel("", "films"), hostLabel("", "My_Films")]).toEqual([
    "kino",
    "films",
    "",
  ]);
  const taken = (routingMode: "" | "path" | "both", subdomain = "") => takenLabel({ routingMode, subdomain }, "films");
  expect([taken(""), taken("path"), taken("both"), taken("both", "kino"), taken("path", "kino")]).toEqual([
    "",
    "",
    "films",
    "kino",
    "kino",
  ]);
});

test("an app with a host name opens there, at the port of this page; others at their path", () => {
  const here = { protocol: "https:", port: "8443" };
  expect(addressAt("films.home.example", { protocol: "https:", port: "" })).toBe("https://films.home.example/");
  const films = { id: "films", proxyPath: "/apps/films/" };
  expect(addressOf({ ...films, host: "films.home.example" }, here)).toBe("https://films.home.example:8443/");
  expect(addressOf(films, here)).toBe("/apps/films/");
  expect(addressOf({ id: "a b" }, here)).toBe("/apps/a%20b/");
});
