import { createHash } from "node:crypto";
import type { PrefixFile } from "./prefix-app.ts";

/** Every construct of markup that fetches by itself; what is fetched lies below `/from-…/`. */
const MARKUP = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Markup</title>
<link rel="stylesheet" href="/from-markup/sheet.css">
<link rel="preload" as="style" href="/from-markup/preload.css">
<link rel="modulepreload" href="/from-markup/preload.js">
<link rel="preload" as="image" imagesrcset="/from-markup/preload-1.svg 1x" imagesizes="1px">
<link rel="manifest" href="/app.webmanifest">
<style>
  @import "/from-markup/imported.css";
  @import url(/from-markup/imported-too.css);
  main { background: url('/from-markup/style.svg'), image-set("/from-markup/set.svg" 1x, "/large/set.svg" 9x); }
</style>
<script src="/from-markup/script.js"></script>
<script src=/from-markup/bare.js defer></script>
<SCRIPT SRC='/from-markup/upper.js' ASYNC></SCRIPT>
</head>
<body background="/from-markup/body.svg">
<!-- <img src="/never/comment.svg"> -->
<main style="height: 9px; border: 1px solid; border-image: url(&quot;/from-markup/attribute.svg&quot;) 1">
<img src="/from-markup/image.svg" alt=""><img src = "&#47;from-markup/spelled.svg" alt="">
<img srcset="/from-markup/srcset.svg 1x, /large/srcset.svg 9x" alt="">
<picture><source srcset="/from-markup/source.svg"><img alt=""></picture>
<video poster="/from-markup/poster.svg" src="/from-markup/video.txt"></video>
<audio preload="auto"><source src="/from-markup/audio.txt"></audio>
<video preload="auto" src="/from-markup/film.txt"><track src="/from-markup/track.txt" default kind="subtitles"></video>
<object data="/from-markup/object.svg"></object><embed src="/from-markup/embed.svg">
<input type="image" src="/from-markup/input.svg" alt="">
<table background="/from-markup/table.svg"><tr><td>cell</td></tr></table>
<svg><image href="/from-markup/svg.svg"/><image xlink:href="/from-markup/xlink.svg"/><use href="/from-markup/use.svg#part"/></svg>
<iframe src="/from-markup/frame.html"></iframe>
<iframe srcdoc="&lt;img src=&quot;/from-markup/srcdoc.svg&quot;&gt;"></iframe>
<template><img src="/never/template.svg"></template>
<div><template shadowrootmode="open"><img src="/from-markup/shadow.svg" alt="">
<style>p { background: url(/from-markup/shadow-style.svg) }</style><p>in the shadow</p></template></div>
<script src="/from-markup/shadow.js"></script>
<link rel="stylesheet" href="/from-markup/whole.css" integrity="INTEGRITY OF STYLE" crossorigin>
<script src="/from-markup/whole.js" integrity="INTEGRITY OF SCRIPT"></script>
<noscript><img src="/never/noscript.svg"></noscript>
<textarea><img src="/never/textarea.svg"></textarea>
</main>
</body>
</html>`;

/** Is not what the browser gets, since an address in it changes. */
const WHOLE_STYLE = "td { background: url(/from-markup/whole.svg) }";
/** Comes as it is. */
const WHOLE_SCRIPT = "document.body.dataset.whole = 'yes';";
export const MARKUP_PAGE = MARKUP.replace("INTEGRITY OF STYLE", hashOf(WHOLE_STYLE)).replace(
  "INTEGRITY OF SCRIPT",
  hashOf(WHOLE_SCRIPT),
);

/** Changes a style within a shadow that stood in the page. */
const SHADOW_SCRIPT = `
  const { shadowRoot } = document.querySelector("div");
  shadowRoot.querySelector("p").style.listStyle = "url(/from-markup/shadow-late.svg)";
  shadowRoot.querySelector("p").style.display = "list-item";`;

/** Changes the style of an element, past all hooks. */
const late = (element: string, name: string) =>
  `${element}.style.cssFloat = "left"; ${element}.style.backgroundImage = "url(/from-shadow/${name}.svg)";`;
const lateOne = (name: string) =>
  `customElements.define("late-one", class extends HTMLElement { connectedCallback() { ${late("this", name)} } });`;
const SHADOW = '<template shadowrootmode="open"><late-one>in the shadow</late-one></template>';

/**
 * A page whose parser pauses between an element and its shadow root: the app sends the rest when a script of the page has
 * seen the element. `act` is in the rest.
 */
function paused(name: string, act: string, shadow = SHADOW): PrefixFile {
  const go = `/from-shadow/go-${name}.txt`;
  return {
    body: `<!doctype html><head><title>Paused</title><script>
  new MutationObserver((_, seen) => {
    if (!document.querySelector("#host")) return;
    seen.disconnect();
    fetch("${go}");
  }).observe(document, { childList: true, subtree: true });
