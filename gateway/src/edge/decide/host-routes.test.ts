import { expect, test } from "vitest";
import { testRoute } from "../test-route.ts";
import { createHostIndex } from "./host-routes.ts";
import { createRouteIndex } from "./routes.ts";

const films = testRoute({ routeId: "films", pathBase: "/apps/films/", hosts: ["films.home.example"], byPath: false });
const wiki = testRoute({ routeId: "wiki", pathBase: "/apps/wiki/", hosts: ["wiki.home.example"] });
const plain = testRoute({ routeId: "plain", pathBase: "/apps/plain/" });
const routes = [films, wiki, plain];

test("a route is found by its whole name, in any case and with any port, and by nothing like it", () => {
  const index = createHostIndex(routes);
  const found = (host: string) => index.match(host)?.routeId;
  expect(["films.home.example", "FILMS.Home.Example:8443", "wiki.home.example:1"].map(found)).toEqual([
    "films",
    "films",
    "wiki",
  ]);
  expect(index.match("films.home.example")).toEqual({ ...films, pathBase: "/", stripPrefix: false });
  for (const host of [
    "",
    "home.example",
    "a.films.home.example",
    "films.home.example.",
    "films.home.example.evil.example",
    "films.home.example:80:80",
    "films.home.example:",
    "films.home.example/",
    "user@films.home.example",
    "xfilms.home.example",
    "[films.home.example]",
    "films.home.example evil.example",
  ]) {
    expect([host, found(host)]).toEqual([host, undefined]);
  }
});

test("a route with a host name only is not found by its path, and whoever may know is told where it is", () => {
  const byPath = createRouteIndex(routes);
  expect(byPath.match("/apps/films/")).toEqual({ kind: "none" });
  expect(byPath.match("/apps/wiki/")).toMatchObject({ kind: "route", route: wiki });
  const index = createHostIndex(routes);
  expect(["/apps/films/", "/apps/films", "/apps/films/a/b"].map((path) => index.onlyThere(path))).toEqual([
    films,
    films,
    films,
  ]);
  for (const path of ["/apps/wiki/", "/apps/plain/", "/apps/filmsx", "/apps/other/"]) {
    expect([path, index.onlyThere(path)]).toEqual([path, undefined]);
  }
});
