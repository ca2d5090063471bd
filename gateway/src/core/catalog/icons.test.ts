import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { catalog as contract } from "@nekzus/contract";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { createOutbound } from "../../kit/outbound.ts";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import type { AppTarget } from "./catalog.ts";
import { imageType } from "./icon-images.ts";
import { iconLinks } from "./icon-links.ts";
import { createIcons } from "./icons.ts";
import { somebody } from "./test-catalog.ts";

const PNG = Buffer.from("89504e470d0a1a0a0000", "hex");
const ANNA = somebody("access:*");
const log = pino({ level: "silent" });

type Page = { type?: string; body?: string | Buffer; status?: number; location?: string };

/** Icons of one app, served by these pages. */
async function setUp(pages: Record<string, Page> | RequestListener, fields: Partial<AppTarget["route"]> = {}) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (typeof pages === "function") return pages(request, response);
    const page = pages[request.url ?? ""];
    response.writeHead(page?.status ?? (page ? 200 : 404), {
      "content-type": page?.type ?? "image/png",
      ...(page?.location && { location: page.location }),
    });
    response.end(page?.body ?? "not here");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const target: AppTarget = {
    app: {
      id: "app",
      name: "App",
      icon: `http://127.0.0.1:${port}/set-by-hand.png`,
      group: "",
      description: "",
      tags: [],
      endpoints: {},
      discoveryMeta: {},
      origin: "api",
      version: 1,
    },
    route: {
      ...contract.RouteFields.parse({ appId: "app", to: "http://x", pathBase: "/apps/app/", stripPrefix: true }),
      routeId: "r",
      sealedRequestHeaders: {},
      upstreamClass: "host",
      classAssumed: false,
      origin: "api",
      version: 1,
      ...fields,
    },
    upstream: { secure: false, host: "127.0.0.1", port, path: "", addressClass: "host", insecureSkipVerify: false },
  };
  const clock = createVirtualClock();
  const icons = createIcons({
    catalog: {
      target: async (principal, id) => (id === "app" && principal.scopes.length ? target : undefined),
      isVisible: async () => false,
    },
    uploads: { version: async () => undefined, read: async () => undefined },
    outbound: createOutbound({ isOwnListener: () => false, log, clock }),
    clock,
  });
  return { icon: (known?: string) => icons.icon(ANNA, "app", known), icons, asked, clock, port };
}

test("favicon.ico, then favicon.png, then what the page names", async () => {
  const ico = await setUp({ "/favicon.ico": { body: PNG, type: "text/plain" } });
  const first = await ico.icon();
  expect(first.body).toEqual(PNG);
  expect(first.headers).toEqual({
    "Content-Type": "image/png",
    "Cache-Control": "private, max-age=300",
    // Where another person signs in afterwards, what was kept is not shown.
    Vary: "Authorization, X-API-Key, X-Nekzus-Proof",
    ETag: expect.stringMatching(/^"[0-9a-f]{16}"$/),
    "X-Content-Type-Options": "nosniff",
  });
  // Who has it already is not sent it again.
  const again = await ico.icon(`W/"other", ${first.headers.ETag}`);
  expect([again.status, again.body]).toEqual([304, undefined]);
  expect((await ico.icon('"other"')).status).toBe(200);
  const png = await setUp({ "/favicon.ico": { body: "<html>", type: "image/x-icon" }, "/favicon.png": { body: PNG } });
  expect((await png.icon()).headers["Content-Type"]).toBe("image/png");
  const page = await setUp({
    "/": { status: 302, location: "/login/" },
    "/login/": {
      type: "text/html; charset=utf-8",
      body: `<link rel="mask-icon" href="/no.svg"><LINK href='http://127.0.0.1:1/evil.png' rel='icon'>
        <link rel="shortcut icon" href="./missing.png"><link href="/apps/app/img/a.png" rel="apple-touch-icon">`,
    },
    "/img/a.png": { body: PNG },
  });
  expect((await page.icon()).headers["Content-Type"]).toBe("image/png");
  expect(page.asked).toEqual(["/favicon.ico", "/favicon.png", "/", "/login/", "/login/missing.png", "/img/a.png"]);
});

test("an app that keeps its prefix is asked below it", async () => {
  const pages = {
    "/apps/app/": { type: "text/html", body: '<base href="/apps/app/static/"><link rel=icon href=i.png>' },
    "/apps/app/static/i.png": { body: PNG },
  };
  const { icon } = await setUp(pages, { stripPrefix: false });
  expect((await icon()).body).toEqual(PNG);
});

