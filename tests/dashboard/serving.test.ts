// The built dashboard as browsers get it, through edge and core (40 F9, F10).
import { beforeAll, expect, test } from "vitest";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { sendRaw } from "../harness/request.ts";

let gateway: Gateway;
let html: string;

beforeAll(async () => {
  gateway = await startGateway({ insecureHttp: true });
  html = await (await get("/ui/")).text();
});

/** As a browser asks; fetch unpacks what comes compressed. */
function get(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Response> {
  return fetch(`http://127.0.0.1:${gateway.apiPort}${path}`, { method, headers, redirect: "manual" });
}

/** Scripts and styles that the page names. */
const named = () =>
  [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path as string);

test("every address below /ui/ is the page, cold and under a policy that allows only files of our own", async () => {
  for (const path of [
    "/",
    "/?app=echo",
    "/ui",
    "/ui/",
    "/ui/apps/routes/grafana?tab=health",
    "/ui/a%20b/%C3%A9",
    "/ui//",
    "/ui/x.js",
  ]) {
    const answer = await get(path);
    expect([path, answer.status, await answer.text()]).toEqual([path, 200, html]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-cache",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "permissions-policy": expect.stringContaining("camera=(), "),
      "x-content-type-options": "nosniff",
    });
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; /);
    for (const word of ["frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'"]) {
      expect(policy).toContain(word);
    }
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  }
  expect(html).not.toMatch(/<style|<script(?![^>]* src=)|\son[a-z]+=|\sstyle=|https?:/);
});

test("scripts and styles are sent compressed, unpack to one text, and may be kept for ever", async () => {
  const kinds = new Set<string | undefined>();
  for (const path of named()) {
    const plain = await get(path, { "accept-encoding": "identity" });
    const text = await plain.text();
    // What is tiny gains nothing.
    if (text.length < 2000) continue;
    kinds.add(path.split(".").at(-1));
    const tags = new Set([plain.headers.get("etag")]);
    for (const encoding of ["br", "gzip"]) {
      const answer = await get(path, { "accept-encoding": encoding });
      expect([path, answer.headers.get("content-encoding")]).toEqual([path, encoding]);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "cache-control": "public, max-age=31536000, immutable",
        "content-type": expect.stringMatching(/^text\/(javascript|css); charset=utf-8$/),
        vary: "Accept-Encoding",
      });
      expect(Number(answer.headers.get("content-length"))).toBeLessThan(text.length / 2);
      expect(await answer.text()).toBe(text);
      tags.add(answer.headers.get("etag"));
    }
    expect(tags.size).toBe(3);
  }
  expect([...kinds].sort()).toEqual(["css", "js"]);
});

test("the worker for push messages is asked for anew each time, may load nothing, and gets no scope but its folder", async () => {
  const answer = await get("/assets/push-worker.js");
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "cache-control": "no-cache",
    "content-type": "text/javascript; charset=utf-8",
    "content-security-policy": "default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
  });
  expect(answer.headers.has("service-worker-allowed")).toBe(false);
  expect(await answer.text()).not.toMatch(/"fetch"|importScripts/);
});

test("what a browser holds is not sent again, and HEAD tells what GET would", async () => {
  for (const path of ["/ui/account", ...named(), "/assets/open.js"]) {
    for (const encoding of ["br", "identity"]) {
      const first = await get(path, { "accept-encoding": encoding });
      const etag = first.headers.get("etag") as string;
      const again = await get(path, { "accept-encoding": encoding, "if-none-match": etag });
      expect([path, again.status, await again.text()]).toEqual([path, 304, ""]);
      for (const name of ["etag", "cache-control", "vary", "content-security-policy"]) {
        expect([path, name, again.headers.get(name)]).toEqual([path, name, first.headers.get(name)]);
      }
      const head = await get(path, { "accept-encoding": encoding }, "HEAD");
      for (const name of ["etag", "content-length", "content-encoding", "content-type"]) {
        expect([path, name, head.headers.get(name)]).toEqual([path, name, first.headers.get(name)]);
      }
    }
  }
});

test("a file that is not there is 404 in the one shape of errors, never the page", async () => {
  for (const name of [
    "index-00000000.js",
    "index.html",
    "build-facts.json",
    "open.html",
    "a%20b.js",
    "x".repeat(300),
  ]) {
    const answer = await get(`/assets/${name}`, { accept: "*/*" });
    expect([name, answer.status, await answer.json()]).toMatchObject([name, 404, { error: { code: "NOT_FOUND" } }]);
  }
  expect((await get(`${named()[0]}.br`)).status).toBe(404);
});

test.each([
  "/ui/%2e%2e/",
  "/ui/../assets/",
  "/ui/..%2f..%2fpackage.json",
  "/ui/..;/api/v1/apps",
  "/ui/%00",
  "/assets/..",
  "/assets/../index.html",
  "/assets/%2e%2e%2findex.html",
  "/assets/..%5cindex.html",
  "/assets/%252e%252e%252findex.html",
  "/assets//etc/passwd",
  "/assets/%2fetc%2fpasswd",
  "//ui/",
  "/UI/",
  "/ui;x/",
])("no way out of the folders: %s", async (path) => {
  const answer = await sendRaw(
    gateway.apiPort,
    false,
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${gateway.apiPort}\r\nConnection: close\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
  expect(answer).toContain('{"error":{"code":');
});

test("the apps' origin has no dashboard, and none of its files", async () => {
  for (const path of ["/", "/ui/", ...named()]) {
    expect([path, (await gateway.apps("GET", path)).status]).toEqual([path, 404]);
  }
});

test("the dashboard can be installed: its manifest and icons are there for everybody, as browsers ask for them", async () => {
  const [, path = ""] = /<link rel="manifest" href="([^"]+)"/.exec(html) ?? [];
  const answer = await get(path);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/manifest+json"]);
  type Icon = { src: string; sizes: string; type: string; purpose?: string };
  const manifest = (await answer.json()) as { start_url: string; display: string; name: string; icons: Icon[] };
  expect(manifest).toMatchObject({ name: "Nekzus", display: "standalone", start_url: "/ui/" });
  expect((await get(manifest.start_url)).status).toBe(200);
  for (const { src, sizes, type } of manifest.icons) {
    const icon = await get(src);
    expect([src, icon.status, icon.headers.get("content-type")]).toEqual([src, 200, type]);
    const bytes = Buffer.from(await icon.arrayBuffer());
    // Width and height stand in the first chunk of a PNG.
    if (type === "image/png")
      expect([src, `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`]).toEqual([src, sizes]);
  }
  expect(manifest.icons.map(({ sizes, purpose }) => `${sizes} ${purpose ?? "any"}`)).toEqual(
    expect.arrayContaining(["192x192 any", "512x512 any", "512x512 maskable"]),
  );
  // iPhones take the icon that the page names.
  const [, touch = ""] = /<link rel="apple-touch-icon" href="([^"]+)"/.exec(html) ?? [];
  expect((await get(touch)).headers.get("content-type")).toBe("image/png");
});
