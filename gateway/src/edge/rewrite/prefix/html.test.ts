import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { createBodyRewriter } from "./body-kind.ts";
import type { PageScript } from "./body-rewriter.ts";
import type { PolicyScript } from "./content-security-policy.ts";
import { MAX_TAG } from "./html-tokenizer.ts";
import { cutInto, cuts, rewritten, soup, testApp } from "./test-rewriting.ts";

const S = "<script src=S></script>";
const policy: PolicyScript = {
  source: "https://nas.local:8444/apps/.nekzus/prefix.js",
  nonce: undefined,
  summed: { scripts: false, styles: false },
};
const script: PageScript = { markup: S, wholePagesOnly: false, policy };
const html = (text: string, path?: string) => rewritten(createBodyRewriter("html", testApp, undefined, path), text);
const page = (text: string, wholePagesOnly = false) =>
  rewritten(createBodyRewriter("html", testApp, { ...script, wholePagesOnly }), text);

describe("addresses in attributes", () => {
  it.each([
    ['<script src="/x.js"></script>', '<script src="/apps/t/x.js"></script>'],
    ["<link rel=icon href='/x.ico'>", "<link rel=icon href='/apps/t/x.ico'>"],
    ['<img src="/x" />', '<img src="/apps/t/x" />'],
    ["<IMG ALT=a SRC=/x>", "<IMG ALT=a SRC=/apps/t/x>"],
    ["<img src=/x/>", "<img src=/apps/t/x/>"],
    ['<embed src="/x">', '<embed src="/apps/t/x">'],
    ['<object class=a data="/x">', '<object class=a data="/apps/t/x">'],
    ['<video poster="/x" src="/y">', '<video poster="/apps/t/x" src="/apps/t/y">'],
    ['<form method=post action="/x">', '<form method=post action="/apps/t/x">'],
    ['<button formaction="/x">', '<button formaction="/apps/t/x">'],
    ['<a href="/p?a=1#f">', '<a href="/apps/t/p?a=1#f">'],
    ['<a href="/p?a=1&amp;b=2&c#s-1.2">', '<a href="/apps/t/p?a=1&amp;b=2&c#s-1.2">'],
    ['<a ping="/a https://e.example/ /b">', '<a ping="/apps/t/a https://e.example/ /apps/t/b">'],
    [
      '<svg><use xlink:href="/x#a"/><image href="/y"/></svg>',
      '<svg><use xlink:href="/apps/t/x#a"/><image href="/apps/t/y"/></svg>',
    ],
    ['<svg><path fill="url(/x.svg#a)"></svg>', '<svg><path fill="url(/apps/t/x.svg#a)"></svg>'],
    ['<body background="/x">', '<body background="/apps/t/x">'],
    ['<a href="/">', '<a href="/apps/t/">'],
    ['<a href="/api/v1/x">', '<a href="/apps/t/api/v1/x">'],
    ['<a href="/apps/t-other/x">', '<a href="/apps/t/apps/t-other/x">'],
    ['<a href="https://nas.local:8444/x">', '<a href="https://nas.local:8444/apps/t/x">'],
    ['<a href="http://grafana:3000/x">', '<a href="/apps/t/x">'],
    ['<a href="http://grafana:3000">', '<a href="/apps/t/">'],
    ['<a href="http://grafana:3000//evil.example">', '<a href="/apps/t//evil.example">'],
    ['<a href="&#47;x">', '<a href="/apps/t&#47;x">'],
    ['<a href="&#x2fabc">', '<a href="&#x2fabc">'],
    ['<a href="&#x2f;abc">', '<a href="/apps/t&#x2f;abc">'],
    ['<a href="&#x0000000000002F;x">', '<a href="/apps/t&#x0000000000002F;x">'],
    ['<a href="&sol;x">', '<a href="/apps/t&sol;x">'],
    ['<a href=" &Tab;/x">', '<a href=" &Tab;/apps/t/x">'],
    ['<a href="/x" href="/y">', '<a href="/apps/t/x" href="/y">'],
    ['<a b/href="/x"title=c>', '<a b/href="/apps/t/x"title=c>'],
    ["<a\nhref\n=\n'/x'>", "<a\nhref\n=\n'/apps/t/x'>"],
    ['<a title=">" href=/x>', '<a title=">" href=/apps/t/x>'],
    ['<img srcset="/a 1x, /b 2x">', '<img srcset="/apps/t/a 1x, /apps/t/b 2x">'],
    ["<source srcset='/a,b 320w,/c 640w'>", "<source srcset='/apps/t/a,b 320w,/apps/t/c 640w'>"],
    [
      '<link imagesrcset="/a, https://e.example/b 2x,x 3x">',
      '<link imagesrcset="/apps/t/a, https://e.example/b 2x,x 3x">',
    ],
    [`<p style="background:url('/x')">`, `<p style="background:url('/apps/t/x')">`],
    [`<p style='background:url("/x")'>`, `<p style='background:url("/apps/t/x")'>`],
    [
      '<p style="background:url(&quot;/x&quot;);color:red">',
      '<p style="background:url(&quot;/apps/t/x&quot;);color:red">',
    ],
    ["<meta name=referrer content=no-referrer>", '<meta name=referrer content="same-origin">'],
    ["<meta content='never' name='Referrer'>", "<meta content='same-origin' name='Referrer'>"],
    ["<a href=/x referrerpolicy=origin>", "<a href=/apps/t/x referrerpolicy=strict-origin-when-cross-origin>"],
    ['<meta http-equiv=refresh content="5;URL=/x">', '<meta http-equiv=refresh content="5;URL=/apps/t/x">'],
    [`<meta content="0; url='/x'" http-equiv=Refresh>`, `<meta content="0; url='/apps/t/x'" http-equiv=Refresh>`],
    [
      `<meta http-equiv="Content-Security-Policy" content="img-src 'self' /i/">`,
      `<meta http-equiv="Content-Security-Policy" content="img-src 'self' /apps/t/i/">`,
    ],
    ['<link rel=modulepreload href="/x.js">', '<link rel=modulepreload href="/apps/t/x.js">'],
    ["<noscript><img src=/x></noscript>", "<noscript><img src=/apps/t/x></noscript>"],
    [
      '<iframe srcdoc="<a href=&quot;/x&quot;>&eacute;&#233;</a>">',
      '<iframe srcdoc="<a href=&#34;/apps/t/x&#34;>&eacute;&#233;</a>">',
    ],
    ['<iframe srcdoc="&#8212;<a href=/x>">', '<iframe srcdoc="&#8212;<a href=/apps/t/x>">'],
    ["<iframe srcdoc=<a/href=/x&gt;>", '<iframe srcdoc="<a/href=/apps/t/x>">'],
  ])("%s", (given, expected) => expect(html(given)).toBe(expected));

  it.each([
    '<a href="">',
    "<a href>",
    "<a href=>/x",
    '<a href="#/x">',
    '<img src="./x"><img src=x/y>',
    '<a href="//host/x">',
    '<a href="/&#47;host/x"><a href="/&bsol;host/x">',
    '<a href="/\\host/x">',
    '<a href="/&#97;pps/t/x"><a href="/o&#97;uth2/x">',
    '<a href="https://e.example/x">',
    '<a href="data:text/html,<a href=/x>">',
    '<a href="/apps/t/x"><a href=/apps/t>',
    '<a href="/oauth2/x">',
    '<a title="/x" data-src="/x" cite="/x">',
    "<!-- <a href=/x> --!><a title=<>",
    "<!--><a title=/x>",
    "<!-- a --- <a href=/x> -- > <a href=/y> -->",
    "<![CDATA[ <a title=x ]]>",
    "<svg><![CDATA[ > <a href=/x> ]]></svg>",
    "<?php <a ?>",
    "<textarea><a href=/x></textarea >",
    "<title><a href=/x></titlE\n>",
    "<script>'<a href=/x>'</scripts></script>",
    "<script><!-- <script> <a href=/x> </script> <a href=/y> --></script>",
    "<script><!--<script></script><a href=/x>",
    "<xmp><a href=/x></xmp>",
    "<iframe><a href=/x></iframe>",
    "<noembed><a href=/x></noembed>",
    "<plaintext><a href=/x></plaintext><a href=/y>",
    "</a href=/x>",
    "< a href=/x>",
    "<a href=/x",
    "<meta name=x content=/x>",
    "<meta name=x content=no-referrer>",
    "<meta http-equiv=refresh content=5>",
    '<meta http-equiv=refresh content="5; url=https://e.example/">',
  ])("leaves %s", (text) => expect(html(text)).toBe(text));

  it("tells content that is no markup from its like in SVG", () => {
    expect(html("<svg><title><a href=/x></title></svg>")).toBe("<svg><title><a href=/apps/t/x></title></svg>");
    expect(html("<svg><style><a href=/x></style>")).toBe("<svg><style><a href=/apps/t/x></style>");
    expect(html("<svg><p><style><a href=/x></style>")).toBe("<svg><p><style><a href=/x></style>");
    expect(html("<svg><desc><style><a href=/x></style>")).toBe("<svg><desc><style><a href=/x></style>");
    expect(html("<svg/><title><a href=/x>")).toBe("<svg/><title><a href=/x>");
    expect(html("<svg></svg><title><a href=/x>")).toBe("<svg></svg><title><a href=/x>");
    expect(html("<script><!--<script><!--></script><a href=/x>")).toBe(
      "<script><!--<script><!--></script><a href=/apps/t/x>",
    );
  });
});

