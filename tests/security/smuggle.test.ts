// However a request is framed, it is one request or a refusal: nothing that follows it reaches an app as another one
// (CWE-444; CL.TE, TE.CL, TE.TE and the classes of CVE-2019-16276, CVE-2022-32213 to 32215, CVE-2023-30589, CVE-2024-27982,
// CVE-2025-22871).
import { once } from "node:events";
import { beforeAll, expect, test } from "vitest";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { plainAnswer, type RawApp, startRawApp } from "../harness/raw-app.ts";
import { openRaw, sendRaw } from "../harness/request.ts";

let gateway: Gateway;
let app: RawApp;

beforeAll(async () => {
  [gateway, app] = await Promise.all([
    startGateway({ insecureHttp: true }),
    startRawApp((socket) => void socket.write(plainAnswer("answered"))),
  ]);
  await gateway.addRoute("app", app.url, { publicAccess: true, websocket: true, skipHealthCheck: true });
});

const SMUGGLED = "GET /apps/app/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";

/** Sends a request with these lines after the Host, and then what would be a second one. */
async function send(
  lines: string[],
  body: string,
  start = "POST /apps/app/first HTTP/1.1",
): Promise<{ statuses: string[]; text: string; seen: string; ended: boolean }> {
  const before = app.received.join("").length;
  const head = [start, `Host: localhost:${gateway.apiPort}`, ...lines, "", ""].join("\r\n");
  const socket = await openRaw(gateway.appsPort, false);
  let ended = false;
  let text = "";
  socket
    .on("error", () => {})
    .on("end", () => {
      ended = true;
    })
    .on("data", (chunk) => {
      text += chunk.toString("latin1");
    })
    .setTimeout(250, () => socket.destroy());
  socket.write(Buffer.from(head + body, "latin1"));
  await once(socket, "close");
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status as string);
  return { statuses, text, ended, seen: app.received.join("").slice(before) };
}

const CHUNKED_SMUGGLED = `0\r\n\r\n${SMUGGLED}`;