</script></head><body><late-host id="host">`,
    headers: {},
    rest: { after: go, body: `${shadow}</late-host>${act}` },
  };
}

/** A page whose shadow root comes in one piece with much around it; its end comes when the picture was asked for. */
const UNENDED: PrefixFile = {
  body: `<!doctype html><head><title>Unended</title><script>${lateOne("unended")}</script></head>
<body><main><div>${SHADOW}</div></main>`,
  headers: {},
  rest: { after: "/from-shadow/unended.svg", body: "<p>the end" },
};

const SHEET = `@import "/from-markup/sheet-import.css";
/* url(/never/comment.svg) */
@font-face { font-family: f; src: url("/from-markup/font.txt"); }
body { font-family: f, sans-serif; list-style-image: url( /from-markup/list.svg ); }
main { display: list-item; content: "url(/never/string.svg)"; }
`;

/** A hash as policies and `integrity` have it. */
function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** What scripts of a page do, and what names them. */
export const SCRIPTED_PAGE = `<!doctype html>
<head>
<title>Scripted</title>
<script type="importmap">{"imports": {"lib": "/from-map/lib.js", "parts/": "/from-map/parts/"}}</script>
<script type="speculationrules">{"prefetch": [{"urls": ["/from-rules/next.html"], "eagerness": "immediate"}]}</script>
<script>window.Radarr = { apiRoot: "/api/v3", urlBase: "" };</script>
<script type="module">
  import "lib";
  import "./from-script/relative.js";
  await import("parts/dynamic.js");
  document.cookie = "page=1; path=/";
  document.body.append(document.querySelector("template").content.cloneNode(true));
  await fetch(window.Radarr.urlBase + "/from-script/url-base.txt");
  const answer = (worker) =>
    new Promise((done, fail) => {
      worker.onmessage = ({ data }) => done(data);
      worker.onerror = ({ message }) => fail(new Error(message));
    });
  const said = await Promise.all([
    answer(new Worker("/from-script/strict-worker.js")),
    answer(new Worker("/from-script/sloppy-worker.js")),
    answer(new Worker("/from-script/module-worker.js", { type: "module" })),
    new Promise((done) => {
      const stream = new EventSource("/from-script/stream.events");
      stream.onmessage = () => done(stream.close());
    }),
    new Promise((done) => {
      new WebSocket(location.origin.replace("http", "ws") + "/from-script/socket").onclose = done;
    }),
    navigator.serviceWorker.register("/from-script/service-worker.js"),
  ]);
  const set = document.createElement("style");
  set.textContent = 'output { background: image-set("/from-script/set.svg" type("image/png") 1x) }';
  document.head.append(set);
  document.querySelector("output").textContent = "all done: " + said.slice(0, 3).join(" ");
