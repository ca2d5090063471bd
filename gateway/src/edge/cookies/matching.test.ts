import fc from "fast-check";
import { expect, test } from "vitest";
import type { KeptCookie } from "../../wire/session-cookies.ts";
import { type Asked, cookiesFor, defaultPath, domainMatches, namesIn, pathMatches, type Site } from "./matching.ts";

const NOW = Date.UTC(2026, 5, 1);
const OWN: Site = { foreign: false, navigation: false };
const cookie = (more: Partial<KeptCookie>): KeptCookie => ({
  name: "a",
  value: "1",
  domain: "nas.local",
  hostOnly: true,
  path: "/",
  secure: false,
  httpOnly: true,
  sameSite: "Lax",
  createdAt: NOW,
  setAt: NOW,
  ...more,
});

test.each([
  ["/", "/", true],
  ["/a", "/", true],
  ["/a", "/a", true],
  ["/a/", "/a", true],
  ["/a/b", "/a", true],
  ["/ab", "/a", false],
  ["/a", "/a/", false],
  ["/", "/a", false],
  ["/A", "/a", false],
])("the path %s and the cookie's %s: %s", (path, ofCookie, expected) => {
  expect(pathMatches(path, ofCookie)).toBe(expected);
});

test.each([
  ["home.example", "home.example", true],
  ["a.home.example", "home.example", true],
  ["ahome.example", "home.example", false],
  ["home.example", "a.home.example", false],
  ["10.0.0.1", "0.0.1", false],
  ["10.0.0.1", "10.0.0.1", true],
])("the host %s and the domain %s: %s", (host, domain, expected) => {
  expect(domainMatches(host, domain)).toBe(expected);
});

test("a cookie without a path is sent again to the page that set it", () => {
  const segments = fc.array(fc.stringMatching(/^[a-z%.]{0,4}$/), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(segments, (parts) => {
      const path = `/${parts.join("/")}`;
      expect(pathMatches(path, defaultPath(path))).toBe(true);
    }),
  );
});

test.each<[string, Partial<KeptCookie>, Partial<Asked>, Partial<Site>, boolean]>([
  ["as it is", {}, {}, {}, true],
  ["another host", {}, { host: "other.local" }, {}, false],
  ["a host below, host only", {}, { host: "a.nas.local" }, {}, false],
  ["a host below, of the domain", { hostOnly: false }, { host: "a.nas.local" }, {}, true],
  ["another path", { path: "/settings" }, { path: "/" }, {}, false],
  ["a path below", { path: "/settings" }, { path: "/settings/me" }, {}, true],
  ["secure, over TLS", { secure: true }, {}, {}, true],
  ["secure, in clear text", { secure: true }, { secure: false }, {}, false],
  ["not over yet", { expiresAt: NOW + 1 }, {}, {}, true],
  ["over", { expiresAt: NOW }, {}, {}, false],
  ["lax, from a foreign page", {}, {}, { foreign: true }, false],
  ["lax, a foreign link", {}, {}, { foreign: true, navigation: true }, true],
  ["strict, a foreign link", { sameSite: "Strict" }, {}, { foreign: true, navigation: true }, false],
  ["strict, from the app itself", { sameSite: "Strict" }, {}, {}, true],
  ["none, from a foreign page", { sameSite: "None" }, {}, { foreign: true }, true],
])("%s", (_what, more, asked, site, sent) => {
  const at = { host: "nas.local", path: "/", secure: true, ...asked };
  expect(cookiesFor([cookie(more)], at, { ...OWN, ...site }, new Set(), NOW)).toBe(sent ? "a=1" : undefined);
});

test("longer paths first, then the older ones; what the client sends itself is left out", () => {
  const jar = [
    cookie({ name: "young", createdAt: NOW + 1 }),
    cookie({ name: "old" }),
    cookie({ name: "deep", path: "/x/y", createdAt: NOW + 2 }),
    cookie({ name: "mine" }),
    cookie({ name: "mine", path: "/x" }),
  ];
  const at = { host: "nas.local", path: "/x/y", secure: true };
  expect(cookiesFor(jar, at, OWN, namesIn("theme=dark; mine ; Old=2"), NOW)).toBe("deep=1; old=1; young=1");
  expect(namesIn(undefined).size).toBe(0);
});
