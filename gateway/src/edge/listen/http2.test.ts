import { EventEmitter, once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type ClientSessionOptions,
  connect,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { connect as connectTls, createServer, type TLSSocket } from "node:tls";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { issueAuthority, keyToPem, makeKey } from "../../core/certificates/issue.ts";
import { createVirtualClock, type VirtualClock } from "../../kit/virtual-clock.ts";
import type { ClientRequest } from "./client.ts";
import { createHttp2, type Http2 } from "./http2.ts";
import { clientHello, frame, framesIn, headerBlock } from "./test-http2-frames.ts";

let cert = "";
let key = "";

beforeAll(async () => {
  const made = makeKey();
  const validity = { notBefore: Date.now() - 60_000, notAfter: Date.now() + 3_600_000 };
  cert = await issueAuthority("localhost", made, validity);
  key = keyToPem(made);
});

const WELL_FORMED = { ":method": "POST", ":scheme": "https", ":path": "/", ":authority": "a" };

type Served = { port: number; http2: Http2; clock: VirtualClock; sockets: Socket[] };

/** Serves HTTP/2 over TLS; `handle` is what stands behind. */
async function serve(handle: (request: ClientRequest) => void): Promise<Served> {
  const clock = createVirtualClock();
  const http2 = createHttp2({
    door: { name: "api", port: 8443, secure: true },
    handle: (_door, request) => handle(request),
    refuse: (request, code) => request.answer(code === "HEADERS_TOO_LARGE" ? 431 : 405, [], code),
    clock,
  });
  const sockets: Socket[] = [];
  const server = createServer({ cert, key, ALPNProtocols: ["h2"], allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    http2.take(socket);
  });
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    http2.stop();
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, http2, clock, sockets };
}

function dial(port: number, options: ClientSessionOptions = {}): ClientHttp2Session {
  const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false, ...options });
  session.on("error", () => {});
  onTestFinished(() => session.destroy());
  return session;
}

type Got = { status: number; headers: IncomingHttpHeaders; body: Buffer; trailers: IncomingHttpHeaders; code: number };

/** Everything that comes back on a stream until it is closed. */
async function got(stream: ClientHttp2Stream): Promise<Got> {
  const chunks: Uint8Array[] = [];
  const answer: Got = { status: 0, headers: {}, body: Buffer.alloc(0), trailers: {}, code: 0 };
  stream.on("response", (headers) => {
    answer.headers = headers;
    answer.status = headers[":status"] ?? 0;
  });
  stream.on("trailers", (trailers) => {
    answer.trailers = trailers;
  });
  stream.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", () => {});
  await new Promise<void>((done) => stream.on("close", () => done()));
  return { ...answer, body: Buffer.concat(chunks), code: stream.rstCode ?? 0 };
}

function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: string | Buffer): Promise<Got> {
  const stream = session.request(headers, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  return got(stream);
}

/** Sends the body back as it comes, with back-pressure both ways. */
function echo(request: ClientRequest): void {
  request.begin(200, "OK", ["X-Kind", request.body], undefined);
  if (request.body === "none") {
    request.end();
    return;
  }
  request.read({
    onData(chunk) {
      request.write(chunk);
      if (!request.flush()) request.pause();
    },
    onEnd: (trailers) => request.end(trailers),
  });
  request.onDrain = () => request.resume();
}

/** A connection on which frames are sent as they are. */
async function raw(
  port: number,
): Promise<{ socket: TLSSocket; frames: ReturnType<typeof framesIn>; closed(): boolean }> {
  const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false, ALPNProtocols: ["h2"] });
  let closed = false;
  socket
    .on("error", () => {})
    .on("close", () => {
      closed = true;
    });
  onTestFinished(() => void socket.destroy());
  await once(socket, "secureConnect");
  socket.write(clientHello());
  return { socket, frames: framesIn(socket), closed: () => closed };
}

async function until(what: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !what(); i++) await new Promise((done) => setTimeout(done, 10));
  expect(what()).toBe(true);
}

