import fc from "fast-check";
import { expect, test } from "vitest";
import { BadResponse, createResponseParser } from "./response-parser.ts";

type Event =
  | { kind: "informational"; status: number; headers: string[] }
  | { kind: "head"; status: number; reason: string; headers: string[]; length: number | undefined }
  | { kind: "data"; text: string }
  | { kind: "end"; trailers: string[]; reusable: boolean }
  | { kind: "upgrade"; headers: string[]; rest: string }
  | { kind: "refused" }
  | { kind: "cut" };

/** What a parser says of an answer that comes in these pieces, with data that follows data joined. */
function read(pieces: readonly string[], { method = "GET", close = false } = {}): Event[] {
  const events: Event[] = [];
  const parser = createResponseParser({
    onInformational: (status, headers) => events.push({ kind: "informational", status, headers }),
    onHead: (status, reason, headers, length) => events.push({ kind: "head", status, reason, headers, length }),
    onData(chunk) {
      const last = events.at(-1);
      if (last?.kind === "data") last.text += chunk.toString("latin1");
      else events.push({ kind: "data", text: chunk.toString("latin1") });
    },
    onEnd: (trailers, reusable) => events.push({ kind: "end", trailers, reusable }),
    onUpgrade: (headers, _reason, rest) => events.push({ kind: "upgrade", headers, rest: rest.toString("latin1") }),
  });
  parser.begin(method);
  try {
    for (const piece of pieces) {
      const last = events.at(-1);
      // From here on the socket is somebody else's.
      if (last?.kind === "upgrade") last.rest += piece;
      else parser.execute(Buffer.from(piece, "latin1"));
    }
    if (close && !parser.finish()) events.push({ kind: "cut" });
  } catch (error) {
    if (!(error instanceof BadResponse)) throw error;
    events.push({ kind: "refused" });
  }
  return events;
}

const head = (status: number, length: number | undefined, headers: string[]) => ({
  kind: "head",
  status,
  reason: "OK",
  headers,
  length,
});
const end = (reusable = true, trailers: string[] = []) => ({ kind: "end", trailers, reusable });

const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const GOOD = {
  length: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello",
  empty: "HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n",
  chunked: `${CHUNKED}5;a=b\r\nhello\r\n00006\r\n world\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n`,
  informational:
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
  untilClose: "HTTP/1.0 200\r\nServer:\t old \t\r\n\r\nbytes\r\n\r\nto the end",
  bareLf: "HTTP/1.1 200 OK\nContent-Length: 8\nA: b\n\nab\r\n\r\ncd",
  upgrade: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x05hello",
};
const BAD = {
  noStatus: "hello\r\n\r\n",
  otherVersion: "HTTP/2 200 OK\r\n\r\n",
  smallStatus: "HTTP/1.1 099 No\r\n\r\n",
  controlInReason: "HTTP/1.1 200 O\x01K\r\n\r\n",
  controlInValue: "HTTP/1.1 200 OK\r\nA: b\x00c\r\n\r\n",
  bareCr: "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n",
  crBeforeEnd: "HTTP/1.1 200 OK\r\nA: b\r\r\n\r\n",
  spaceBeforeColon: "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
  noColon: "HTTP/1.1 200 OK\r\nAb\r\n\r\n",
  folded: "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
  twoLengths: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
  lengthList: "HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello",
  signedLength: "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
  hugeLength: "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
  lengthWithVt: "HTTP/1.1 200 OK\r\nContent-Length: 5\x0b\r\n\r\nhello",
  gzipCoding: "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
  chunkedTwice: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  hexPrefix: `${CHUNKED}0x5\r\nhello\r\n0\r\n\r\n`,
  signedChunk: `${CHUNKED}-5\r\nhello\r\n0\r\n\r\n`,
  emptyChunk: `${CHUNKED}\r\nhello\r\n0\r\n\r\n`,
  chunkTooLong: `${CHUNKED}5\r\nhellos\r\n0\r\n\r\n`,
  longExtension: `${CHUNKED}5;${"a".repeat(5000)}\r\nhello\r\n0\r\n\r\n`,
  badTrailer: `${CHUNKED}0\r\nno colon\r\n\r\n`,
  endlessInformational: "HTTP/1.1 102 Processing\r\n\r\n".repeat(101),
  hugeHead: `HTTP/1.1 200 OK\r\nA: ${"b".repeat(140_000)}\r\n\r\n`,
};

