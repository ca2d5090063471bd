import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:http2";
import { request as requestSecure } from "node:https";
import {
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  createBrotliCompress,
  createGunzip,
  createGzip,
  deflateRawSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  zstdCompressSync,
  zstdDecompressSync,
} from "node:zlib";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { bearer } from "../harness/people.ts";
import { sendRaw } from "../harness/request.ts";
import { type ScriptedApp, startScriptedApp } from "../harness/scripted-app.ts";

const MIB = 1024 * 1024;

let gateway: Gateway;
let app: ScriptedApp;
let authorization: string;

beforeAll(async () => {
  [gateway, app] = await Promise.all([
    startGateway({ config: { rewriting: { memory: 32 * MIB } } }),
    startScriptedApp(),
  ]);
  await gateway.addRoute("page", app.url, { stripPrefix: true, skipHealthCheck: true, excludePaths: ["/raw/"] });
  await gateway.addRoute("plain", app.url, { stripPrefix: true, rewriteHTML: false, skipHealthCheck: true });
  ({ authorization } = await bearer(gateway));
});

type Got = { status: number; headers: IncomingMessage["headers"]; body: Buffer; broken: boolean };

/** Asks as a browser that wants a page does; the body as it is on the wire. */
function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Got> {
  return new Promise((done, fail) => {
    const outgoing = requestSecure({
      host: "127.0.0.1",
      port: gateway.apiPort,
      path,
      method,
      agent: false,
      rejectUnauthorized: false,
      headers: { authorization, "sec-fetch-dest": "document", ...headers },
    });
    outgoing.once("error", fail).once("response", (incoming) => {
      const parts: Buffer[] = [];
      const over = (broken: boolean) =>
        done({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(parts), broken });
      incoming
        .on("data", (part) => parts.push(part))
        .once("end", () => over(false))
        .once("error", () => over(true));
    });
    outgoing.end();
  });
}

/** Has the app answer `/what` so. */
function answers(what: string, body: string | Buffer, headers: Record<string, string | string[]> = {}): void {
  app.on(`/${what}`, (_request, response) => {
    response.writeHead(200, { "content-type": "text/html", ...headers }).end(body);
  });
}

const PAGE = `<!doctype html><html><head><title>t</title></head><body>${'<a href="/x">x</a>\n'.repeat(2000)}</body></html>`;
const IN_PREFIX = 'href="/apps/page/x"';
/** What every browser sends. */
const BROWSER = { "accept-encoding": "gzip, deflate, br, zstd" };

const whole = (body: Buffer) => {
  const text = body.toString();
  expect(text.split(IN_PREFIX)).toHaveLength(2001);
  expect(text.endsWith("</body></html>")).toBe(true);
  return text;
};

test.each([
  ["gzip", gzipSync(PAGE)],
  ["x-gzip", gzipSync(PAGE)],
  ["deflate", deflateSync(PAGE)],
  ["deflate", deflateRawSync(PAGE)],
  ["br", brotliCompressSync(PAGE)],
  ["zstd", zstdCompressSync(PAGE)],
])("a page in %s is rewritten, and gets the coding that its client takes", async (coding, body) => {
  answers("coded", body, { "content-encoding": coding, vary: "Cookie" });
  const decoders = { zstd: zstdDecompressSync, br: brotliDecompressSync, gzip: gunzipSync } as const;
  for (const [out, decode] of Object.entries(decoders)) {
    const { headers, body: sent } = await ask("/apps/page/coded", { "accept-encoding": out });
    expect(headers).toMatchObject({ "content-encoding": out, vary: "Cookie, Accept-Encoding, Sec-Fetch-Dest" });
    // Of a page that is remembered the length is known.
    expect(headers["content-length"] ?? `${sent.length}`).toBe(`${sent.length}`);
    whole(decode(sent));
  }
  const plain = await ask("/apps/page/coded");
  expect(plain.headers).not.toHaveProperty("content-encoding");
  whole(plain.body);
  expect((await ask("/apps/page/coded", BROWSER)).headers["content-encoding"]).toBe("zstd");
});

