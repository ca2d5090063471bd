import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { addressHeader, cookieOfHost, cookiePathInPrefix, headerInPrefix } from "./answer-headers.ts";
import { scriptNonce, summedIn } from "./content-security-policy.ts";
import { testApp } from "./test-rewriting.ts";

const header = (name: string, value: string, status = 302) => {
  const kind = addressHeader(name);
  return kind ? headerInPrefix(kind, value, { app: testApp, status }) : value;
};

describe("headers that name addresses", () => {
  it.each([
    ["location", "/x?a=/b", "/apps/t/x?a=/b"],
    ["location", "https://nas.local:8444/x?a", "https://nas.local:8444/apps/t/x?a"],
    ["location", "http://grafana:3000/login", "/apps/t/login"],
    ["location", "http://grafana:3000?a", "/apps/t/?a"],
    ["location", "http://grafana:3000//evil.example/", "/apps/t//evil.example/"],
    ["location", "http://grafana:3000\\\\evil.example/", "/apps/t\\\\evil.example/"],
    ["location", "http://grafana:3000/oauth2/x", "/oauth2/x"],
    ["location", "http://grafana:3000/apps/t/x", "/apps/t/x"],
    ["refresh", "5; url=/x", "5; url=/apps/t/x"],
    ["refresh", "10; URL='/x'", "10; URL='/apps/t/x'"],
    ["refresh", "0;/x", "0;/apps/t/x"],
    ["refresh", "0; url=https://nas.local:8444/x", "0; url=https://nas.local:8444/apps/t/x"],
    ["content-location", "/x", "/apps/t/x"],
    ["sourcemap", "/x.map", "/apps/t/x.map"],
    ["x-sourcemap", "/x.map", "/apps/t/x.map"],
    ["hx-redirect", "/x", "/apps/t/x"],
    ["reporting-endpoints", 'main="/r", other="https://e.example/r"', 'main="/apps/t/r", other="https://e.example/r"'],
    ["link", "</a>; rel=preload; as=style; crossorigin", "</apps/t/a>; rel=preload; as=style; crossorigin"],
    [
      "link",
      '</a>; title="x, </no>; \\" <y>", <https://e.example/b>; rel=next,<http://grafana:3000/c>',
      '</apps/t/a>; title="x, </no>; \\" <y>", <https://e.example/b>; rel=next,</apps/t/c>',
    ],
  ])("%s: %s becomes %s", (name, value, expected) => expect(header(name, value)).toBe(expected));

  it.each([
    ["location", "x"],
    ["location", "//host/x"],
    ["location", "https://e.example/x"],
    ["location", "https://nas.local/x"],
    ["location", "/apps/t/x"],
    ["refresh", "5"],
    ["refresh", "0; url=https://e.example/"],
    ["refresh", "0; url="],
    ["content-location", "https://e.example/x"],
    ["link", "<https://e.example/>; rel=next, broken </x"],
    ["etag", '"/x"'],
  ])("%s: %s stays", (name, value) => expect(header(name, value)).toBe(value));

  it.each([
    ["location", "../login", "/apps/t/login"],
    ["location", "./../../login?a=..", "/apps/t/login?a=.."],
    ["location", "/../login", "/apps/t/login"],
    ["location", "..\\login", "..\\login"],
    ["location", "../\u00c3\u00bc", "/apps/t/%C3%BC"],
    ["refresh", "0; url=../x", "0; url=/apps/t/x"],
    [
      "link",
      '<../a>; title="<../b>", <https://e.example/../c>',
      '</apps/t/a>; title="<../b>", <https://e.example/../c>',
    ],
    // Where the app asked for it, dots lead out.
    ["location", "../oauth2/x", "/oauth2/x"],
    ["location", "../\u00fc", "../\u00fc"],
    ["location", "x/../y", "x/../y"],
  ])("%s: %s of the page at the app's root becomes %s", (name, value, expected) => {
    const answer = { app: testApp, status: 302, target: "/apps/t/page?a=/b/c/" };
    expect(headerInPrefix(addressHeader(name) ?? "address", value, answer)).toBe(expected);
  });

  it("looks at Location only where it means something", () => {
    expect(header("location", "/x", 200)).toBe("/x");
    expect(header("location", "/x", 201)).toBe("/apps/t/x");
  });

  it("loses nothing of a Link, whatever it looks like", () => {
    const pieces = fc.array(fc.constantFrom("<", ">", "/x", '"', "\\", ",", ";", " rel=a"), { maxLength: 20 });
    fc.assert(
      fc.property(pieces, (parts) => {
        expect(header("link", parts.join("")).replaceAll("/apps/t", "")).toBe(parts.join(""));
      }),
    );
  });
});

const policy = (value: string, script?: { source: string; nonce: string | undefined }) =>
  headerInPrefix("policy", value, {
    app: testApp,
    status: 200,
    script: script && { ...script, summed: { scripts: false, styles: false } },
  });

test.each([
  ["script-src 'self' 'sha256-x='", { scripts: true, styles: false }],
  ["default-src 'SHA384-x'", { scripts: true, styles: true }],
  ["default-src 'sha512-x'; script-src 'self'; style-src-elem 'self'", { scripts: false, styles: false }],
  ["img-src *, style-src 'sha256-x'", { scripts: false, styles: true }],
  ["script-src 'nonce-sha256-x' https://sha256-x.example", { scripts: false, styles: false }],
])("what %s names by checksums", (value, expected) => expect(summedIn([value])).toEqual(expected));