test("answers of each framing are read to their end and no further", () => {
  expect(read([GOOD.length])).toEqual([
    head(200, 5, ["Content-Length", "5", "X-A", "b"]),
    { kind: "data", text: "hello" },
    end(),
  ]);
  expect(read([GOOD.empty])).toEqual([head(200, 0, ["content-length", "0"]), end()]);
  expect(read([GOOD.chunked]).slice(1)).toEqual([
    { kind: "data", text: "hello world" },
    end(true, ["X-Sum", "1", "X-More", "2"]),
  ]);
  expect(read([GOOD.informational]).map(({ kind }) => kind)).toEqual(["informational", "informational", "head", "end"]);
  expect(read([GOOD.untilClose], { close: true })).toEqual([
    { ...head(200, undefined, ["Server", "old"]), reason: "" },
    { kind: "data", text: "bytes\r\n\r\nto the end" },
    end(false),
  ]);
  expect(read([GOOD.bareLf])[1]).toEqual({ kind: "data", text: "ab\r\n\r\ncd" });
  expect(read([GOOD.upgrade])).toEqual([{ kind: "upgrade", headers: ["Upgrade", "websocket"], rest: "\x81\x05hello" }]);
});

test("HEAD, 204 and 304 have no body, whatever their header says", () => {
  expect(read([GOOD.length.slice(0, -5)], { method: "HEAD" })).toEqual([
    head(200, 5, ["Content-Length", "5", "X-A", "b"]),
    end(),
  ]);
  expect(read([CHUNKED], { method: "HEAD" }).at(-1)).toEqual(end());
  expect(
    read(["HTTP/1.1 304 OK\r\nContent-Length: 9\r\n\r\n"]).map((event) => "length" in event && event.length),
  ).toEqual([9, false]);
  expect(read(["HTTP/1.1 204 OK\r\nContent-Length: 9\r\n\r\n"])[0]).toMatchObject({ length: undefined });
});

test("a connection is used again only when nobody can doubt where the answer ended", () => {
  const reusable = (answer: string) => (read([answer]).at(-1) as { reusable: boolean }).reusable;
  expect(reusable(GOOD.length)).toBe(true);
  expect(reusable(`${GOOD.length}surplus`)).toBe(false);
  expect(reusable("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")).toBe(false);
  expect(reusable("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")).toBe(false);
  expect(reusable("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n")).toBe(true);
  const both = "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  expect(reusable(`HTTP/1.1 200 OK\r\n${both}`)).toBe(false);
  expect(reusable(`HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`)).toBe(
    false,
  );
});

test.each(Object.entries(BAD))("refused: %s", (_, answer) => {
  expect(read([answer]).at(-1)).toEqual({ kind: "refused" });
});

test("an answer that stops before its end is cut, not complete", () => {
  for (const answer of [GOOD.length, GOOD.chunked, GOOD.informational]) {
    expect(read([answer.slice(0, -1)], { close: true }).at(-1)).toEqual({ kind: "cut" });
  }
});

test("bytes that answer no request are refused", () => {
  const parser = createResponseParser({
    onInformational() {},
    onHead() {},
    onData() {},
    onEnd() {},
    onUpgrade() {},
  });
  expect(() => parser.execute(Buffer.from(GOOD.empty))).toThrow(BadResponse);
});

test("how the bytes are cut into pieces changes nothing", () => {
  const answers = [...Object.values(GOOD), ...Object.values(BAD)].filter((answer) => answer.length < 10_000);
  fc.assert(
    fc.property(
      fc.constantFrom(...answers),
      fc.array(fc.nat(400), { maxLength: 12 }),
      fc.boolean(),
      (answer, at, tiny) => {
        const cuts = tiny
          ? [...answer].map((_, index) => index)
          : at.filter((cut) => cut < answer.length).sort((a, b) => a - b);
        const pieces = [0, ...cuts]
          .map((from, index, all) => answer.slice(from, all[index + 1]))
          .filter((piece) => piece);
        const whole = read([answer], { close: true });
        const apart = read(pieces, { close: true });
        expect(apart).toEqual(whole);
      },
    ),
    { numRuns: 400 },
  );
});