test("a relative base that climbs to the root of the app stays in the prefix", async () => {
  answers("deep/one/page", "<head><base href=../../>");
  const { body } = await ask("/apps/page/deep/one/page?x=/y/z");
  expect(String(body)).toContain("<base href=../../>");
  answers("deep/page", "<head><base href=../../../>");
  expect(String((await ask("/apps/page/deep/page")).body)).toContain("<base href=/apps/page/>");
});

test("dots that climb above the root of the app end there, in headers, pages and styles", async () => {
  const headers = { location: "../../login", link: "<../../../a.css>; rel=preload" };
  app.on("/ui/climbing", (_request, response) => {
    response.writeHead(302, { "content-type": "text/html", ...headers }).end("<img src=../../i.svg><a href='../here'>");
  });
  const page = await ask("/apps/page/ui/climbing?x=/../y");
  expect([page.headers.location, page.headers.link]).toEqual(["/apps/page/login", "</apps/page/a.css>; rel=preload"]);
  expect(String(page.body)).toContain("<img src=/apps/page/i.svg><a href='../here'>");
  // A piece of a page may go into any page.
  const piece = await ask("/apps/page/ui/climbing", { "sec-fetch-dest": "empty" });
  expect(String(piece.body)).toBe("<img src=../../i.svg><a href='../here'>");
  answers("css/sheet.css", "a{b:url(../../c.svg);d:url(../e.svg)}", { "content-type": "text/css" });
  const sheet = await ask("/apps/page/css/sheet.css", { "sec-fetch-dest": "style" });
  expect(String(sheet.body)).toBe("a{b:url(/apps/page/c.svg);d:url(../e.svg)}");
});

test("a coded page that is the same again comes from memory, and a change of it is seen at once", async () => {
  const page = (word: string) => PAGE.replace("</body>", `<p>${word}</p></body>`);
  const lengths: (string | undefined)[] = [];
  for (const word of ["one", "one", "one", "two", "two", "two"]) {
    answers("again", gzipSync(page(word)), { "content-encoding": "gzip" });
    const { headers, body } = await ask("/apps/page/again", { "accept-encoding": "gzip" });
    expect(whole(gunzipSync(body))).toContain(`<p>${word}</p>`);
    lengths.push(headers["content-length"]);
  }
  const told = expect.any(String);
  expect(lengths).toEqual([undefined, undefined, told, undefined, told, told]);
});

test("a page without a coding stays without one", async () => {
  answers("bare", PAGE);
  const { headers, body } = await ask("/apps/page/bare", BROWSER);
  expect(headers).not.toHaveProperty("content-encoding");
  whole(body);
  expect(app.seen("/bare").at(-1)?.headers["accept-encoding"]).toBe(BROWSER["accept-encoding"]);
});

test("the app is asked only for codings that can be taken off", async () => {
  answers("asked", PAGE);
  await ask("/apps/page/asked", { "accept-encoding": "gzip, br, dcb;q=0.9, *" });
  expect(app.seen("/asked").at(-1)?.headers["accept-encoding"]).toBe("gzip, br");
});

test.each<[what: string, coding: string, body: Buffer]>([
  ["an unknown coding", "compress", gzipSync(PAGE)],
  ["two codings", "gzip, br", brotliCompressSync(gzipSync(PAGE))],
  ["a coding that is not there", "gzip", Buffer.from(PAGE)],
  ["another one than it says", "br", gzipSync(PAGE)],
  ["a body that is too short for its coding", "gzip", gzipSync(PAGE).subarray(0, 7)],
  ["no body at all", "gzip", Buffer.alloc(0)],
])("with %s the page passes byte for byte, with its own header", async (_, coding, body) => {
  const own = { "content-encoding": coding, etag: '"own"', "content-length": String(body.length), vary: "Cookie" };
  answers("odd", body, { ...own, "last-modified": "Wed, 21 Oct 2015 07:28:00 GMT", "accept-ranges": "bytes" });
  const got = await ask("/apps/page/odd", BROWSER);
  expect(got.body.equals(body)).toBe(true);
  expect(got.headers).toMatchObject({ ...own, "last-modified": expect.any(String), "accept-ranges": "bytes" });
});