test("a request comes with flat headers, its authority as host, and the crumbs of its cookies as one", async () => {
  let seen: ClientRequest | undefined;
  const { port } = await serve((request) => {
    seen = request;
    request.answer(200, ["X-Answer", "1", "Set-Cookie", "a=1", "Set-Cookie", "b=2", "Connection", "close"], "hello");
  });
  const answer = await ask(dial(port), {
    ":path": "/a?b=c",
    ":authority": "nas.local:8443",
    "x-one": "1",
    cookie: ["a=1", "b=2"],
  });
  expect(seen).toMatchObject({ version: "2", method: "GET", target: "/a?b=c", body: "none", received: true });
  expect(seen?.headers).toEqual(["host", "nas.local:8443", "x-one", "1", "cookie", "a=1; b=2"]);
  expect(seen?.socket.remoteAddress).toBe("127.0.0.1");
  expect(answer).toMatchObject({ status: 200, body: Buffer.from("hello"), code: 0 });
  expect(answer.headers).toMatchObject({ "x-answer": "1", "set-cookie": ["a=1", "b=2"], "content-length": "5" });
  expect(answer.headers.connection).toBeUndefined();
  expect(seen).toMatchObject({ closed: true, status: 200, bytesOut: 5 });
});

test("a host beside the authority is kept when it says something else", async () => {
  const seen: (readonly string[])[] = [];
  const { port } = await serve((request) => {
    seen.push(request.headers);
    request.answer(200, [], "");
  });
  const session = dial(port);
  await ask(session, { ":authority": "a", host: "a" });
  await ask(session, { ":authority": "a", host: "b" });
  expect(seen).toEqual([
    ["host", "a"],
    ["host", "a", "host", "b"],
  ]);
});

test("bodies of every kind go both ways unchanged", async () => {
  const { port } = await serve(echo);
  const session = dial(port);
  for (const size of [0, 1, 16_384, 70_000, 3_000_000]) {
    const body = Buffer.alloc(size, "abcdefg");
    const chunked = await ask(session, { ":method": "POST" }, body);
    expect([chunked.headers["x-kind"], chunked.body.equals(body), chunked.code]).toEqual(["chunked", true, 0]);
    const sized = await ask(session, { ":method": "POST", "content-length": size }, body);
    expect([sized.headers["x-kind"], sized.body.equals(body)]).toEqual([size ? "length" : "none", true]);
  }
});

test("who reads slowly is waited for, in both directions", async () => {
  let request: ClientRequest | undefined;
  const { port } = await serve((next) => {
    request = next;
  });
  const stream = dial(port).request({ ":method": "POST" });
  await until(() => request !== undefined);
  let received = 0;
  request?.read({
    onData(chunk) {
      received += chunk.length;
      request?.pause();
    },
    onEnd() {},
  });
  let sent = 0;
  const feed = () => {
    while (sent < 8_000_000 && stream.write(Buffer.alloc(64 * 1024))) sent += 64 * 1024;
  };
  stream.on("drain", feed);
  feed();
  await until(() => received > 0);
  await new Promise((done) => setTimeout(done, 50));
  expect(sent).toBeLessThan(1_000_000);
  request?.begin(200, "OK", [], undefined);
  let written = 0;
  // The client does not read: its window fills.
  do {
    written += 64 * 1024;
    request?.write(Buffer.alloc(64 * 1024));
  } while (request?.flush() && written < 8_000_000);
  expect(written).toBeLessThan(1_000_000);
  let drained = false;
  if (request)
    request.onDrain = () => {
      drained = true;
    };
  stream.resume();
  await until(() => drained);
});

test("trailers pass both ways, and only to who takes them", async () => {
  const { port } = await serve(echo);
  const session = dial(port);
  for (const te of ["trailers", undefined]) {
    const stream = session.request({ ":method": "POST", te }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "42", "x-more": ["1", "2"] }));
    stream.end("body");
    const answer = await got(stream);
    expect(String(answer.body)).toBe("body");
    expect(answer.code).toBe(0);
    expect(answer.trailers["x-sum"]).toBe(te && "42");
  }
});

test("an answer with trailers and without a body", async () => {
  const { port } = await serve((request) => {
    request.begin(200, "OK", [], undefined);
    request.end(["grpc-status", "5"]);
  });
  const answer = await ask(dial(port), { te: "trailers" });
  expect([answer.status, answer.trailers["grpc-status"], answer.code]).toEqual([200, "5", 0]);
});