/** Requests whose end two readers could see in different places. */
const REFUSED: Record<string, [lines: string[], body?: string, start?: string]> = {
  "CL.TE": [["Content-Length: 6", "Transfer-Encoding: chunked"], CHUNKED_SMUGGLED],
  "TE.CL": [["Transfer-Encoding: chunked", `Content-Length: ${SMUGGLED.length}`], CHUNKED_SMUGGLED],
  "TE.TE, unknown coding": [["Transfer-Encoding: chunked", "Transfer-Encoding: x"], CHUNKED_SMUGGLED],
  "TE twice": [["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], CHUNKED_SMUGGLED],
  "TE list": [["Transfer-Encoding: gzip, chunked"], CHUNKED_SMUGGLED],
  "TE identity": [["Transfer-Encoding: identity"], CHUNKED_SMUGGLED],
  "TE chunked not last": [["Transfer-Encoding: chunked, identity"], CHUNKED_SMUGGLED],
  "TE with a tab": [["Transfer-Encoding:\tx\tchunked"], CHUNKED_SMUGGLED],
  "TE with vertical tab": [["Transfer-Encoding: \x0bchunked"], CHUNKED_SMUGGLED],
  "TE in quotes": [['Transfer-Encoding: "chunked"'], CHUNKED_SMUGGLED],
  "TE misspelled": [["Transfer-Encoding: chunke"], CHUNKED_SMUGGLED],
  "TE before a space": [["Transfer-Encoding : chunked", "Content-Length: 5"], CHUNKED_SMUGGLED],
  "TE behind a line feed": [["A: b\nTransfer-Encoding: chunked", "Content-Length: 5"], CHUNKED_SMUGGLED],
  "TE behind a carriage return": [["A: b\rTransfer-Encoding: chunked", "Content-Length: 5"], CHUNKED_SMUGGLED],
  "TE folded": [["Transfer-Encoding:", " chunked"], CHUNKED_SMUGGLED],
  "TE in HTTP/1.0": [["Transfer-Encoding: chunked"], CHUNKED_SMUGGLED, "POST /apps/app/first HTTP/1.0"],
  "two lengths": [["Content-Length: 5", "Content-Length: 0"], `hello${SMUGGLED}`],
  "one length twice": [["Content-Length: 5", "Content-Length: 5"], `hello${SMUGGLED}`],
  "list of lengths": [["Content-Length: 5, 5"], `hello${SMUGGLED}`],
  "signed length": [["Content-Length: +5"], `hello${SMUGGLED}`],
  "negative length": [["Content-Length: -5"], SMUGGLED],
  "hexadecimal length": [["Content-Length: 0x5"], `hello${SMUGGLED}`],
  "length with a space": [["Content-Length: 5 5"], `hello${SMUGGLED}`],
  "huge length": [["Content-Length: 99999999999999999999999"], SMUGGLED],
  "empty length": [["Content-Length: "], SMUGGLED],
  "folded header": [["A: b", " c: d"], SMUGGLED],
  "header without colon": [["nonsense"], SMUGGLED],
  "header without name": [[": x"], SMUGGLED],
  "NUL in a header": [["A: b\x00c"], SMUGGLED],
  "bare LF as line end": [["A: b\nC: d"], SMUGGLED],
  "two hosts": [["Host: localhost"], SMUGGLED],
  "host list": [[], SMUGGLED, "GET /apps/app/first HTTP/1.1\r\nHost: evil.example"],
  "absolute form of another host": [[], SMUGGLED, "GET http://evil.example/apps/app/first HTTP/1.1"],
  "another version": [[], SMUGGLED, "GET /apps/app/first HTTP/3.7"],
  "HTTP/0.9": [[], SMUGGLED, "GET /apps/app/first"],
  "lower-case method": [[], SMUGGLED, "get /apps/app/first HTTP/1.1"],
  "chunk size with 0x": [["Transfer-Encoding: chunked"], `0x5\r\nhello\r\n${CHUNKED_SMUGGLED}`],
  "negative chunk size": [["Transfer-Encoding: chunked"], `-1\r\n${CHUNKED_SMUGGLED}`],
  "chunk size overflow": [["Transfer-Encoding: chunked"], `10000000000000005\r\nhello\r\n${CHUNKED_SMUGGLED}`],
  "chunk longer than it says": [["Transfer-Encoding: chunked"], `5\r\nhello!!\r\n${CHUNKED_SMUGGLED}`],
  "bare LF in a chunk size": [["Transfer-Encoding: chunked"], `5\nhello\r\n${CHUNKED_SMUGGLED}`],
  "bare LF in a chunk extension": [["Transfer-Encoding: chunked"], `5;a\nb\r\nhello\r\n${CHUNKED_SMUGGLED}`],
  "chunk size with a space": [["Transfer-Encoding: chunked"], `5 \r\nhello\r\n${CHUNKED_SMUGGLED}`],
  "chunk size with an underscore": [["Transfer-Encoding: chunked"], `0_5\r\nhello\r\n${CHUNKED_SMUGGLED}`],
  "bare LF after an extension": [["Transfer-Encoding: chunked"], `5;\nhello\r\n${CHUNKED_SMUGGLED}`],
  "bare CR in an extension": [["Transfer-Encoding: chunked"], `5;a\rb\r\nhello\r\n${CHUNKED_SMUGGLED}`],
  "open quote in an extension": [["Transfer-Encoding: chunked"], `5;a="\r\nhello\r\n${CHUNKED_SMUGGLED}`],
  "other bytes in place of a chunk's end": [["Transfer-Encoding: chunked"], `5\r\nhelloXX${CHUNKED_SMUGGLED}`],
  "bare LF at a chunk's end": [["Transfer-Encoding: chunked"], `5\r\nhello\n${CHUNKED_SMUGGLED}`],
  "bare LF at the end of the trailers": [["Transfer-Encoding: chunked"], `0\r\n\n${SMUGGLED}`],
  "length in the trailers": [["Transfer-Encoding: chunked"], `0\r\nContent-Length: 5\r\n\r\n${SMUGGLED}`],
  "folded trailer": [["Transfer-Encoding: chunked"], `0\r\nA: b\r\n c\r\n\r\n${SMUGGLED}`],
  "endless extension": [["Transfer-Encoding: chunked"], `5;${"a".repeat(20_000)}`],
  "extensions without end": [["Transfer-Encoding: chunked"], `1;${"a".repeat(200)}\r\nx\r\n`.repeat(100)],
  "trailers without end": [["Transfer-Encoding: chunked"], `0\r\n${"A: b\r\n".repeat(3000)}`],
  "endless header": [[`A: ${"a".repeat(40_000)}`], SMUGGLED],
  "endless request line": [[], SMUGGLED, `GET /apps/app/${"a".repeat(40_000)} HTTP/1.1`],
  "first header behind a space": [[], SMUGGLED, "GET /apps/app/first HTTP/1.1\r\n Transfer-Encoding: chunked"],
  "name with a space": [["A B: c"], SMUGGLED],
  "name before a tab": [["Content-Length\t: 5"], `hello${SMUGGLED}`],
  "name that is not ASCII": [["Content-Length\xa0: 5"], `hello${SMUGGLED}`],
  "CR alone as line ends": [[], SMUGGLED, "GET /apps/app/first HTTP/1.1\rHost: localhost\r\r"],
  "no host": [[], SMUGGLED, "GET /apps/app/first HTTP/1.1\r\n\r\n"],
  "two spaces in the request line": [[], SMUGGLED, "GET  /apps/app/first HTTP/1.1"],
  "tab in the request line": [[], SMUGGLED, "GET\t/apps/app/first HTTP/1.1"],
  "two versions": [[], SMUGGLED, "GET /apps/app/first HTTP/1.1 HTTP/1.1"],
  "lines before the request": [[], SMUGGLED, "\r\n\r\n\r\nGET /apps/app/first HTTP/1.1"],
  "absolute form with a user": [[], SMUGGLED, "GET http://localhost@evil.example/apps/app/first HTTP/1.1"],
  "absolute form of another scheme": [[], SMUGGLED, "GET ftp://localhost/apps/app/first HTTP/1.1"],
  "asterisk form": [[], SMUGGLED, "OPTIONS * HTTP/1.1"],
  "CONNECT to an app": [[], SMUGGLED, "CONNECT /apps/app/first HTTP/1.1"],
  "HTTP/1.2": [[], SMUGGLED, "GET /apps/app/first HTTP/1.2"],
  "beginning of HTTP/2": [[], SMUGGLED, "PRI * HTTP/2.0\r\n\r\nSM\r\n"],
  "TLS on the plain port": [[], SMUGGLED, "\x16\x03\x01\x00\x05\r\n"],
  "3 000 headers": [Array.from({ length: 3000 }, (_, index) => `A${index}: b`), SMUGGLED],
  "201 headers": [Array.from({ length: 201 }, (_, index) => `A${index}: b`), ""],
  "upgrade with a body": [
    [
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
      "Content-Length: 5",
    ],
    SMUGGLED,
    "GET /apps/app/first HTTP/1.1",
  ],
};

test.each(Object.entries(REFUSED))("refused: %s", async (_, [lines, body = "", start]) => {
  const { statuses, text, seen, ended } = await send(lines, body, start);
  expect(statuses).toHaveLength(1);
  expect(ended).toBe(true);
  expect(statuses[0]).toMatch(/^(400|405|414|431)$/);
  expect(text).toMatch(/\r\nX-API-Version: /);
  const error = JSON.parse(text.slice(text.indexOf("\r\n\r\n") + 4)) as { error: { code: string } };
  expect(["BAD_REQUEST", "METHOD_NOT_ALLOWED", "URI_TOO_LONG", "HEADERS_TOO_LARGE"]).toContain(error.error.code);
  // What was already passed on of a body that turned out to be broken was never a whole request.
  expect(seen).not.toContain("smuggled");
  expect(seen.endsWith("0\r\n\r\n")).toBe(false);
});

test("a body is a body, whatever it looks like", async () => {
  const length = await send([`Content-Length: ${SMUGGLED.length}`], SMUGGLED);
  expect(length.statuses).toEqual(["200"]);
  expect(length.seen).toContain(`Content-Length: ${SMUGGLED.length}\r\n`);
  expect(length.seen.split("\r\n\r\n")[1]).toBe("GET /apps/app/smuggled HTTP/1.1\r\nHost: localhost");

  const size = SMUGGLED.length.toString(16);
  const chunked = await send(
    ["Transfer-Encoding: chunked"],
    `${size};ext="a;b"\r\n${SMUGGLED}\r\n0;x\r\nX-Trailer: Transfer-Encoding: chunked\r\n\r\n`,
  );
  expect(chunked.statuses).toEqual(["200"]);
  expect(chunked.seen).not.toContain("ext=");
  const trailer = "X-Trailer: Transfer-Encoding: chunked";
  expect(chunked.seen).toContain(`\r\n\r\n${size}\r\n${SMUGGLED}\r\n0\r\n${trailer}\r\n\r\n`);
});

test("the length that the app is told is written anew: none with zeros before it, which some read as octal", async () => {
  const { statuses, seen } = await send(["Content-Length: 0010"], "0123456789");
  expect(statuses).toEqual(["200"]);
  expect(seen).toMatch(/\r\nContent-Length: 10\r\n\r\n0123456789$/);
});

test("the next request on a connection begins where the last one ended", async () => {
  const { statuses, seen } = await send(["Content-Length: 5"], `hello${SMUGGLED.replace("smuggled", "second")}`);
  expect(statuses).toEqual(["200", "200"]);
  expect(seen.match(/(GET|POST) \/\S+/g)).toEqual(["POST /apps/app/first", "GET /apps/app/second"]);
});

test.each([
  "local host",
  "localhost:80:80",
  "localhost:port",
  "user@localhost",
  "localhost/apps",
  "localhost,evil.example",
  "localhost?",
  "[::1",
  "",
])("no app hears of a request for the host %j", async (host) => {
  const before = app.received.join("");
  const text = await sendRaw(
    gateway.appsPort,
    false,
    `GET /apps/app/ HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
  );
  expect(text).toMatch(/^HTTP\/1\.1 421 .*"HOST_NOT_ALLOWED"/s);
  expect(app.received.join("")).toBe(before);
});

test("a body that no method asks for, or that nobody reads, is a body all the same", async () => {
  const second = SMUGGLED.replace("smuggled", "second");
  const odd = await send([`Content-Length: ${SMUGGLED.length}`], SMUGGLED + second, "GET /apps/app/first HTTP/1.1");
  expect(odd.seen.match(/(GET|POST) \S+ HTTP/g)).toEqual([
    "GET /apps/app/first HTTP",
    "GET /apps/app/smuggled HTTP",
    "GET /apps/app/second HTTP",
  ]);
  expect(odd.seen).toContain(`\r\nContent-Length: ${SMUGGLED.length}\r\n`);
  expect(odd.statuses.slice(-1)).toEqual(["200"]);
  // Refused before the body was looked at: by its length it is passed over, in chunks the connection ends.
  const length = [`Content-Length: ${SMUGGLED.length}`];
  const passed = await send(length, SMUGGLED + second, "POST /apps/nowhere/ HTTP/1.1");
  expect([passed.statuses, passed.seen.match(/(GET|POST) \S+/g)]).toEqual([["401", "200"], ["GET /apps/app/second"]]);
  const size = SMUGGLED.length.toString(16);
  const chunked = await send(
    ["Transfer-Encoding: chunked"],
    `${size}\r\n${SMUGGLED}\r\n0\r\n\r\n${second}`,
    "POST /apps/nowhere/ HTTP/1.1",
  );
  expect([chunked.statuses, chunked.seen, chunked.ended]).toEqual([["401"], "", true]);
});

test("who announces a body and waits for a word cannot make the refusal end elsewhere than the request", async () => {
  for (const word of ["100-continue", "100-Continue"]) {
    const lines = [`Expect: ${word}`, `Content-Length: ${SMUGGLED.length}`];
    const refused = await send(lines, SMUGGLED, "POST /apps/nowhere/ HTTP/1.1");
    expect([refused.statuses, refused.seen, refused.ended]).toEqual([["401"], "", true]);
  }
  for (const word of ["y 100-continue", "100-continue, x", ""]) {
    const { seen } = await send([`Expect: ${word}`, `Content-Length: ${SMUGGLED.length}`], SMUGGLED);
    expect(seen).toContain(`\r\nContent-Length: ${SMUGGLED.length}\r\n`);
    expect(seen.toLowerCase()).not.toContain("expect");
  }
});

test("garbage behind a request is refused after its answer, and is the end", async () => {
  const { statuses, seen, ended } = await send(["Content-Length: 5"], `hello\x01\x02 garbage\r\n\r\n${SMUGGLED}`);
  expect([statuses, ended]).toEqual([["200", "400"], true]);
  expect(seen).not.toContain("smuggled");
});

test("requests sent ahead with bodies are answered in order, also to a client that has closed its side", async () => {
  const [length, second] = [["Content-Length: 5"], SMUGGLED.replace("smuggled", "second")];
  const ahead = await send(length, `hello${second}`);
  expect(ahead.statuses).toEqual(["200", "200"]);
  const before = app.received.join("").length;
  const socket = await openRaw(gateway.appsPort, false);
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk;
  });
  const host = `Host: localhost:${gateway.apiPort}`;
  socket.end(
    `POST /apps/app/a HTTP/1.1\r\n${host}\r\nContent-Length: 5\r\n\r\nhello` +
      `POST /apps/app/b HTTP/1.1\r\n${host}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n` +
      `GET /apps/app/c HTTP/1.1\r\n${host}\r\n\r\n`,
  );
  await once(socket, "close");
  expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 200", "HTTP/1.1 200"]);
  const seen = app.received.join("").slice(before);
  expect(seen.match(/(GET|POST) \/\S+/g)).toEqual(["POST /apps/app/a", "POST /apps/app/b", "GET /apps/app/c"]);
});

test("a request with both lengths refused by the app's connection never shares it with another", async () => {
  // An app that answers before it read the body would take the rest of it for the next request.
  const early = await startRawApp((socket) => void socket.write(plainAnswer("early")));
  await gateway.addRoute("early", early.url, { publicAccess: true, skipHealthCheck: true });
  const socket = await openRaw(gateway.appsPort, false);
  socket.on("error", () => {});
  socket.write(`POST /apps/early/ HTTP/1.1\r\nHost: localhost:${gateway.apiPort}\r\nContent-Length: 1000\r\n\r\nhalf`);
  await new Promise((done) => socket.once("data", done));
  socket.destroy();
  expect((await gateway.apps("GET", "/apps/early/")).text).toBe("early");
  expect(early.received).toHaveLength(2);
});

test("CONNECT is refused, and a client that resets afterwards harms nobody", async () => {
  const head = "CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\n";
  const text = await sendRaw(gateway.appsPort, false, head);
  expect(text).toMatch(/^HTTP\/1\.1 405 Method Not Allowed\r\nX-API-Version: /);
  expect(text).toContain('"METHOD_NOT_ALLOWED"');
  const before = gateway.children().edge;
  for (let i = 0; i < 20; i++) {
    const socket = await openRaw(gateway.appsPort, false);
    socket.on("error", () => {});
    await new Promise<void>((done) => socket.write(head, () => done()));
    socket.resetAndDestroy();
  }
  expect((await gateway.apps("GET", "/apps/app/")).status).toBe(200);
  expect(gateway.children().edge).toEqual(before);
});