test("a page whose coding breaks in its midst is broken off, never whole", async () => {
  const body = gzipSync(Array.from({ length: 40_000 }, (_, i) => `<p>${(i * 7919) % 10_007}</p>`).join(""));
  body.fill(0xff, body.length - 2000, body.length - 1000);
  for (const broken of [body, body.subarray(0, body.length - 3000)]) {
    answers("breaks", broken, { "content-encoding": "gzip" });
    for (const headers of [BROWSER, {}]) expect((await ask("/apps/page/breaks", headers)).broken).toBe(true);
  }
});

test("what is not rewritten keeps bytes and header", async () => {
  const types = ["application/json", "text/plain", "image/svg+xml", "text/event-stream", "application/x-ndjson"];
  for (const type of [...types, "multipart/x-mixed-replace; boundary=x", "application/grpc-web", "text/javascript"]) {
    const own = { "content-type": type, etag: 'W/"1"', "accept-ranges": "bytes", "content-length": "11" };
    answers("other", '{"a": "/b"}', own);
    const got = await ask("/apps/page/other", { ...BROWSER, "sec-fetch-dest": "empty" });
    expect(got.body.toString()).toBe('{"a": "/b"}');
    expect(got.headers).toMatchObject(own);
  }
  answers("saved", PAGE, { "content-disposition": "attachment; filename=a.html" });
  expect((await ask("/apps/page/saved")).body.toString()).toBe(PAGE);
  answers("raw-page", PAGE, { etag: '"1"' });
  const plain = await ask("/apps/plain/raw-page");
  expect([plain.body.toString(), plain.headers.etag]).toEqual([PAGE, '"1"']);
});