test("HEAD, 204, 205 and 304 have no body, and an odd status is a fault of the server", async () => {
  const { port } = await serve((request) => {
    const status = Number(request.target.slice(1));
    request.begin(status, "", ["x-a", "b"], 5);
    request.write(Buffer.from("12345"));
    request.flush();
    request.end();
  });
  const session = dial(port);
  const of = async (method: string, status: number) => {
    const answer = await ask(session, { ":method": method, ":path": `/${status}` });
    return [answer.status, answer.headers["content-length"], String(answer.body), answer.code];
  };
  expect(await of("HEAD", 200)).toEqual([200, "5", "", 0]);
  expect(await of("GET", 200)).toEqual([200, "5", "12345", 0]);
  expect(await of("GET", 204)).toEqual([204, undefined, "", 0]);
  expect(await of("GET", 205)).toEqual([205, undefined, "", 0]);
  expect(await of("GET", 304)).toEqual([304, "5", "", 0]);
  expect(await of("GET", 999)).toEqual([500, "5", "12345", 0]);
});

test("answers below 200 come before the answer, and 100 when the body is wanted", async () => {
  const { port } = await serve((request) => {
    request.inform(103, ["Link", "</a>", "Link", "</b>"]);
    request.inform(101, []);
    request.read({ onData() {}, onEnd: () => request.answer(200, [], "done") });
  });
  const stream = dial(port).request({ ":method": "POST", expect: "100-continue" });
  const early: unknown[] = [];
  stream.on("headers", (headers) => early.push([headers[":status"], headers.link]));
  stream.on("continue", () => stream.end("body"));
  expect(await got(stream)).toMatchObject({ status: 200, body: Buffer.from("done") });
  expect(early).toEqual([
    [103, "</a>, </b>"],
    [100, undefined],
  ]);
});

test("an answer that is broken off does not look whole", async () => {
  const { port } = await serve((request) => {
    if (request.target === "/begun") {
      request.begin(200, "OK", [], undefined);
      request.write(Buffer.from("half"));
      request.flush();
    }
    let closed = 0;
    request.onClosed = () => closed++;
    setTimeout(() => {
      request.abort();
      request.abort();
      expect([closed, request.closed]).toEqual([1, true]);
      // Nothing throws afterwards.
      request.write(Buffer.from("x"));
      request.flush();
      request.end();
      request.answer(200, [], "x");
    }, 20);
  });
  const session = dial(port);
  const begun = await ask(session, { ":path": "/begun" });
  expect([String(begun.body), begun.code]).toEqual(["half", constants.NGHTTP2_INTERNAL_ERROR]);
  expect(await ask(session, { ":path": "/" })).toMatchObject({ status: 0, code: constants.NGHTTP2_INTERNAL_ERROR });
});

test.each([
  ["POST", "by cancelling", constants.NGHTTP2_CANCEL],
  ["POST", "without an error", constants.NGHTTP2_NO_ERROR],
  ["HEAD", "without an error", constants.NGHTTP2_NO_ERROR],
])(
  "a client that goes away in the midst of the body of a %s, %s, has not sent a whole one",
  async (method, _, code) => {
    const events = new EventEmitter();
    const told: string[] = [];
    const { port } = await serve((request) => {
      request.onClosed = () => {
        told.push("closed");
        events.emit("closed");
      };
      request.read({ onData: () => events.emit("data"), onEnd: () => told.push("end") });
    });
    const peer = await raw(port);
    const block = headerBlock({ ...WELL_FORMED, ":method": method });
    peer.socket.write(Buffer.concat([frame(1, 4, 1, block), frame(0, 0, 1, Buffer.from("half"))]));
    await once(events, "data");
    const closed = once(events, "closed");
    const reset = Buffer.alloc(4);
    reset.writeUInt32BE(code);
    peer.socket.write(frame(3, 0, 1, reset));
    await closed;
    await new Promise((done) => setTimeout(done, 20));
    expect(told).toEqual(["closed"]);
  },
);

test("a client that closes its connection is gone", async () => {
  let request: ClientRequest | undefined;
  const { port } = await serve((next) => {
    next.begin(200, "OK", [], undefined);
    next.flush();
    request = next;
  });
  const { socket } = await raw(port);
  socket.write(frame(1, 5, 1, headerBlock(WELL_FORMED)));
  await until(() => request !== undefined);
  socket.end();
  await until(() => request?.closed ?? false);
});

test("an early answer comes whole, and the client need not send the rest", async () => {
  const { port } = await serve((request) => request.answer(413, [], "too much"));
  const session = dial(port);
  const stream = session.request({ ":method": "POST" });
  stream.write(Buffer.alloc(100_000));
  expect(await got(stream)).toMatchObject({ status: 413, body: Buffer.from("too much"), code: 0 });
  expect(await ask(session, {})).toMatchObject({ status: 413 });
});

