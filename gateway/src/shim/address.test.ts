import { expect, test } from "vitest";
import { createFix } from "./address.ts";

const origin = "https://nas.local:8444";
const rule = { prefix: "/apps/x/", exclude: ["/kept/"], origins: [origin] };
const at = (base: string) => createFix(rule, () => base);

test.each([
  // The app's page is at /page: no dots lead above it.
  ["/apps/x/page", "../../a", `${origin}/apps/x/a`],
  ["/apps/x/page", "../a", `${origin}/apps/x/a`],
  ["/apps/x/ui/page", "../a", "../a"],
  ["/apps/x/ui/page", "../../a?b=..", `${origin}/apps/x/a?b=..`],
  ["/apps/x/page", "/../a", `${origin}/apps/x/a`],
  ["/apps/x/page", "/%2e%2e/a", `${origin}/apps/x/a`],
  ["/apps/x/page", "\\a", `${origin}/apps/x/a`],
  ["/apps/x/page", "https:/a", `${origin}/apps/x/a`],
  ["/apps/x/page", "/apps/x/a/../b", "/apps/x/a/../b"],
  ["/apps/x/page", "/apps/x/../../b", `${origin}/apps/x/b`],
  ["/apps/x/page", "../kept/a", `${origin}/kept/a`],
  ["/apps/x/page", "wss://nas.local:8444/../a", "wss://nas.local:8444/apps/x/a"],
  ["/apps/x/page", "/a?b=../c", "/apps/x/a?b=../c"],
  ["/apps/x/page", "https://elsewhere/../a", "https://elsewhere/../a"],
  ["/apps/x/page", "data:text/plain,../../a", "data:text/plain,../../a"],
  ["/apps/x/page", "http://[", "http://["],
])("at %s, %s becomes %s", (page, address, expected) => expect(at(origin + page)(address)).toBe(expected));

test("below a base elsewhere, paths are not the app's", () => {
  expect(at("https://cdn.example/lib/")("/a")).toBe("/a");
  expect(at("https://cdn.example/lib/")("../../a")).toBe("../../a");
  expect(at("https://cdn.example/lib/")(`${origin}/a`)).toBe(`${origin}/apps/x/a`);
});