test("style sheets and JSON within scripts follow their own rules", () => {
  expect(html("<style>a{b:url(/x)} @font-face{src:url('/f')}</style>")).toBe(
    "<style>a{b:url(/apps/t/x)} @font-face{src:url('/apps/t/f')}</style>",
  );
  expect(
    html(
      '<script type=importmap>{"imports":{"/a":"/b"},"scopes":{"/c/":{"d":"/e"}},"integrity":{"/b":"sha384-/"}}</script>',
    ),
  ).toBe(
    '<script type=importmap>{"imports":{"/a": "/apps/t/b", "/apps/t/a":"/apps/t/b"},"scopes":{"/apps/t/c/":{"d":"/apps/t/e"}},"integrity":{"/apps/t/b":"sha384-/"}}</script>',
  );
  expect(
    html(
      '<script type="speculationrules">{"prefetch":[{"urls":["/a","b"]}],"prerender":[{"where":{"and":[{"href_matches":"/*"}]}}]}</script>',
    ),
  ).toBe(
    '<script type="speculationrules">{"prefetch":[{"urls":["/apps/t/a","b"]}],"prerender":[{"where":{"and":[{"href_matches":"/apps/t/*"}]}}]}</script>',
  );
  expect(html("<script>\n window.Sonarr = { urlBase: '', x: 1 };</script>")).toBe(
    '<script>\n window.Sonarr = { urlBase: "/apps/t", x: 1 };</script>',
  );
  const others = ["window.S = {urlBase: '' + x}", "let s = {urlBase: ''}", "window.S = {urlBase: '/x', myurlBase: ''}"];
  for (const other of others) expect(html(`<script>${other}</script>`)).toBe(`<script>${other}</script>`);
});

