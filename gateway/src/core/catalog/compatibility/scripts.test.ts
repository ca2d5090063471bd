import { expect, test } from "vitest";
import { createFindings, type Finding } from "./findings.ts";
import { findInScript, findInStyle, type Place } from "./scripts.ts";

const PLACE: Place = { prefix: "/apps/photos/", helped: true, websocket: true, exclude: ["/shared/"] };

function found(text: string, more: Partial<Place> = {}): Finding[] {
  const findings = createFindings();
  findInScript({ path: "/apps/photos/app.js", text }, { ...PLACE, ...more }, findings);
  return findings.all();
}

/** A script and what is seen in it: kind, text, how sure, what covers it. */
const SEEN: [source: string, kind: string, text: string, certainty: string, coveredBy: string][] = [
  ['fetch("/api/items")', "path-in-script", "/api/items", "certain", "page-script"],
  ["x.open('POST', '/save')", "path-in-script", "/save", "certain", "page-script"],
  ["const u = `/api/v1/$" + "{id}`", "path-in-script", "/api/v1/", "possible", "page-script"],
  ['const base = "/api";', "path-in-script", "/api", "possible", "page-script"],
  ['import("/chunks/a.js")', "import", "/chunks/a.js", "certain", "way-back"],
  ['import{a}from"/lib/a.js"', "import", "/lib/a.js", "likely", "way-back"],
  ['new URL("/files", location.origin)', "new-url", "/files", "likely", "page-script"],
  ['location.href = "/login"', "navigation", "/login", "certain", "page-script"],
  ['window.location.replace("/home")', "navigation", "/home", "certain", "page-script"],
  ['navigator.serviceWorker.register("/sw.js")', "worker", "/sw.js", "certain", "page-script"],
  ['new Worker("/w.js")', "worker", "/w.js", "certain", "page-script"],
  ['__webpack_require__.p="/"', "public-path", '__webpack_require__.p="/"', "likely", "page-script"],
  ['const f=function(e){return"/"+e}', "public-path", 'function(e){return"/"+e}', "likely", "page-script"],
];

test("what leaves the prefix in a script is told apart, with what covers it", () => {
  for (const [source, kind, text, certainty, coveredBy] of SEEN) {
    expect(found(source), source).toEqual([expect.objectContaining({ kind, text, certainty, coveredBy })]);
  }
});

test("without the gateway's help nothing is covered, and what is certain counts as broken", () => {
  const [finding] = found('import("/chunks/a.js")', { helped: false });
  expect(finding).toMatchObject({ coveredBy: "nothing", severity: "breaks" });
  expect(found('import("/chunks/a.js")')[0]).toMatchObject({ severity: "remark" });
  expect(found('fetch("/api/items")')[0]).toMatchObject({ severity: "info" });
});

test("what stays, what is meant to leave and what is no address is not told of", () => {
  const quiet = [
    'fetch("api/items")',
    'fetch("//cdn.example/x.js")',
    'a = "/shared/api.js"',
    "b = /api/.test(c)",
    "// see /api/items",
    'd = "/"',
    'e = "/settings"',
    '"a/"/"/b"/2',
    'f = "/api unfinished',
  ];
  for (const source of quiet) expect(found(source), source).toEqual([]);
});

test("an app that makes its addresses with the prefix is recognised", () => {
  expect(found('window.base="/apps/photos"')).toEqual([
    expect.objectContaining({ kind: "knows-prefix", severity: "info", text: "/apps/photos" }),
  ]);
  expect(found('fetch("/apps/photos/api/items")')).toEqual([expect.objectContaining({ kind: "knows-prefix" })]);
});

test("WebSockets count where the route does not carry them", () => {
  for (const source of ["new WebSocket(u)", 'a="wss://"+location.host', "io(socket.io)"]) {
    expect(found(source, { websocket: false })).toEqual([expect.objectContaining({ kind: "websocket-off" })]);
    expect(found(source)).toEqual([]);
  }
});

test("places are lines and columns of the file; the same is counted, and a flood is cut", () => {
  const [first, ...others] = found('\n\n  fetch("/api/a");\nfetch("/api/a");');
  expect(first).toMatchObject({ line: 3, column: 9, count: 2 });
  expect(others).toEqual([]);
  const flood = Array.from({ length: 500 }, (_, n) => `fetch("/api/${n}")`).join("\n");
  expect(found(flood)).toHaveLength(10);
});

test("hostile scripts cost time in proportion to their length", () => {
  // What is searched over and over would not be over before the test's time is.
  const repeated = (text: string) => text.repeat(Math.ceil((2 * 1024 * 1024) / text.length));
  for (const piece of ['"/', '"/a', "`/${", 'import("/a")', '"/api/x"', "function(a){return'/'", " new WebSocke"]) {
    expect(found(repeated(piece), { websocket: false }).length, piece).toBeLessThanOrEqual(20);
  }
});

test("a style sheet is looked at as it reached the visitor", () => {
  const findings = createFindings();
  const text = 'a{b:url(/img/x.png)}\n@import "/more.css";c{d:url("/apps/photos/y.png")}e{f:url(//cdn/z)}';
  findInStyle({ path: "/apps/photos/a.css", text }, { ...PLACE, helped: false }, findings);
  expect(findings.all().map(({ text: address, line, severity }) => [address, line, severity])).toEqual([
    ["/img/x.png", 1, "breaks"],
    ["/more.css", 2, "breaks"],
  ]);
});
