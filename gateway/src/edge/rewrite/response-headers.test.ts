import { expect, test } from "vitest";
import { testRoute } from "../test-route.ts";
import { appResponseHeaders } from "./response-headers.ts";

const answered = (headers: [string, string][], changes: Parameters<typeof testRoute>[0] = {}) =>
  appResponseHeaders(["Date", "now", ...headers.flat()], testRoute(changes), 0).slice(2);

test("headers for one hop, for the whole origin, and those that are ours stay here", () => {
  expect(
    answered([
      ["Connection", "close, X-Once"],
      ["X-Once", "1"],
      ["Keep-Alive", "timeout=5"],
      ["Transfer-Encoding", "chunked"],
      ["Content-Length", "5"],
      ["Strict-Transport-Security", "max-age=1"],
      ["Clear-Site-Data", "*"],
      ["Alt-Svc", "h3"],
      ["X-Nekzus-User", "x"],
      ["Content-Type", "text/plain"],
      ["Content-Security-Policy", "a"],
      ["Content-Security-Policy", "b"],
    ]),
  ).toEqual(["Content-Type", "text/plain", "Content-Security-Policy", "a", "Content-Security-Policy", "b"]);
});

test("an app sets its own cookies, never ours", () => {
  for (const cookie of [
    "__Host-nekzus-session=x; Path=/; Secure",
    "nekzus-apps=x",
    " nekzus-apps =x",
    "=nekzus-apps=x",
    " = nekzus-session=x; Path=/",
    "==nekzus-apps=x",
  ]) {
    expect(answered([["Set-Cookie", cookie]]), cookie).toEqual([]);
  }
  const own: [string, string][] = [
    ["Set-Cookie", "sid=1; HttpOnly"],
    ["set-cookie", "theme=nekzus-apps; Path=/"],
  ];
  expect(answered(own)).toEqual(own.flat());
  expect(answered(own, { stripResponseCookies: true })).toEqual([]);
});

test("cookie paths go below the prefix when the route says so", () => {
  const changes = { rewriteCookiePaths: true };
  const path = (cookie: string) => answered([["Set-Cookie", cookie]], changes)[1];
  expect(path("a=1; path=/; HttpOnly")).toBe("a=1; Path=/apps/a/; HttpOnly");
  expect(path("a=1;Path=/x")).toBe("a=1; Path=/apps/a/x");
  expect(path("a=1; Path=/apps/a/x")).toBe("a=1; Path=/apps/a/x");
  expect(path("a=1; Secure")).toBe("a=1; Secure");
});

test.each([
  ["/login?next=/", "/apps/a/login?next=/"],
  ["/", "/apps/a/"],
  ["/apps/a/login", "/apps/a/login"],
  ["/apps/a", "/apps/a"],
  ["/apps/a?x", "/apps/a?x"],
  ["/apps/another", "/apps/a/apps/another"],
  ["login", "login"],
  ["https://idp.example/", "https://idp.example/"],
  ["//cdn.example/x", "//cdn.example/x"],
])("a redirect to %s of an app without its prefix leads to %s", (location, expected) => {
  expect(answered([["Location", location]])).toEqual(["Location", expected]);
  expect(answered([["Location", location]], { stripPrefix: false })).toEqual(["Location", location]);
});

test("a service worker's scope stays below the prefix, as a browser reads it", () => {
  expect(answered([["Service-Worker-Allowed", "/apps/a/"]])).toHaveLength(2);
  expect(answered([["Service-Worker-Allowed", "/apps/a/x/../"]])).toHaveLength(2);
  expect(answered([["Service-Worker-Allowed", "/"]])[1]).toBe("/apps/a/");
  expect(answered([["Service-Worker-Allowed", "/"]], { stripPrefix: false })).toEqual([]);
  for (const scope of [
    "/../",
    "/apps/a",
    "/apps/a/../",
    "/apps/a/%2e%2e/",
    "/apps/a/.%2E/b/",
    "//evil.example/apps/a/",
    "./..",
    "",
  ]) {
    expect(answered([["Service-Worker-Allowed", scope]]), scope).toEqual([]);
  }
});

test("a policy of the route's own lets our script run", () => {
  const script = {
    source: "https://nas.local/apps/.nekzus/prefix.js",
    nonce: undefined,
    summed: { scripts: false, styles: false },
  };
  const app = { rule: { prefix: "/apps/a/", exclude: [], origins: [] }, upstreamOrigins: [] };
  const route = testRoute({ setResponseHeaders: ["Content-Security-Policy", "script-src /apps/a/js/", "X-A", "1"] });
  const own = (of?: typeof script) =>
    appResponseHeaders(["Date", "now"], route, 0, { app, status: 200, script: of }).slice(2);
  expect(own(script)).toEqual(["Content-Security-Policy", `script-src /apps/a/js/ ${script.source}`, "X-A", "1"]);
  expect(own()).toEqual(route.setResponseHeaders);
});

test("headers that the route removes are removed in any case", () => {
  expect(answered([["X-Powered-By", "x"]], { removeResponseHeaders: ["x-powered-by"] })).toEqual([]);
});