test("early answers are not lost behind a connection that is full", async () => {
  const { port } = await serve((request) => {
    if (request.target !== "/large") {
      request.answer(request.target === "/304" ? 304 : 404, [], "not here");
      return;
    }
    request.begin(200, "OK", [], undefined);
    request.onDrain = () => {
      do request.write(Buffer.alloc(64 * 1024));
      while (request.flush());
    };
    request.onDrain();
  });
  const { socket, frames } = await raw(port);
  const windows = [frame(4, 0, 0, Buffer.from("00047fff0000", "hex")), frame(8, 0, 0, Buffer.from("7ffe0000", "hex"))];
  const of = (path: string) => headerBlock({ ...WELL_FORMED, ":path": path });
  socket.pause();
  socket.write(Buffer.concat([...windows, frame(1, 5, 1, of("/large"))]));
  await new Promise((done) => setTimeout(done, 100));
  const early = [3, 5, 7, 9, 11, 13];
  socket.write(Buffer.concat(early.map((id) => frame(1, 4, id, of(id % 4 === 1 ? "/304" : "/404")))));
  await new Promise((done) => setTimeout(done, 50));
  socket.resume();
  await until(() => early.every((id) => frames.some(({ stream }) => stream === id)));
  expect(early.map((id) => frames.find(({ stream }) => stream === id)?.type)).toEqual(early.map(() => 1));
});

test("two hundred requests at once are answered, a hundred at a time", async () => {
  let now = 0;
  let most = 0;
  const { port } = await serve((request) => {
    most = Math.max(most, ++now);
    request.onClosed = () => now--;
    setTimeout(() => request.answer(200, [], request.target), 5);
  });
  const session = dial(port);
  await once(session, "remoteSettings");
  const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => ask(session, { ":path": `/${index}` })));
  expect(answers.map(({ body }) => String(body))).toEqual(Array.from({ length: 200 }, (_, index) => `/${index}`));
  expect(most).toBeLessThanOrEqual(100);
  await until(() => now === 0);
});

test("a header that is too large is told so, and one that is far too large ends its stream only", async () => {
  const { port } = await serve((request) => request.answer(200, [], "fine"));
  const session = dial(port);
  const large = await ask(session, { "x-large": "x".repeat(40_000) });
  expect([large.status, String(large.body)]).toEqual([431, "HEADERS_TOO_LARGE"]);
  const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`x-${index}`, "1"]));
  expect(await ask(session, many)).toMatchObject({ status: 0, code: constants.NGHTTP2_ENHANCE_YOUR_CALM });
  expect(await ask(session, {})).toMatchObject({ status: 200 });
});

test("CONNECT is not offered", async () => {
  const { port } = await serve(() => expect.unreachable());
  expect(await ask(dial(port), { ":method": "CONNECT", ":authority": "a:1" })).toMatchObject({ status: 405 });
});

test.each<[string, Record<string, string>, string?]>([
  ["a header of the connection", { ...WELL_FORMED, connection: "x" }],
  ["a transfer coding", { ...WELL_FORMED, "transfer-encoding": "chunked" }],
  ["another TE than trailers", { ...WELL_FORMED, te: "gzip" }],
  ["a name in upper case", { ...WELL_FORMED, "X-Upper": "1" }],
  ["a pseudo header behind others", { "x-first": "1", ...WELL_FORMED }],
  ["a protocol for CONNECT", { ...WELL_FORMED, ":method": "CONNECT", ":protocol": "websocket" }],
  ["an unknown pseudo header", { ...WELL_FORMED, ":other": "1" }],
  ["no path", { ":method": "POST", ":scheme": "https", ":authority": "a" }],
  ["a path with a line end", { ...WELL_FORMED, ":path": "/\r\nx" }],
  ["a length that is not one", { ...WELL_FORMED, "content-length": "1x" }],
  ["a body that is longer than said", { ...WELL_FORMED, "content-length": "1" }, "body"],
  ["a body that is shorter than said", { ...WELL_FORMED, "content-length": "9" }, "body"],
])("a request with %s is refused", async (_, headers, body = "") => {
  const told: string[] = [];
  const { port } = await serve((request) => {
    told.push("begun");
    request.onClosed = () => told.push("closed");
    request.read({ onData() {}, onEnd: () => told.push("end") });
  });
  const { socket, frames } = await raw(port);
  socket.write(Buffer.concat([frame(1, 4, 1, headerBlock(headers)), frame(0, 1, 1, Buffer.from(body))]));
  // Its stream is reset, or its connection ends.
  await until(() => frames.some(({ type, stream }) => (type === 3 && stream === 1) || type === 7));
  expect(told).toEqual(body ? ["begun", "closed"] : []);
});

