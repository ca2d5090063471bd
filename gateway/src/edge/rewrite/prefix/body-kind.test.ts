import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { type BodyFacts, type BodyKind, bodyKind, createBodyRewriter, pageScriptFor } from "./body-kind.ts";
import { cutInto, cuts, rewritten, testApp } from "./test-rewriting.ts";

const kind = (contentType: string | undefined, changes: Partial<BodyFacts> = {}) =>
  bodyKind({
    status: 200,
    contentType,
    contentDisposition: undefined,
    path: "/apps/t/x",
    fetchDest: undefined,
    ...changes,
  });

test("the body's type decides how it is rewritten", () => {
  expect(kind("Text/HTML; charset=utf-8")).toBe("html");
  expect(kind("text/css", { status: 404 })).toBe("css");
  expect(kind("application/manifest+json")).toBe("manifest");
  expect(kind("application/speculationrules+json")).toBe("speculation-rules");
  expect(kind("application/json", { fetchDest: "manifest" })).toBe("manifest");
  expect(kind("application/json", { path: "/apps/t/site.webmanifest" })).toBe("manifest");
  expect(kind("application/json", { path: "/apps/t/initialize.json" })).toBe("url-base");
  expect(kind("text/javascript", { path: "/apps/t/initialize.js" })).toBe("url-base");
});

test("all else passes as it is", () => {
  expect(kind(undefined)).toBeUndefined();
  expect(kind("application/json")).toBeUndefined();
  expect(kind("application/json-seq", { path: "/manifest.json" })).toBeUndefined();
  expect(kind("text/javascript", { path: "/manifest.json" })).toBeUndefined();
  expect(kind("image/svg+xml")).toBeUndefined();
  expect(kind("text/html; charset=UTF-16LE")).toBeUndefined();
  expect(kind("text/html", { status: 206 })).toBeUndefined();
  expect(kind("text/html", { contentDisposition: 'Attachment; filename="a.html"' })).toBeUndefined();
});

test("a page gets our script, a piece of one does not", () => {
  expect(pageScriptFor("iframe")).toBe("always");
  expect(pageScriptFor("empty")).toBe("never");
  expect(pageScriptFor(undefined)).toBe("whole-pages");
});

const of = (kind: BodyKind, ...pieces: string[]) => rewritten(createBodyRewriter(kind, testApp), ...pieces);

describe("manifests", () => {
  it("have their addresses changed, and nothing else", () => {
    const manifest = `{ "start_url": "/", "scope":"\\/", "id" : "/a\\u002fb", "name": "/x",
      "icons": [{"src": "/i.png", "sizes":"1x1"}, {"src": "i2.png"}, {"src": "/apps/t/i3.png"}],
      "shortcuts": [{"url": "/s", "name": "/n", "icons": [{"src": "/si"}]}], "screenshots": [{"src":"/c"}],
      "share_target": {"action": "/share", "params": {"url": "/url"}}, "file_handlers": [{"action": "/f"}],
      "protocol_handlers": [{"protocol": "web+x", "url": "/p?u=%s"}], "serviceworker": {"src": "/sw.js", "scope": "/w"} }`;
    const expected = [
      ['"/",', '"/apps/t/",'],
      ['"\\/"', '"/apps/t\\/"'],
      ['"/a\\u002fb"', '"/apps/t/a\\u002fb"'],
      ['"/i.png"', '"/apps/t/i.png"'],
      ['"/s"', '"/apps/t/s"'],
      ['"/si"', '"/apps/t/si"'],
      ['"/c"', '"/apps/t/c"'],
      ['"/share"', '"/apps/t/share"'],
      ['"/f"', '"/apps/t/f"'],
      ['"/p?u=%s"', '"/apps/t/p?u=%s"'],
      ['"/sw.js"', '"/apps/t/sw.js"'],
    ].reduce((text, [from, to]) => text.replace(from as string, () => to as string), manifest);
    expect(of("manifest", manifest)).toBe(expected);
    expect(of("manifest", expected)).toBe(expected);
    expect(of("manifest", `\u00ef\u00bb\u00bf{"start_url":"/"}`)).toBe(`\u00ef\u00bb\u00bf{"start_url":"/apps/t/"}`);
  });

  it("that are no JSON, or too long, pass", () => {
    for (const text of [
      '{"start_url": "/"',
      "[]",
      "",
      `{"start_url":"/","x":"${"y".repeat(256 * 1024)}"}`,
      "[".repeat(100_000),
    ]) {
      expect(of("manifest", text) === text).toBe(true);
    }
  });

  it("lose nothing, whatever they hold", () => {
    fc.assert(
      fc.property(fc.json(), cuts, (json, places) => {
        const text = Buffer.from(`{"start_url":"/","x":${json}}`).toString("latin1");
        expect(of("manifest", ...cutInto(text, places))).toBe(text.replace('"/"', '"/apps/t/"'));
      }),
    );
  });
});

test("the start document of Sonarr's family is told the prefix; settings of that name are not touched", () => {
  expect(of("url-base", '{"apiRoot": "/api/v3", "urlBase": "", "x": {"urlBase": ""}}')).toBe(
    '{"apiRoot": "/api/v3", "urlBase": "/apps/t", "x": {"urlBase": ""}}',
  );
  expect(of("url-base", `window.Radarr = {\n  apiRoot: '/api',\n  "urlBase": '/'\n};`)).toBe(
    `window.Radarr = {\n  apiRoot: '/api',\n  "urlBase": "/apps/t"\n};`,
  );
  for (const same of ['{"urlBase":"/radarr"}', "f({urlBase: ''})", "window.X = {urlBase: a}"]) {
    expect(of("url-base", same)).toBe(same);
  }
});

test("UTF-16 and UTF-32 are told by their marks, and pass", () => {
  for (const mark of ["\xff\xfe", "\xfe\xff", "\0\0\xfe\xff"]) {
    const text = `${mark}<a href=/x>`;
    expect(of("html", ...text)).toBe(text);
    expect(of("html", mark)).toBe(mark);
  }
  expect(of("html", "\xff", "<a href=/x>")).toBe("\xff<a href=/apps/t/x>");
  expect(of("html", "\xef\xbb\xbf<a href=/x>")).toBe("\xef\xbb\xbf<a href=/apps/t/x>");
});