</script>
</head>
<output></output>
<template><img src="/from-script/template.svg" alt=""></template>`;

/** A page that maps modules by their paths, and loads a style sheet by its checksum. */
const MAPPED_PAGE = `<!doctype html><head><title>Mapped</title>
<script type="importmap">{"imports": {"/from-map/by-path.js": "/from-map/elsewhere.js", "/from-map/all/": "/from-map/moved/"}}</script>
<script type="module">
  import "/from-map/by-path.js";
  import "/from-map/all/one.js";
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/from-markup/whole.css" });
  link.integrity = "${hashOf(WHOLE_STYLE)}";
  link.onload = () => document.body.append("all done");
  document.head.append(link);
</script></head><body></body>`;

/** Dots that climb above the root of the app, where they end in every browser. */
const CLIMBING_PAGE = `<!doctype html><head><title>Climbing</title>
<link rel="stylesheet" href="../../climbed.css"></head>
<img src="../../../from-climbing/picture.svg" alt=""><img src="/../from-climbing/other.svg" alt="">`;

/** Its text stays, so that the policy lets it in. */
const SUMMED_STYLE = "p { background: url(/by-referer.svg); color: rgb(1, 2, 3) }";

/** Imports by path: no script sees them in time. */
export const IMPORTING_PAGE = `<!doctype html><head><title>Imports</title>
<script type="module">
  import "/from-import/static.js";
  await import("/from-import/dynamic.js");
  document.body.append("imported");
</script></head><body></body>`;

const BASED = (ownOrigin: string) => `<!doctype html><head><title>Based</title><base href="/base/"></head>
<img src="from-base.svg" alt=""><img src="/from-root/image.svg" alt="">
<a href="/landed.html" ping="/from-ping/one.txt /from-ping/two.txt">link</a><a href="${ownOrigin}/landed.html">own link</a>
<form action="/landed.html"><button>get</button></form>
<form action="/landed.html" method="post"><button>post</button><button formaction="/landed.html?b">button</button></form>`;
export const BASED_PAGE = '"/base/from-base.svg" "/from-root/image.svg"';

/** A page that does by a script of its own what its policy allows. */
function policed(more: string, attributes = ""): string {
  return `<!doctype html><head><title>Policy</title>${more}</head><body><script ${attributes} src="/policy/act.js"></script></body>`;
}

const ACT = `
  const picture = new Image();
  picture.onload = () => document.body.append("all done");
  picture.src = "/policy/picture.svg";`;

const DONE = "<p>all done</p>";

/** A page whose script stands in it, and whose policy names it by its hash. */
function inlineWith(policy: string): PrefixFile {
  return {
    body: `<!doctype html><head><title>Policy</title></head><body><script>${ACT}</script></body>`,
    headers: { "content-security-policy": policy.replace("HASH", `'${hashOf(ACT)}'`) },
  };
}

const CODED = (coding: "gzip" | "br"): PrefixFile => ({
  body: `<!doctype html><title>Coded</title><img src="/from-${coding}/picture.svg" alt="">${DONE}`,
  headers: { "cache-control": "no-store" },
  coding,
});

/** Does a file need to be changed? These do not. */
const PLAIN = {
  "/plain/page.html":
    '<!doctype html>\n<p CLASS=a title="1 > 0">Entities &amp; <b>bold</i>, a <a href=there>link</a> / end',
  "/plain/script.js": 'import("/x.js"); const path = "/never";\n//# sourceMappingURL=/map.json\n',
  "/plain/data.json": '{"path": "/never",  "urls": ["/a"]}',
  "/plain/sheet.css": "a { background: url(there.svg) }  /* /x */",
  "/plain/picture.svg": '<svg xmlns="http://www.w3.org/2000/svg"><image href="/never.svg"/></svg>',
} as const;

const WORKER = (strict: string) => `${strict}
  const asked = fetch("/from-script/in-worker.txt");
  const kind = (function () { return this === undefined; })() ? "strict" : "sloppy";`;

export const FILES = {
  "/markup.html": { body: MARKUP_PAGE, headers: { link: '</in-header/preload.css>; rel=preload; as="style"' } },
  "/from-markup/sheet.css": SHEET,
  "/from-markup/shadow.js": SHADOW_SCRIPT,
  "/from-markup/whole.css": WHOLE_STYLE,
  "/from-markup/whole.js": WHOLE_SCRIPT,
  "/shadow/reached.html": paused("reached", `<script>${late("host.shadowRoot.firstChild", "reached")}</script>`),
  "/shadow/within.html": paused("within", `<script type="module">${lateOne("within")}</script>`),
  "/shadow/closed.html": paused(
    "closed",
    `<script>
  customElements.define("late-host", class extends HTMLElement {
    connectedCallback() {
      const inner = this.attachInternals().shadowRoot.firstChild;
      ${late("inner", "closed")}
    }
  });