test("in an import map a path is found as a script writes it, and in the prefix", () => {
  const map = (text: string) => html(`<script type=importmap>${text}</script>`).slice(23, -9);
  expect(
    map('{"imports":{"\\/a":"\\/b","/c/":"./d/","x":"/e","/f":null,"./g":"/h"},"scopes":{"/s/":{"/a":"b"}}}'),
  ).toBe(
    '{"imports":{"\\/a": "/apps/t\\/b", "/apps/t\\/a":"/apps/t\\/b","/c/": "./d/", "/apps/t/c/":"./d/","x":"/apps/t/e",' +
      '"/apps/t/f":null,"./g":"/apps/t/h"},"scopes":{"/apps/t/s/":{"/a": "b", "/apps/t/a":"b"}}}',
  );
  expect(map('{"imports":{"/a":{"/b":"/c"},"/d":["/e"]}}')).toBe(
    '{"imports":{"/apps/t/a":{"/b":"/c"},"/apps/t/d":["/e"]}}',
  );
});

describe("policies in the page", () => {
  const meta = (content: string) => `<meta http-equiv=Content-Security-Policy content="${content}">`;

  it("let our script run, as it does in frames and windows that the page makes", () => {
    expect(page(`<head>${meta("script-src 'nonce-a'; trusted-types app; img-src /i/")}`)).toBe(
      `<head>${S}${meta(`script-src 'nonce-a' ${policy.source}; trusted-types app nekzus-prefix; img-src /apps/t/i/`)}`,
    );
    expect(html(meta("script-src 'nonce-a'"))).toBe(meta("script-src 'nonce-a'"));
  });

  it("name what must stay by its checksum", () => {
    const style = "<style>a{b:url(/x)}</style>";
    const changed = "<style>a{b:url(/apps/t/x)}</style>";
    const map = '<script type=importmap>{"imports":{"a":"/b"}}</script>';
    const with_ = (summed: PolicyScript["summed"], text: string) =>
      rewritten(createBodyRewriter("html", testApp, { ...script, policy: { ...policy, summed } }), text);
    const given = `<head>${style}${map}${style.replace("<style", "<style nonce=n")}`;
    const marked = changed.replace("<style", "<style nonce=n");
    expect(with_({ scripts: false, styles: true }, given)).toBe(
      `<head>${S}${style}${map.replace("/b", "/apps/t/b")}${marked}`,
    );
    expect(with_({ scripts: true, styles: false }, given)).toBe(`<head>${S}${changed}${map}${marked}`);
    const inPage = meta("style-src 'sha256-x' /s/");
    expect(page(`<head>${style}${inPage}${style}`)).toBe(
      `<head>${S}${changed}${inPage.replace("/s/", "/apps/t/s/")}${style}`,
    );
  });
});