describe("policies", () => {
  it.each([
    ["img-src 'self' /i/ /js/*; report-uri /r", "img-src 'self' /apps/t/i/ /apps/t/js/*; report-uri /apps/t/r"],
    ["a 'none',  b /x", "a 'none',  b /apps/t/x"],
    [
      "img-src https://nas.local:8444/i/ nas.local:8444/j",
      "img-src https://nas.local:8444/apps/t/i/ nas.local:8444/apps/t/j",
    ],
    [
      "connect-src http://grafana:3000 ws://grafana:3000/live grafana:3000",
      "connect-src https://nas.local:8444 wss://nas.local:8444/apps/t/live https://nas.local:8444",
    ],
  ])("%s becomes %s", (given, expected) => expect(policy(given)).toBe(expected));

  it.each([
    "default-src 'self' 'unsafe-inline' 'nonce-/x' 'sha256-/x=' data: blob: *.example.com https://e.example/x wss:;",
    "img-src /apps/t/x https://nas.local:8444; sandbox allow-scripts; ; upgrade-insecure-requests",
  ])("%s stays", (given) => expect(policy(given)).toBe(given));

  const source = "https://nas.local:8444/apps/.nekzus/prefix.js";
  it.each([
    ["img-src 'self'", "img-src 'self'"],
    ["script-src 'self'; img-src *", `script-src 'self' ${source}; img-src *`],
    ["img-src *;  Script-Src 'NONE'", `img-src *;  script-src ${source}`],
    ["script-src", `script-src ${source}`],
    ["script-src 'self'; script-src-elem 'nonce-a'", `script-src 'self'; script-src-elem 'nonce-a' ${source}`],
    ["default-src 'none'; img-src *;", `default-src 'none'; img-src *; script-src ${source}`],
    ["default-src 'self'", `default-src 'self'; script-src 'self' ${source}`],
    ["script-src a; script-src b", `script-src a ${source}; script-src b`],
    ["script-src 'self', script-src 'none'", `script-src 'self' ${source}, script-src ${source}`.replace(", ", ", ")],
    [
      "require-trusted-types-for 'script'; trusted-types 'none'",
      "require-trusted-types-for 'script'; trusted-types nekzus-prefix",
    ],
    ["trusted-types *", "trusted-types *"],
  ])("with our script, %s becomes %s", (given, expected) => {
    expect(policy(given, { source, nonce: undefined })).toBe(expected);
    expect(policy(expected, { source, nonce: undefined })).toBe(expected);
  });

  it("takes a nonce where addresses do not count, the same for all policies", () => {
    const fresh = () => "new";
    expect(scriptNonce(["script-src 'nonce-a'"], fresh)).toBeUndefined();
    expect(scriptNonce(["img-src 'strict-dynamic' 'nonce-a'"], fresh)).toBeUndefined();
    expect(scriptNonce(["img-src *", "script-src 'strict-dynamic' 'nonce-aB+/_-1='"], fresh)).toBe("aB+/_-1=");
    expect(scriptNonce(["default-src 'Strict-Dynamic' 'sha256-x'"], fresh)).toBe("new");
    expect(scriptNonce([`script-src 'strict-dynamic' 'nonce-"><x'`], fresh)).toBe("new");
    const given = "script-src 'strict-dynamic' 'nonce-a', script-src 'strict-dynamic' 'sha256-x', script-src 'self'";
    expect(policy(given, { source, nonce: scriptNonce([given], fresh) })).toBe(
      `script-src 'strict-dynamic' 'nonce-a', script-src 'strict-dynamic' 'sha256-x' 'nonce-a', script-src 'self' ${source}`,
    );
  });
});

test("cookies come to lie in the prefix, once", () => {
  const moved = (cookie: string) => cookiePathInPrefix(testApp.rule, cookie);
  expect(moved("a=1; path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=1")).toBe(
    "a=1; Path=/apps/t/; HttpOnly; Secure; SameSite=Lax; Max-Age=1",
  );
  expect(moved("a=/x; PATH = /api ;Path=/y")).toBe("a=/x; Path=/apps/t/api; Path=/apps/t/y");
  for (const same of [
    "a=1",
    "a=1; Path=/apps/t/x",
    "a=1; Path=x",
    "a=1; Path=/oauth2/",
    "__Host-a=1; Path=/; Secure",
    "path=/",
  ]) {
    expect(moved(same)).toBe(same);
  }
});

test("a cookie stays with the host that was asked", () => {
  expect(cookieOfHost("a=1; Domain=grafana; Path=/", [])).toBe("a=1; Path=/");
  expect(cookieOfHost("a=1;domain = .Nas.Local", [])).toBe("a=1");
  expect(cookieOfHost("a=1; Domain=.T.home.example; Secure", ["t.home.example"])).toBe(
    "a=1; Domain=.T.home.example; Secure",
  );
  expect(cookieOfHost("a=1; Domain=home.example", ["t.home.example"])).toBe("a=1");
  expect(cookieOfHost("domain=x; Secure", [])).toBe("domain=x; Secure");
});