test("a name or value with a character that cannot stand there does not come through", async () => {
  const seen: (readonly string[])[] = [];
  const { port } = await serve((request) => {
    seen.push(request.headers);
    request.answer(200, [], "");
  });
  const { socket, frames } = await raw(port);
  const odd = { ...WELL_FORMED, "x-a": "1\r\nx-b: 2", "x c": "3", "x-d": "4\0" };
  socket.write(frame(1, 5, 1, headerBlock(odd)));
  await until(() => frames.some(({ stream }) => stream === 1));
  expect(seen.flat().filter((text) => /[\r\n\0]|^x/.test(text))).toEqual([]);
});

test("draining, what is under way finishes and then the connection ends", async () => {
  let request: ClientRequest | undefined;
  const { port, http2 } = await serve((next) => {
    request = next;
  });
  const session = dial(port);
  const away = once(session, "goaway");
  const answer = ask(session, {});
  await until(() => request !== undefined);
  http2.drain();
  await away;
  const closed = once(session, "close");
  request?.answer(200, [], "late");
  expect(await answer).toMatchObject({ status: 200, body: Buffer.from("late"), code: 0 });
  await closed;
});

test("a connection without a request under way ends after a while, one with a request does not", async () => {
  let held: ClientRequest | undefined;
  const { port, clock, sockets } = await serve((request) => {
    if (request.target === "/held") held = request;
    else request.answer(200, [], "");
  });
  const idle = dial(port);
  const busy = dial(port);
  await ask(idle, {});
  const answer = ask(busy, { ":path": "/held" });
  await until(() => held !== undefined);
  await clock.advance(70_000);
  await ask(idle, {});
  await clock.advance(70_000);
  expect(idle.closed).toBe(false);
  const closed = once(idle, "close");
  await clock.advance(10_000);
  await closed;
  await clock.advance(10_000);
  expect(sockets.map((socket) => socket.destroyed)).toEqual([true, false]);
  held?.answer(200, [], "held");
  expect(await answer).toMatchObject({ status: 200 });
});

test("who never says hello, or never ends a header, is cut off", async () => {
  const { port, clock, sockets } = await serve(() => expect.unreachable());
  const silent = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false, ALPNProtocols: ["h2"] });
  silent.on("error", () => {}).resume();
  const silentClosed = once(silent, "close");
  const half = await raw(port);
  half.socket.write(frame(1, 0, 1, headerBlock(WELL_FORMED)));
  await until(() => half.frames.length > 1 && sockets.length === 2);
  await clock.advance(9_000);
  expect([silent.destroyed, half.closed()]).toEqual([false, false]);
  await clock.advance(20_000);
  await silentClosed;
  await until(half.closed);
});

test("a client that takes nothing of a whole answer is given up", async () => {
  let closed = false;
  const { port, clock } = await serve((request) => {
    request.onClosed = () => {
      closed = true;
    };
    request.answer(200, [], Buffer.alloc(500_000));
  });
  const stream = dial(port).request({});
  stream.on("error", () => {});
  await once(stream, "response");
  await clock.advance(100_000);
  expect(closed).toBe(false);
  await clock.advance(30_000);
  await until(() => closed);
});

test("clients that take nothing of a great many answers are given up soon, one that is slow with its page is not", async () => {
  let asked = 0;
  let closed = 0;
  const { port, clock } = await serve((request) => {
    asked++;
    request.onClosed = () => {
      closed++;
    };
    request.answer(401, [], "who are you?");
  });
  for (let connection = 0; connection < 11; connection++) {
    const session = dial(port, { settings: { initialWindowSize: 0 } });
    for (let i = 0; i < 100; i++) session.request({}).on("error", () => {});
  }
  await until(() => asked === 1100);
  const slow = dial(port, { settings: { initialWindowSize: 0 } });
  let isSlowCut = false;
  slow.request({}).on("error", () => {
    isSlowCut = true;
  });
  await until(() => asked === 1101);
  await clock.advance(5_000);
  await until(() => closed === 1100);
  expect(isSlowCut).toBe(false);
});
