import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Duplex } from "node:stream";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { messages } from "../http1/test-messages.ts";
import type { ClientRequest, RequestHandler } from "./client.ts";
import { createHttp1 } from "./http1.ts";
import { readByInlet } from "./read-by-inlet.ts";

const LIMITS = { header: 32 * 1024, headersTimeout: 5_000, keepAlive: 5_000, checkEvery: 100 };
const DOOR = { name: "api", port: 0, secure: false } as const;
const MB = 1024 * 1024;

function http1(handle: (request: ClientRequest) => void, onRefused: (code: string) => void = () => {}) {
  const handler: RequestHandler = (_door, request) => handle(request);
  const refusal = (_socket: Socket, code: string) => {
    onRefused(code);
    return "HTTP/1.1 400 Bad Request\r\n\r\n";
  };
  const made = createHttp1({ door: DOOR, handle: handler, refusal, limits: LIMITS });
  onTestFinished(() => made.stop());
  return made;
}

/** A door on a port of its own; answers a connected client. */
async function dial(handle: (request: ClientRequest) => void): Promise<{ client: Socket; served: Socket }> {
  const { take } = http1(handle);
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [accepted] = (await once(server, "connection")) as [Socket];
  const served = readByInlet(accepted);
  expect(served, "node does not keep its handles where they were: see read-by-inlet.ts").not.toBe(accepted);
  served.on("error", () => served.destroy());
  take(served);
  client.on("error", () => {});
  onTestFinished(() => {
    client.destroy();
    served.destroy();
    server.close();
  });
  return { client, served };
}

/** Everything that comes until the other side ends. */
async function heard(client: Socket): Promise<string> {
  let text = "";
  for await (const chunk of client) text += (chunk as Buffer).toString("latin1");
  return text;
}

/** Reads the body and answers with it, a moment later. */
function echo(request: ClientRequest): void {
  let body = request.target;
  const answer = () => setTimeout(() => request.answer(200, [], body), 5);
  if (request.received) return void answer();
  // Whoever decides about a request takes more than one turn; the body waits here meanwhile.
  setTimeout(() => {
    request.read({
      onData(chunk) {
        body += chunk.toString("latin1");
      },
      onEnd: answer,
    });
  }, 5);
}

const bodies = (text: string) => [...text.matchAll(/\r\n\r\n([^\r]*?)(?=HTTP\/1\.1|$)/g)].map(([, body]) => body);

test("what came of one client is not overwritten by what comes of the next", async () => {
  const [one, other] = await Promise.all([dial(echo), dial(echo)]);
  const answers = Promise.all([heard(one.client), heard(other.client)]);
  const seen = (socket: Socket, bytes: number) => expect.poll(() => socket.bytesRead).toBe(bytes);
  const head = (name: string) => `POST /${name} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 8\r\n`;
  one.client.write(head("one"));
  await seen(one.served, head("one").length);
  other.client.write(`${head("other")}\r\nabcd`);
  await seen(other.served, head("other").length + 6);
  one.client.write("\r\n1234");
  await seen(one.served, head("one").length + 6);
  other.client.write("efgh");
  await seen(other.served, head("other").length + 10);
  one.client.write("5678");
  expect((await answers).flatMap(bodies)).toEqual(["/one12345678", "/otherabcdefgh"]);
});

class FakeSocket extends Duplex {
  override _read(): void {}
  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }
  destroySoon(): void {
    this.destroy();
  }
}

/** What is made of bytes that come in these pieces: requests with their bodies, and refusals. */
async function readPieces(pieces: readonly string[]): Promise<string[]> {
  const read: string[] = [];
  const { take, stop } = createHttp1({
    door: DOOR,
    handle(_door, request) {
      let body = "";
      const done = (trailers: readonly string[] = []) => {
        read.push(JSON.stringify([request.version, request.method, request.target, request.headers, body, trailers]));
        request.answer(200, [], "");
      };
      if (request.received) return done();
      request.read({
        onData(chunk) {
          body += chunk.toString("latin1");
        },
        onEnd: done,
      });
    },
    refusal(_socket, code) {
      read.push(code);
      return "";
    },
    limits: LIMITS,
  });
  const socket = new FakeSocket();
  socket.on("error", () => {});
  take(socket as unknown as Socket);
  await new Promise((done) => setImmediate(done));
  for (const piece of pieces) {
    socket.push(Buffer.from(piece, "latin1"));
    await Promise.resolve();
  }
  await new Promise((done) => setImmediate(done));
  stop();
  socket.destroy();
  return read;
}