describe("base", () => {
  it.each([
    ["/", "/apps/t/ui/", "/apps/t/"],
    ["/sonarr/", "/apps/t/", "/apps/t/sonarr/"],
    ["/apps/t/x/", "/apps/t/", "/apps/t/x/"],
    ["", "/apps/t/", ""],
    ["./", "/apps/t/ui/x", "./"],
    ["../", "/apps/t/ui/x", "../"],
    ["../../", "/apps/t/ui/x", "/apps/t/"],
    ["../../lib/", "/apps/t/x", "/apps/t/lib/"],
    ["../../", undefined, "../../"],
    ["http://grafana:3000/", "/apps/t/", "/apps/t/"],
    ["https://e.example/", "/apps/t/", "https://e.example/"],
  ])("%j at %s becomes %j", (href, path, expected) => {
    expect(html(`<base target=_top href='${href}'>`, path)).toBe(`<base target=_top href='${expected}'>`);
  });

  it("counts for what dots mean, the first one only", () => {
    const img = "<img src=../../a srcset='../../b 1x'>";
    const inside = "<img src=/apps/t/a srcset='/apps/t/b 1x'>";
    expect(html(`${img}<base href=/x/y/z/>${img}<base href=/>${img}`, "/apps/t/x/p")).toBe(
      `${inside}<base href=/apps/t/x/y/z/>${img}<base href=/apps/t/>${img}`,
    );
    expect(html(`<base href=../../>${img}`, "/apps/t/x/p")).toBe(`<base href=/apps/t/>${inside}`);
    // Another origin's dots and paths are not the app's.
    const far = '<base href="https://cdn.example/lib/">';
    expect(html(`${far}${img}<a href=/x><p style="b:url(/x)">`, "/apps/t/x")).toBe(
      `${far}${img}<a href=/x><p style="b:url(/x)">`,
    );
    const style = "<link rel=stylesheet integrity=sha256-x href=lib.css>";
    expect(html(far + style, "/apps/t/x")).toBe(far + style);
    expect(html(`${far}<a href=https://nas.local:8444/x>`, "/apps/t/x")).toBe(
      `${far}<a href=https://nas.local:8444/apps/t/x>`,
    );
  });

  it("is known only of whole pages", () => {
    const made = (text: string) =>
      rewritten(createBodyRewriter("html", testApp, { ...script, wholePagesOnly: true }, "/apps/t/x"), text);
    expect(made("<img src=../a>")).toBe("<img src=../a>");
    expect(made("<html><img src=../a>")).toBe(`<html>${S}<img src=/apps/t/a>`);
  });

  it("does not change what is JSON although it calls itself HTML", () => {
    const json = '{"html":"<img src=\\"..\\/..\\/a.png\\"><a href=\\"\\/x\\">x<\\/a>"}';
    expect(html(json, "/apps/t/x")).toBe(json);
  });

  it("is never made up, not by what looks like one either", () => {
    const text = "<!-- <base> --><basefont><head></head>";
    expect(html(text)).toBe(text);
  });
});

test("a checksum goes where the bytes change, and nowhere else", () => {
  expect(html('<link rel=stylesheet href="/a.css" integrity="sha384-x" crossorigin>')).toBe(
    '<link rel=stylesheet href="/apps/t/a.css" crossorigin>',
  );
  expect(html("<link integrity=sha384-x rel=preload as=style href=a.css>")).toBe(
    "<link rel=preload as=style href=a.css>",
  );
  expect(html("<script src='/initialize.js?v=1' integrity=x>")).toBe("<script src='/apps/t/initialize.js?v=1'>");
  for (const text of [
    '<link rel=stylesheet href="https://cdn.example/a.css" integrity="sha384-x">',
    '<link rel=stylesheet href="/oauth2/a.css" integrity="sha384-x">',
    '<script src="a.js" integrity="sha384-x"></script>',
    '<link rel=modulepreload href="a.js" integrity="sha384-x">',
  ]) {
    expect(html(text)).toBe(text);
  }
});

