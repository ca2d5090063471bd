import fc from "fast-check";
import { expect, test } from "vitest";
import { isRefusal, MAX_TARGET, readTarget } from "./target.ts";

const HOST = "nekzus.local:8443";
const refused = (raw: string) => isRefusal(readTarget(raw, HOST));

/** Spellings by which proxies and apps were made to see different paths. */
const REFUSED = [
  "/apps/a/../b/",
  "/apps/a/./b",
  "/apps/a/..",
  "/apps/a/.",
  "/..",
  "/apps/a/%2e%2e/b",
  "/apps/a/%2E./b",
  "/apps/a/.%2e/b",
  "/apps/a/%2e/b",
  "/apps/a/..;/b",
  "/apps/a/..;jsessionid=1/b",
  "/apps/a/.;/b",
  "/apps/a/%2e%2e;/b",
  "/apps/a/..%3b/b",
  "/apps/a/..%2fb",
  "/apps/a/..%2Fb",
  "/apps/a%2f..%2fb",
  "/apps/a/..%5cb",
  "/apps/a/%5c..%5cb",
  "/apps/a\\..\\b",
  "/apps\\a",
  "/apps/a/%00",
  "/apps/a/b%00.png",
  "/apps/a/%0d%0aX-Evil:1",
  "/apps/a/%09",
  "/apps/a/%7f",
  "/apps/a/\x00",
  "/apps/a/\t",
  "/apps/a/ b",
  "/apps/a/\x7f",
  "/apps/a/é",
  "/apps/a/#b",
  "/apps/a/?q#b",
  "/apps/a\\?q",
  "/apps/a/%",
  "/apps/a/%2",
  "/apps/a/%zz",
  "/apps/a/%u002e%u002e/",
  "apps/a/",
  "*",
  "",
  "?q",
  "http://",
  "http://other.example/apps/a/",
  "http://nekzus.local/apps/a/",
  "http://user@nekzus.local:8443/apps/a/",
  "//nekzus.local:8443@evil/..",
  "ftp://nekzus.local:8443/",
  "nekzus.local:8443",
];

test.each(REFUSED)("refused: %j", (raw) => {
  expect(refused(raw)).toBe(true);
});

/** Odd but honest: apps depend on receiving these byte for byte. */
const PASSED = [
  "/",
  "//",
  "/apps/a//b///",
  "/apps/a/group%2fproject",
  "/apps/a/share%5cname",
  "/apps/a/%252e%252e/b",
  "/apps/a/%252fb",
  "/apps/a/.well-known/x",
  "/apps/a/...",
  "/apps/a/..b/.b./b..",
  "/apps/a/;b=c",
  "/apps/a/file.;v=1",
  "/apps/a/%20%C3%A9+&=~!$'()*,:@",
  "/apps/a/%C0%AE%C0%AE/",
  '/apps/a/?path=/../x&y=%00%2e%2e/%&z=[1]{2}|^`<>"',
];

test.each(PASSED)("passed on as it is: %j", (raw) => {
  const target = readTarget(raw, HOST);
  expect(isRefusal(target) ? target : target.path + target.query).toBe(raw);
});

test("the absolute form is taken when it names the host of the Host header", () => {
  expect(readTarget("http://nekzus.local:8443/apps/a/?q=1", HOST)).toEqual({ path: "/apps/a/", query: "?q=1" });
  expect(readTarget("HTTPS://NEKZUS.local:8443", HOST)).toEqual({ path: "/", query: "" });
  expect(readTarget("http://nekzus.local:8443?q", HOST)).toEqual({ path: "/", query: "?q" });
  expect(refused("http://nekzus.local:8443/apps/a/../b")).toBe(true);
});

test("a target may be as long as the limit and no longer", () => {
  expect(refused(`/${"a".repeat(MAX_TARGET - 1)}`)).toBe(false);
  expect(readTarget(`/${"a".repeat(MAX_TARGET)}`, HOST)).toMatchObject({ code: "URI_TOO_LONG" });
});

const PIECES = [
  "/",
  "//",
  "a",
  "..",
  ".",
  "%2e",
  "%2E",
  "%2f",
  "%5c",
  "\\",
  ";",
  "%3b",
  "%00",
  "%25",
  "?",
  "#",
  " ",
  "é",
  "http:",
];

test("whatever comes, it is refused or it is the very path that came, without a step up for any reader", () => {
  const raw = fc.array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ maxLength: 3 })), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(raw, (pieces) => {
      const text = `/${pieces.join("")}`;
      const target = readTarget(text, HOST);
      if (isRefusal(target)) return;
      expect(target.path + target.query).toBe(text);
      for (const decoded of [target.path, unescaped(target.path)]) {
        const steps = decoded.split(/[/\\]/).map((segment) => segment.replace(/;.*$/, ""));
        expect(steps).not.toContain("..");
        expect(steps).not.toContain(".");
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
        expect(decoded).not.toMatch(/[\u0000-\u001f\u007f]/);
      }
    }),
    { numRuns: 2000 },
  );
});

function unescaped(path: string): string {
  return path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