test("the same is read from bytes however they are cut in pieces", async () => {
  let whole = 0;
  await fc.assert(
    fc.asyncProperty(messages, messages, fc.array(fc.nat(), { maxLength: 6 }), async (first, second, cuts) => {
      const bytes = first + second;
      const expected = await readPieces([bytes]);
      if (expected.length > 1) whole++;
      const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].filter(Boolean).sort((a, b) => a - b);
      expect(await readPieces([0, ...at].map((from, index) => bytes.slice(from, at[index])))).toEqual(expected);
      if (bytes.length < 500) expect(await readPieces([...bytes])).toEqual(expected);
    }),
    { numRuns: 300 },
  );
  expect(whole).toBeGreaterThan(20);
}, 20_000);

test("who sends requests ahead and closes its side gets all the answers, in order, bodies and all", async () => {
  const { client } = await dial(echo);
  const answers = heard(client);
  client.end(
    [
      "POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
      "GET /b HTTP/1.1\r\n\r\n",
      "POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
      "GET /d HTTP/1.1\r\n\r\n",
    ].join(""),
  );
  expect(bodies(await answers)).toEqual(["/ahello", "/b", "/chello", "/d"]);
});

test.each([
  ["half a header", "GET / HTTP/1.1\r\nHo"],
  ["half a body", "POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\nhello"],
  ["half a chunk", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"],
])("after %s and the end nothing is waited for", async (_, words) => {
  let closed = false;
  const { client, served } = await dial((request) => {
    request.onClosed = () => {
      closed = true;
    };
    echo(request);
  });
  const gone = once(served, "close");
  client.end(words);
  expect(await heard(client)).toBe("");
  await gone;
  expect(closed).toBe(words.startsWith("POST"));
});

test("an early answer to half a body still arrives after the client has closed its side", async () => {
  const { client } = await dial((request) => request.answer(404, [], "early"));
  client.end("POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\nhello");
  expect(await heard(client)).toMatch(/^HTTP\/1\.1 404 .*early$/s);
});

test("who asks without end and reads nothing does not fill our memory, and gets everything in the end", async () => {
  let asked = 0;
  const { client, served } = await dial((request) => {
    asked++;
    request.answer(200, [], "x".repeat(10_000));
  });
  client.pause();
  const total = 2000;
  client.write("GET / HTTP/1.1\r\n\r\n".repeat(total));
  let before = -1;
  while (asked !== before) {
    before = asked;
    await new Promise((done) => setTimeout(done, 100));
  }
  expect(asked).toBeLessThan(total);
  expect(served.writableLength).toBeLessThan(MB);
  let received = 0;
  client.on("data", (chunk: Buffer) => (received += chunk.length));
  client.resume();
  while (asked < total) await once(client, "data");
  while (received < total * 10_000) await once(client, "data");
});

test("the end of a last answer is not cut off for those who read slowly", async () => {
  const size = 20 * MB;
  const { client, served } = await dial((request) => {
    request.begin(200, "OK", [], size);
    request.write(Buffer.alloc(size));
    request.end();
  });
  const gone = once(served, "close");
  client.pause();
  client.write("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
  // Longer than an idle connection may last, and than a last word may take.
  await new Promise((done) => setTimeout(done, 5_300));
  expect(served.destroyed).toBe(false);
  expect((await heard(client)).length).toBeGreaterThan(size);
  await gone;
}, 20_000);

test("an upgrade of someone who has already closed its side does not stay", async () => {
  let over = false;
  const { client, served } = await dial((request) => {
    request.onClosed = () => {
      over = true;
    };
    setTimeout(() => expect(request.takeSocket()).toBeUndefined(), 50);
  });
  client.end("GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  await once(served, "close");
  expect(over).toBe(true);
});