describe("our script", () => {
  it.each([
    ["<!doctype html><html><head><script>1</script>", `<!doctype html><html><head>${S}<script>1</script>`],
    ['<HEAD lang="a>b" >x', `<HEAD lang="a>b" >${S}x`],
    ["<!doctype html><html><!-- <head> --><body>", `<!doctype html><html><!-- <head> -->${S}<body>`],
    ["<!doctype html>\n<title><head></title>", `<!doctype html>\n${S}<title><head></title>`],
    ["<html><header>", `<html>${S}<header>`],
    ["text <b>", `text ${S}<b>`],
    ["<!-- only this -->", "<!-- only this -->"],
    ["<head></head><head>", `<head>${S}</head><head>`],
    ["<!doctype html><base href=/><script>", `<!doctype html>${S}<base href=/apps/t/><script>`],
    ["<head><iframe srcdoc='<p>'>", `<head>${S}<iframe srcdoc='${S}<p>'>`],
  ])("%s", (given, expected) => expect(page(given)).toBe(expected));

  it("goes into whole pages only where that is asked", () => {
    expect(page("<!doctype html><p>", true)).toBe(`<!doctype html>${S}<p>`);
    expect(page("<html><p>", true)).toBe(`<html>${S}<p>`);
    expect(page("<p><head>", true)).toBe("<p><head>");
  });

  it("stands before a first tag that is too long to be looked at", () => {
    const long = `<body title="${"x".repeat(MAX_TAG)}" background=/x>`;
    expect(page(`<!doctype html>${long}<a href=/y>`)).toBe(`<!doctype html>${S}${long}<a href=/apps/t/y>`);
    const cut = [long.slice(0, MAX_TAG - 5), long.slice(MAX_TAG - 5, MAX_TAG + 10), long.slice(MAX_TAG + 10)];
    expect(rewritten(createBodyRewriter("html", testApp, script), ...cut)).toBe(S + long);
  });
});

const PIECES = [
  ..."<>/!-='\"& \n[]",
  ...'<!-- --> <!doctype <![CDATA[ ]]> <a href= <a src="/x"> href=/x> &#47; &sol; <img srcset=\'/a 1x,/b\' > <style> </style> url( /x ) @import <script> </script> <script <!--<script <textarea> </textarea> <svg> </svg> <title> </title> <math> <mi> <p> <noscript> </noscript> <head> <html> <body> <base href=\'../../../\'> <iframe srcdoc=" <link rel=stylesheet integrity=x href=/x> <meta http-equiv=refresh content="0;url=/x"> type=importmap> {"imports":{"/a":"/b"}} </plaintext> window.S={urlBase:\'\'}'.split(
    " ",
  ),
];

test("however it is cut, a document comes out the same", () => {
  fc.assert(
    fc.property(soup(PIECES), cuts, fc.boolean(), (text, places, wholePagesOnly) => {
      const rewriter = () => createBodyRewriter("html", testApp, { ...script, wholePagesOnly }, "/apps/t/a/b");
      expect(rewritten(rewriter(), ...cutInto(text, places))).toBe(rewritten(rewriter(), text));
      expect(rewritten(rewriter(), ...text)).toBe(rewritten(rewriter(), text));
    }),
    { numRuns: 300 },
  );
});

test("what needs no change passes byte for byte, and what changes is what was put in", () => {
  fc.assert(
    fc.property(
      soup(PIECES.filter((piece) => !piece.includes("/x") && !/integrity|srcset|base|urlBase|imports/.test(piece))),
      (text) => {
        expect(html(text.replaceAll("/", "")).replaceAll("/apps/t", "")).toBe(text.replaceAll("/", ""));
      },
    ),
  );
  const other = soup(PIECES.filter((piece) => !/integrity|urlBase|srcdoc|\.\.|href=$/.test(piece)));
  fc.assert(
    fc.property(other, (text) => {
      expect(html(text).replaceAll(/\/apps\/t(?=\/|&sol;|&#47;)/g, "")).toBe(text);
    }),
  );
});

/** Half a megabyte each: work that grew with the square of it would not end in time. */
test.each([
  ["<"],
  ["<a "],
  ["<a"],
  ['<a x="'],
  ["<a href=/"],
  ['"'],
  ["<!--"],
  ["<!-"],
  ["<script><!--<script>"],
  ["</script"],
  ["<svg><p>"],
  ["<iframe/srcdoc=<"],
  ["<noscript>"],
  ["<style>url("],
  ["<script type=importmap>["],
  ["&"],
  ["<a href=&#"],
])("a document of %j alone passes, in pieces too", (piece) => {
  const text = piece.repeat(Math.ceil((512 * 1024) / piece.length));
  const pieces = text.match(/[\s\S]{1,4096}/g) ?? [];
  const once = html(text);
  expect(once.length).toBeGreaterThanOrEqual(text.length);
  expect(rewritten(createBodyRewriter("html", testApp), ...pieces) === once).toBe(true);
});