test("HEAD and 304 say what GET says", async () => {
  const headersOf = ({ headers: { date: _date, connection: _connection, "transfer-encoding": _te, ...rest } }: Got) =>
    rest;
  app.on("/kept", (request, response) => {
    const kept = { etag: '"v1"', "last-modified": "Wed, 21 Oct 2015 07:28:00 GMT", "cache-control": "no-cache" };
    const own = { ...kept, "content-security-policy": "default-src 'none'", vary: "Accept-Encoding" };
    if (request.headers["if-none-match"] === '"v1"') return void response.writeHead(304, own).end();
    const body = gzipSync(PAGE);
    const more = { "content-type": "text/html", "content-encoding": "gzip", "content-length": body.length };
    response.writeHead(200, { ...own, ...more, "content-md5": "x", digest: "y", "accept-ranges": "bytes" }).end(body);
  });
  const get = await ask("/apps/page/kept", BROWSER);
  expect(get.headers.etag).toMatch(/^W\/"v1~/);
  for (const gone of ["last-modified", "content-md5", "digest", "accept-ranges", "content-length"]) {
    expect(get.headers).not.toHaveProperty(gone);
  }
  const head = await ask("/apps/page/kept", BROWSER, "HEAD");
  expect(head.body).toHaveLength(0);
  expect(headersOf(head)).toEqual(headersOf(get));

  const again = await ask("/apps/page/kept", { ...BROWSER, "if-none-match": get.headers.etag ?? "" });
  const { "content-type": _type, "content-encoding": _coding, ...metadata } = headersOf(get);
  expect([again.status, headersOf(again)]).toEqual([304, metadata]);
  // A copy that was not rewritten, or for another kind of use, is no copy of this.
  expect((await ask("/apps/page/kept", { "if-none-match": '"v1"' })).status).toBe(200);
  const piece = { "sec-fetch-dest": "empty", "if-none-match": get.headers.etag ?? "" };
  expect((await ask("/apps/page/kept", piece)).status).toBe(200);
});

test("an app that knows only times answers 304 as well, and a strong tag stays strong where bytes are the same", async () => {
  const date = "Wed, 21 Oct 2015 07:28:00 GMT";
  app.on("/dated", (request, response) => {
    if (request.headers["if-modified-since"] === date)
      return void response.writeHead(304, { "last-modified": date }).end();
    response.writeHead(200, { "content-type": "text/html", "last-modified": date }).end(PAGE);
  });
  const get = await ask("/apps/page/dated");
  expect(get.headers).not.toHaveProperty("last-modified");
  const again = await ask("/apps/page/dated", { "if-none-match": get.headers.etag ?? "" });
  expect([again.status, again.headers.etag]).toEqual([304, get.headers.etag]);
  expect((await ask("/apps/page/dated", { "if-modified-since": date })).status).toBe(200);
  answers("strong", PAGE, { etag: '"s"' });
  expect((await ask("/apps/page/strong", BROWSER)).headers.etag).toMatch(/^"s~/);
});

test("parts of a film pass, and a page is asked for whole", async () => {
  app.on("/film", (request, response) => {
    const part = request.headers.range === "bytes=2-3";
    const status = part ? 206 : 200;
    response.writeHead(status, { "content-type": "video/mp4", ...(part && { "content-range": "bytes 2-3/6" }) });
    response.end(part ? "cd" : "abcdef");
  });
  const film = await ask("/apps/page/film", { "sec-fetch-dest": "video", range: "bytes=2-3" });
  expect([film.status, film.body.toString()]).toEqual([206, "cd"]);
  answers("whole", PAGE);
  whole((await ask("/apps/page/whole", { range: "bytes=2-3" })).body);
  expect(app.seen("/whole").at(-1)?.headers).not.toHaveProperty("range");
  app.on("/part", (_request, response) => {
    response.writeHead(206, { "content-type": "text/html", "content-range": "bytes 0-1/9", etag: '"p"' }).end("/x");
  });
  const part = await ask("/apps/page/part", { "sec-fetch-dest": "empty", range: "bytes=0-1" });
  expect([part.status, part.headers.etag, part.body.toString()]).toEqual([206, '"p"', "/x"]);
});

test.each(["identity", "gzip"])("a page that comes slowly in %s goes on slowly", async (coding) => {
  let say: ((text: string) => void) | undefined;
  app.on("/slow", (_request, response) => {
    response.writeHead(200, { "content-type": "text/html", "content-encoding": coding }).flushHeaders();
    if (coding === "identity") say = (text) => response.write(text);
    else {
      const gzip = createGzip();
      gzip.pipe(response);
      say = (text) => {
        gzip.write(text);
        gzip.flush();
      };
    }
  });
  const outgoing = requestSecure({
    host: "127.0.0.1",
    port: gateway.apiPort,
    path: "/apps/page/slow",
    headers: { authorization, "sec-fetch-dest": "document", "accept-encoding": "gzip" },
    agent: false,
    rejectUnauthorized: false,
  });
  let text = "";
  outgoing.once("response", (incoming) => {
    const plain = coding === "gzip" ? incoming.pipe(createGunzip()) : incoming;
    plain.on("data", (part) => (text += part)).on("error", () => {});
    incoming.on("error", () => {});
  });
  outgoing.on("error", () => {}).end();
  onTestFinished(() => void outgoing.destroy());
  await eventually("the app has the request", () => say !== undefined);
  for (const word of ["one", "two", "three"]) {
    say?.(`<p><a href="/${word}">${word}</a></p>`);
    await eventually(`${word} arrives`, () => text.includes(`"/apps/page/${word}"`), 3000);
  }
});

/** What the gateway says of its memory for rewriting, in bytes. */
async function memory(): Promise<number> {
  const text = (await gateway.admin("GET", "/metrics")).text;
  return Number(/^nekzus_rewriting_memory_bytes (\d+)$/m.exec(text)?.[1]);
}

const ENDLESS = Buffer.from(`<p><a href="/x">x</a> ${"some words of a page that never ends ".repeat(1700)}</p>\n`);
const PARTS = Math.ceil(200e6 / ENDLESS.length);

/** Writes a page until the other side has it all, or leaves. */
function writeLong(response: ServerResponse, parts: number): void {
  response.writeHead(200, { "content-type": "text/html", "content-encoding": "gzip" });
  const coder = createGzip({ level: 1 });
  coder.pipe(response.on("error", () => {}));
  let left = parts;
  const go = () => {
    while (left-- > 0) if (!coder.write(ENDLESS)) return void coder.once("drain", go);
    coder.end();
  };
  go();
}

test("200 MB of a page go through in little memory, and all of it is given back", { timeout: 60_000 }, async () => {
  app.on("/long", (_request, response) => writeLong(response, PARTS));
  let most = 0;
  let going = true;
  const watch = (async () => {
    while (going) {
      most = Math.max(most, await memory());
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  const outgoing = requestSecure({
    host: "127.0.0.1",
    port: gateway.apiPort,
    path: "/apps/page/long",
    headers: { authorization, "sec-fetch-dest": "empty", "accept-encoding": "gzip" },
    agent: false,
    rejectUnauthorized: false,
  }).end();
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  let bytes = 0;
  for await (const part of incoming.pipe(createGunzip())) bytes += part.length;
  going = false;
  await watch;
  expect([incoming.complete, bytes]).toEqual([true, PARTS * (ENDLESS.length + "/apps/page".length)]);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(2 * MIB);
  await eventually("its memory is free", async () => (await memory()) === 0);
});

test("a client that leaves in the midst, or does not read, frees its memory when it is gone", async () => {
  app.on("/endless", (_request, response) => writeLong(response, Number.POSITIVE_INFINITY));
  const clients = Array.from({ length: 5 }, () =>
    requestSecure({
      host: "127.0.0.1",
      port: gateway.apiPort,
      path: "/apps/page/endless",
      headers: { authorization, "sec-fetch-dest": "document", "accept-encoding": "zstd" },
      agent: false,
      rejectUnauthorized: false,
    }),
  );
  for (const client of clients)
    client
      .on("error", () => {})
      .on("response", (incoming) => incoming.on("error", () => {}).pause())
      .end();
  await eventually("they hold memory", async () => (await memory()) > 9 * MIB);
  expect(await memory()).toBeLessThan(10 * MIB);
  for (const client of clients) client.destroy();
  await eventually("their memory is free", async () => (await memory()) === 0);
});

test("who finds all memory in use waits, and is served when there is some", async () => {
  let end: (() => void) | undefined;
  app.on("/wide", (_request, response) => {
    response.writeHead(200, { "content-type": "text/html", "content-encoding": "br" });
    // So much history that two of them are more than all there is.
    const coder = createBrotliCompress({ params: { [constants.BROTLI_PARAM_LGWIN]: 24 } });
    coder.pipe(response);
    coder.write(PAGE);
    coder.flush();
    if (end) coder.end();
    else end = () => void coder.end();
  });
  const first = ask("/apps/page/wide");
  await eventually("it holds memory", async () => (await memory()) > 16 * MIB);
  let served = false;
  const second = ask("/apps/page/wide").finally(() => (served = true));
  await eventually("the app has the second request", () => app.seen("/wide").length === 2);
  // What needs none goes on, and the report of a second says that nobody has more.
  expect((await ask("/apps/page/other")).status).toBe(200);
  expect([served, (await memory()) < 20 * MIB]).toEqual([false, true]);
  end?.();
  whole((await first).body);
  whole((await second).body);
});

test("headers that name addresses, and cookies, lead into the prefix", async () => {
  app.on("/login", (_request, response) => {
    response.writeHead(302, {
      location: `${app.url}/next?a=/b`,
      "set-cookie": ["sid=1; Path=/; Domain=app.local", "deep=2; Path=/deep", "raw=3; Path=/raw/"],
      link: "</style.css>; rel=preload",
      refresh: "5; url=/later",
      "content-location": "/raw/here",
      sourcemap: `https://127.0.0.1:${gateway.apiPort}/map`,
    });
    response.end();
  });
  expect((await ask("/apps/page/login")).headers).toMatchObject({
    location: "/apps/page/next?a=/b",
    "set-cookie": ["sid=1; Path=/apps/page/", "deep=2; Path=/apps/page/deep", "raw=3; Path=/raw/"],
    link: "</apps/page/style.css>; rel=preload",
    refresh: "5; url=/apps/page/later",
    "content-location": "/raw/here",
    sourcemap: `https://127.0.0.1:${gateway.apiPort}/apps/page/map`,
  });
  // Without rewriting of bodies it is the same, but cookies are as the option says.
  expect((await ask("/apps/plain/login")).headers).toMatchObject({
    location: "/apps/plain/next?a=/b",
    "set-cookie": ["sid=1; Path=/", "deep=2; Path=/deep", "raw=3; Path=/raw/"],
  });
});

test("a page gets the script, and its policy lets it run; a piece of a page gets none; a worker begins with it", async () => {
  const csp = {
    "content-security-policy": "script-src 'nonce-abc' 'strict-dynamic'",
    "referrer-policy": "no-referrer",
  };
  answers("scripted", PAGE, csp);
  const tag =
    /<head><script src="\/apps\/\.nekzus\/prefix\.js\?v=[\w-]+" data-prefix="\/apps\/page\/"[^>]* nonce="abc"><\/script>/;
  const page = await ask("/apps/page/scripted");
  expect(page.body.toString()).toMatch(tag);
  expect(page.headers["referrer-policy"]).toBe("same-origin");
  const piece = await ask("/apps/page/scripted", { "sec-fetch-dest": "empty" });
  expect(piece.body.toString()).not.toContain("prefix.js");
  expect(piece.headers["content-security-policy"]).toBe(csp["content-security-policy"]);

  answers("listed", PAGE, { "content-security-policy": "script-src 'self' https://cdn.example" });
  const own = `https://127.0.0.1:${gateway.apiPort}/apps/.nekzus/prefix.js`;
  expect((await ask("/apps/page/listed")).headers["content-security-policy"]).toContain(` ${own}`);
  expect((await gateway.api("GET", new URL(own).pathname)).status).toBe(200);

  answers("work", "work();", { "content-type": "text/javascript" });
  const worker = await ask("/apps/page/work", { "sec-fetch-dest": "worker" });
  expect(worker.body.toString()).toMatch(/\({"prefix":"\/apps\/page\/","exclude":\["\/raw\/"\]}\);work\(\);$/);
  expect((await ask("/apps/page/work", { "sec-fetch-dest": "script" })).body.toString()).toBe("work();");
});

test("clients of HTTP/2 and HTTP/1.0 get the whole page", async () => {
  answers("any", gzipSync(PAGE), { "content-encoding": "gzip" });
  const session = connect(`https://127.0.0.1:${gateway.apiPort}`, { rejectUnauthorized: false });
  onTestFinished(() => session.destroy());
  const stream = session.request({ ":path": "/apps/page/any", authorization, "accept-encoding": "br" });
  const [headers] = (await once(stream, "response")) as [Record<string, string>];
  expect(headers["content-encoding"]).toBe("br");
  whole(brotliDecompressSync(Buffer.concat(await stream.toArray())));

  const lines = [
    "GET /apps/page/any HTTP/1.0",
    `Host: 127.0.0.1:${gateway.apiPort}`,
    `Authorization: ${authorization}`,
  ];
  const text = await sendRaw(gateway.apiPort, true, `${lines.join("\r\n")}\r\n\r\n`, 2000);
  expect(text).toMatch(/^HTTP\/1\.1 200 /);
  expect(text).not.toMatch(/transfer-encoding|content-encoding|content-length/i);
  whole(Buffer.from(text.slice(text.indexOf("\r\n\r\n") + 4)));
});