</script>`,
    SHADOW.replace("open", "closed"),
  ),
  "/shadow/unended.html": UNENDED,
  "/ruled.html": {
    body: "<!doctype html><title>Ruled</title>",
    headers: { "speculation-rules": '"/from-rules/rules.json"' },
  },
  "/from-rules/rules.json": {
    body: '{"prefetch": [{"urls": ["/from-rules/of-file.html"], "eagerness": "immediate"}]}',
    headers: { "content-type": "application/speculationrules+json" },
  },
  "/hinted.html": { body: "<!doctype html><p>hinted", hint: "</from-hint/early.css>; rel=preload; as=style" },
  "/as-json.html": '<!doctype html><title>Manifest</title><link rel="manifest" href="/app.json">',
  "/app.json": { body: '{"start_url": "/start.html"}', headers: { "content-type": "application/json" } },
  "/app.webmanifest":
    '{"start_url": "/start.html", "scope": "/", "icons": [{"src": "/icons/192.svg", "sizes": "any"}]}',
  "/scripted.html": {
    body: SCRIPTED_PAGE,
    headers: { "set-cookie": ["server=1; Path=/; HttpOnly", "deep=1; Path=/deep; Domain=app.invalid"] },
  },
  "/from-script/relative.js":
    'new Worker(new URL("./by-meta-url.js", import.meta.url), { type: "module" });\nfetch(new URL("/from-script/by-meta-url.txt", import.meta.url));',
  "/from-script/strict-worker.js": `/* licence */\n${WORKER("'use strict';")}\nasked.then(() => postMessage(kind));`,
  "/from-script/sloppy-worker.js": `${WORKER("")}\nasked.then(() => postMessage(kind));`,
  "/from-script/module-worker.js": 'import "./in-module.js";\npostMessage("module");',
  "/from-script/service-worker.js": '"use strict";\naddEventListener("fetch", () => {});',
  "/from-script/stream.events": "data: 1\n\n",
  "/mapped.html": { body: MAPPED_PAGE, headers: {} },
  "/ui/climbing.html": CLIMBING_PAGE,
  "/climbed.css": "body { background: url(../../from-climbing/sheet.svg) }",
  "/importing.html": { body: IMPORTING_PAGE, headers: {} },
  "/importing-silently.html": { body: IMPORTING_PAGE, headers: { "referrer-policy": "no-referrer" } },
  "/importing-by-meta.html": {
    body: IMPORTING_PAGE.replace("<title>", '<meta name="referrer" content="no-referrer"><title>'),
    headers: {},
  },
  "/redirect/path": { status: 302, headers: { location: "/landed.html" } },
  "/refresh.html": { body: '<meta http-equiv="refresh" content="0; url=/landed.html">', headers: {} },
  "/refresh-header.html": { body: "<p>soon", headers: { refresh: "0; url=/landed.html" } },
  "/policy/act.js": ACT,
  "/policy/nonce.html": {
    body: policed('<style nonce="abc">p { color: red }</style>', 'nonce="abc"'),
    headers: { "content-security-policy": "default-src 'self'; script-src 'nonce-abc'; style-src 'nonce-abc'" },
  },
  "/policy/dynamic.html": {
    body: policed("", 'nonce="abc"'),
    headers: { "content-security-policy": "script-src 'nonce-abc' 'strict-dynamic'; object-src 'none'" },
  },
  "/policy/hash.html": inlineWith("script-src HASH"),
  "/policy/hash-dynamic.html": inlineWith("script-src HASH 'strict-dynamic'; object-src 'none'"),
  "/policy/several.html": {
    body: policed(""),
    headers: { "content-security-policy": ["script-src 'self'; img-src *", "img-src 'self'", "default-src 'self'"] },
  },
  "/policy/report.html": {
    body: policed("<script>document.title = 'reported';</script>"),
    headers: { "content-security-policy-report-only": "script-src 'self'; report-uri /from-report/uri.txt" },
  },
  "/policy/none.html": {
    body: policed(""),
    headers: { "content-security-policy": "default-src 'none'; script-src 'self'; img-src 'self'" },
  },
  "/policy/meta.html": {
    body: policed('<meta http-equiv="content-security-policy" content="script-src \'self\'">'),
    headers: {},
  },
  "/policy/meta-frames.html": {
    body: `<!doctype html><head><meta http-equiv="content-security-policy" content="script-src 'nonce-abc'; trusted-types app">
