import { createServer, type IncomingMessage, METHODS } from "node:http";
import { Duplex } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ChunkedBody } from "./chunked-body.ts";
import { BadMessage } from "./fields.ts";
import { RefusedHead, readRequestHead } from "./request-head.ts";
import { messages } from "./test-messages.ts";

/** What a reader made of the first message of some bytes, which are latin1 here. */
type Reading = { method: string; target: string; headers: readonly string[]; body: string; trailers: string[] };

/** Reads with our parser: the message and what follows it, or undefined when it is refused or not whole. */
function readOurs(text: string): (Reading & { rest: string; persistent: boolean }) | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  try {
    const { method, target, headers, body, length, persistent } = readRequestHead(text.slice(0, end + 4));
    const after = text.slice(end + 4);
    const reading = { method, target, headers, body: "", trailers: [] as string[], persistent };
    if (body !== "chunked") {
      if (after.length < length) return undefined;
      return { ...reading, body: after.slice(0, length), rest: after.slice(length) };
    }
    const chunks = new ChunkedBody();
    const used = chunks.take(Buffer.from(after, "latin1"), {
      onData(chunk) {
        reading.body += chunk.toString("latin1");
      },
      onEnd(trailers) {
        reading.trailers = trailers;
      },
    });
    return chunks.done ? { ...reading, rest: after.slice(used) } : undefined;
  } catch (error) {
    if (error instanceof RefusedHead || error instanceof BadMessage) return undefined;
    throw error;
  }
}

/** Reads with node's parser, in its strict setting: every request that it sees, until it stands still or refuses. */
async function readNodes(text: string): Promise<{ seen: Reading[]; refused: string | undefined }> {
  const seen: Reading[] = [];
  let refused: string | undefined;
  const server = createServer({ insecureHTTPParser: false, maxHeaderSize: 64 * 1024, requireHostHeader: false });
  server.maxHeadersCount = 0;
  const take = (request: IncomingMessage, response: { end(): void }) => {
    const reading = { method: request.method ?? "", target: request.url ?? "", headers: request.rawHeaders, body: "" };
    request.on("data", (chunk: Buffer) => {
      reading.body += chunk.toString("latin1");
    });
    request.on("end", () => {
      seen.push({ ...reading, trailers: request.rawTrailers });
      response.end();
    });
  };
  server.on("request", take).on("checkContinue", take).on("checkExpectation", take);
  server.on("clientError", (error: Error & { code?: string }) => {
    refused ??= error.code ?? error.message;
  });
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  socket.on("error", () => {});
  server.emit("connection", socket);
  socket.push(Buffer.from(text, "latin1"));
  for (let turn = 0; turn < 4; turn++) await new Promise((done) => setImmediate(done));
  socket.destroy();
  return { seen, refused };
}

const FOLLOWER = "GET /follower HTTP/1.1\r\nHost: b\r\n\r\n";
test("whatever we take, node's parser takes too, and sees the same in it and its end in the same place", async () => {
  let taken = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(messages, async (text) => {
      const ours = readOurs(text + FOLLOWER);
      // Three exceptions. A tab behind a coding is white space that says nothing (RFC 9110, section 5.6.3), and to node
      // another coding. Any method in capitals is ours to pass on, while node knows a list. And what stands for a
      // target is judged by decide/target.ts, which is stricter than both: only what it could let pass counts here.
      const hasTab = /^transfer-encoding:[^\r\n]*\t\r$/im.test(text);
      if (!ours || hasTab || !METHODS.includes(ours.method) || !/^(?:\/|https?:\/\/a\/)[!-~]*$/.test(ours.target)) {
        refused++;
        return;
      }
      taken++;
      const { rest, persistent, ...reading } = ours;
      const nodes = await readNodes(text + FOLLOWER);
      expect(nodes.seen[0], nodes.refused).toEqual(reading);
      // After a last request we read nothing more.
      if (persistent && rest === FOLLOWER)
        expect(nodes).toMatchObject({ seen: [{}, { target: "/follower" }], refused: undefined });
    }),
    { numRuns: 5000 },
  );
  expect(taken).toBeGreaterThan(300);
  expect(refused).toBeGreaterThan(300);
}, 20_000);

const parse = (...lines: string[]) => readRequestHead([...lines, "", ""].join("\r\n"));

test("the connection goes on unless somebody says close, in however many headers", () => {
  const persistent = (version: string, ...values: string[]) =>
    parse(`GET / HTTP/${version}`, ...values.map((value) => `Connection: ${value}`)).persistent;
  expect(persistent("1.1")).toBe(true);
  expect(persistent("1.1", "x, Close ,y")).toBe(false);
  expect(persistent("1.1", "close", "keep-alive")).toBe(false);
  expect(persistent("1.1", "closed")).toBe(true);
  expect(persistent("1.0")).toBe(false);
  expect(persistent("1.0", "x", "Keep-Alive")).toBe(true);
  expect(persistent("1.0", "keep-alive", "close")).toBe(false);
});

test("who waits for a word before the body is only believed in HTTP/1.1", () => {
  expect(parse("PUT / HTTP/1.1", "Content-Length: 5", "expect: 100-Continue").expectsContinue).toBe(true);
  expect(parse("PUT / HTTP/1.0", "Content-Length: 5", "Expect: 100-continue").expectsContinue).toBe(false);
  expect(parse("PUT / HTTP/1.1", "Content-Length: 5", "Expect: 100-continue-not").expectsContinue).toBe(false);
});
