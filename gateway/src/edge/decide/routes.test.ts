import fc from "fast-check";
import { expect, test } from "vitest";
import { testRoute } from "../test-route.ts";
import { createRouteIndex } from "./routes.ts";

const indexOf = (...prefixes: string[]) =>
  createRouteIndex(prefixes.map((pathBase) => testRoute({ routeId: pathBase, pathBase })));

/** The prefix that a path leads to, or how it fails. */
function found(index: ReturnType<typeof createRouteIndex>, path: string): string {
  const match = index.match(path);
  return "route" in match ? `${match.kind} ${match.route.pathBase}` : match.kind;
}

test("the longest prefix wins, and a prefix ends at a slash", () => {
  const index = indexOf("/apps/a/", "/apps/a/b/", "/apps/ab/");
  expect(found(index, "/apps/a/")).toBe("route /apps/a/");
  expect(found(index, "/apps/a/x/b/")).toBe("route /apps/a/");
  expect(found(index, "/apps/a/b/")).toBe("route /apps/a/b/");
  expect(found(index, "/apps/a/b/c")).toBe("route /apps/a/b/");
  expect(found(index, "/apps/a/bc")).toBe("route /apps/a/");
  expect(found(index, "/apps/ab/")).toBe("route /apps/ab/");
  expect(found(index, "/apps/a")).toBe("slash /apps/a/");
  expect(found(index, "/apps/a/b")).toBe("slash /apps/a/b/");
  for (const path of ["/apps/", "/apps//a/", "/apps/A/", "/apps/%61/", "/apps/abc/"])
    expect(found(index, path)).toBe("none");
});

test("an encoded slash is refused where a prefix is decided, and passes everywhere else", () => {
  const index = indexOf("/apps/a/", "/apps/a/b/", "/apps/c/");
  expect(found(index, "/apps/a%2fb/")).toBe("ambiguous");
  expect(found(index, "/apps/c%5C")).toBe("ambiguous");
  expect(found(index, "/apps/a/b%2Fc")).toBe("ambiguous");
  expect(found(index, "/apps/a/x/group%2fproject")).toBe("route /apps/a/");
  expect(found(index, "/apps/c/group%2fproject")).toBe("route /apps/c/");
});

test.each([
  "/apps/a/%61dmin/x",
  "/apps/a/admi%6E",
  "/apps/a//admin/x",
  "/apps/a/;v=1/admin/x",
  "/apps/a/admin;v=1/x",
  "/apps/a/ADMIN/x",
  "/apps/a/Admin",
])("no spelling of a nested route falls back to the open route above it: %s", (path) => {
  expect(found(indexOf("/apps/a/", "/apps/a/admin/"), path)).toBe("ambiguous");
});

test("routes that differ only in case each have their own path", () => {
  const index = indexOf("/apps/a/", "/apps/a/b/", "/apps/a/B/");
  expect(found(index, "/apps/a/b/x")).toBe("route /apps/a/b/");
  expect(found(index, "/apps/a/B/x")).toBe("route /apps/a/B/");
});

test("a match is always the longest prefix of the path as it came", () => {
  const segment = fc.constantFrom("a", "b", "admin", "A", "%61", "x%2fy", ";p", "", "%20");
  const prefix = fc.array(fc.constantFrom("a", "b", "admin"), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(
      fc.uniqueArray(prefix.map((list) => `/apps/${list.join("/")}/`)),
      fc.array(segment),
      (prefixes, rest) => {
        const path = `/apps/${rest.join("/")}`;
        const match = indexOf(...prefixes).match(path);
        const longest = prefixes.filter((base) => `${path}/`.startsWith(base)).sort((a, b) => b.length - a.length)[0];
        if ("route" in match) expect(match.route.pathBase).toBe(longest);
        else if (match.kind === "none") expect(longest).toBeUndefined();
      },
    ),
  );
});