<title>Policy</title></head><body><script nonce="abc">
  const policy = trustedTypes.createPolicy("app", { createHTML: (text) => text });
  const frame = document.createElement("iframe");
  frame.srcdoc = '<img src="/from-policy/written.svg">';
  document.body.append(frame);
  document.body.insertAdjacentHTML("beforeend", policy.createHTML('<img src="/from-policy/trusted.svg">'));
</script><iframe srcdoc="<img src=/from-policy/frame.svg>"></iframe></body>`,
    headers: {},
  },
  "/policy/summed.html": {
    body: `<!doctype html><head><title>Policy</title><style>${SUMMED_STYLE}</style></head><body><p>styled</body>`,
    headers: { "content-security-policy": `style-src '${hashOf(SUMMED_STYLE)}'` },
  },
  "/policy/trusted.html": {
    body: policed("").replace("act.js", "trusted.js"),
    headers: { "content-security-policy": "require-trusted-types-for 'script'; trusted-types app" },
  },
  "/policy/trusted.js": `
    const same = (text) => text;
    const policy = trustedTypes.createPolicy("app", { createHTML: same, createScriptURL: same });
    const script = document.createElement("script");
    script.onload = () => document.body.append("all done");
    script.src = policy.createScriptURL("/from-trusted/script.js");
    document.body.insertAdjacentHTML("beforeend", policy.createHTML('<img src="/from-trusted/picture.svg">'));
    document.body.append(script);`,
  "/coded/gzip.html": CODED("gzip"),
  "/coded/br.html": CODED("br"),
  ...PLAIN,
} as const satisfies Record<string, PrefixFile>;

/** All files; some name the app's own address, which only it knows. */
export function filesOf(ownOrigin: string): Record<string, PrefixFile> {
  return {
    ...FILES,
    "/redirect/own": { status: 302, headers: { location: `${ownOrigin}/landed.html` } },
    "/deep/down/based.html": { body: BASED(ownOrigin), headers: {} },
    "/policy/paths.html": {
      body: policed(""),
      headers: {
        "content-security-policy": `default-src 'none'; script-src ${ownOrigin}/policy/; img-src ${ownOrigin}`,
      },
    },
  };
}

/** The paths below `/from-…/` that texts name, without fragments. */
export function pathsIn(...texts: string[]): string[] {
  return texts
    .flatMap((text) => text.match(/\/(?:from-|base\/)[\w-]+\/?[\w./-]*/g) ?? [])
    .filter((path) => /\w$/.test(path));
}