test("an SVG runs nothing when it is opened", async () => {
  const svg = '<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
  const { icon } = await setUp({ "/favicon.ico": { body: svg } });
  expect((await icon()).headers).toMatchObject({
    "Content-Type": "image/svg+xml",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  });
});

test.each<[string, Record<string, Page> | RequestListener]>([
  ["a page called image", { "/favicon.ico": { body: "<html><script>alert(1)</script>", type: "image/svg+xml" } }],
  [
    "a redirect to the metadata service",
    { "/favicon.ico": { status: 302, location: "http://169.254.169.254/icon.png" } },
  ],
  ["a redirect to another port", { "/favicon.ico": { status: 302, location: "http://127.0.0.1:1/icon.png" } }],
  ["a redirect in circles", { "/favicon.ico": { status: 302, location: "/favicon.ico" } }],
  ["a link to another host", { "/": { type: "text/html", body: '<link rel=icon href="//169.254.169.254/i.png">' } }],
  [
    "a link that leaves by the prefix",
    { "/": { type: "text/html", body: '<link rel=icon href="/apps/app//169.254.169.254/i.png">' } },
  ],
  ["a page of nothing but tags", { "/": { type: "text/html", body: "<a><link rel=icon>".repeat(200_000) } }],
  [
    "an endless image",
    (_request, response) => {
      response.writeHead(200, { "content-type": "image/png" }).write(PNG);
      const more = () => {
        while (response.write(Buffer.alloc(65_536)));
        response.once("drain", more);
      };
      more();
    },
  ],
])("%s is no icon", async (_what, pages) => {
  const { icon } = await setUp(pages);
  await expect(icon()).rejects.toMatchObject({ code: "FAVICON_NOT_FOUND" });
});

test("a service that never answers is given up after ten seconds in all", async () => {
  const { icon, asked, clock } = await setUp(() => {});
  const waiting = expect(icon()).rejects.toMatchObject({ code: "FAVICON_NOT_FOUND" });
  while (!asked.length) await new Promise((done) => setImmediate(done));
  await clock.advance(10_000);
  await waiting;
  expect(asked).toEqual(["/favicon.ico"]);
});

test("callers share one search; what was found is kept a day, what was not five minutes", async () => {
  const pages: Record<string, Page> = { "/favicon.ico": { body: PNG } };
  const found = await setUp(pages);
  await Promise.all([found.icon(), found.icon(), found.icon()]);
  await found.icon();
  expect(found.asked).toEqual(["/favicon.ico"]);
  await found.clock.advance(25 * 3_600_000);
  await found.icon();
  expect(found.asked).toHaveLength(2);

  const missing: Record<string, Page> = {};
  const later = await setUp(missing);
  await expect(later.icon()).rejects.toThrow();
  missing["/favicon.ico"] = { body: PNG };
  await expect(later.icon()).rejects.toThrow();
  await later.clock.advance(6 * 60_000);
  expect((await later.icon()).body).toEqual(PNG);
});

test("who may not see the app gets nothing, also from the cache", async () => {
  const { icon, icons } = await setUp({ "/favicon.ico": { body: PNG } });
  await icon();
  await expect(icons.icon(somebody(), "app")).rejects.toMatchObject({ code: "APP_NOT_FOUND" });
  await expect(icons.icon(ANNA, "none")).rejects.toMatchObject({ code: "APP_NOT_FOUND" });
});

test("images are told by their bytes", () => {
  const types = ["\x89PNG\r\n\x1a\n", "\xff\xd8\xff\xe0", "GIF89a", "RIFF\0\0\0\0WEBP", "\0\0\0\x1cftypavif"];
  expect(types.map((text) => imageType(Buffer.from(text, "latin1")))).toEqual([
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
  ]);
  expect(imageType(Buffer.concat([Buffer.from("00000100", "hex"), Buffer.alloc(30)]))).toBe("image/x-icon");
  const svgs = [
    "<svg>",
    '\ufeff <?xml?><!DOCTYPE svg PUBLIC "a"><!-- --><svg width="1">',
    "<html><svg>",
    "<!-- <svg>",
    "",
  ];
  expect(svgs.map((text) => imageType(Buffer.from(text)))).toEqual([
    "image/svg+xml",
    "image/svg+xml",
    undefined,
    undefined,
    undefined,
  ]);
});

test("at most five links of a page are looked at", () => {
  const many = iconLinks("<link rel=icon href=a.png>".repeat(50), new URL("http://x/y/"));
  expect(many.map((url) => url.href)).toEqual(Array(5).fill("http://x/y/a.png"));
});
