import fc from "fast-check";
import { expect, test } from "vitest";
import { ChunkedBody } from "./chunked-body.ts";
import { BadMessage } from "./fields.ts";

/** Reads pieces one after the other: body, trailers and what was left, or undefined for a body that is refused. */
function read(pieces: readonly string[]): { body: string; trailers: string[] | undefined; rest: string } | undefined {
  const chunks = new ChunkedBody();
  let body = "";
  let trailers: string[] | undefined;
  let rest = "";
  try {
    for (const piece of pieces) {
      const bytes = Buffer.from(piece, "latin1");
      const used = chunks.take(bytes, {
        onData(chunk) {
          body += chunk.toString("latin1");
        },
        onEnd(read) {
          trailers = read;
        },
      });
      rest += piece.slice(used);
    }
  } catch (error) {
    if (error instanceof BadMessage) return undefined;
    throw error;
  }
  return { body, trailers, rest };
}

const written = fc
  .record({
    chunks: fc.array(fc.tuple(fc.string({ minLength: 1, unit: "binary-ascii" }), fc.constantFrom("", ";a", ';a="b"'))),
    trailers: fc.array(fc.constantFrom("X-Sum: 1\r\n", "X-Empty:\r\n")),
  })
  .map(({ chunks, trailers }) => ({
    body: chunks.map(([data]) => data).join(""),
    text: `${chunks.map(([data, more]) => `${data.length.toString(16)}${more}\r\n${data}\r\n`).join("")}0\r\n${trailers.join("")}\r\n`,
    trailers: trailers.length,
  }));

test("a body comes out whole, and ends in the same place, however it is cut in pieces", () => {
  fc.assert(
    fc.property(written, fc.array(fc.nat()), ({ body, text, trailers }, cuts) => {
      const bytes = `${text}GET / HTTP/1.1`;
      const at = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
      const pieces = [0, ...at].map((from, index) => bytes.slice(from, at[index]));
      const result = read(pieces);
      expect(result).toMatchObject({ body, rest: "GET / HTTP/1.1" });
      expect(result?.trailers).toHaveLength(trailers * 2);
      expect(read([...bytes])).toEqual(result);
    }),
  );
});

test("bytes that come in chunks of their own are told as one piece, so that holding them costs no more than they are", () => {
  const sizes = [1, 1, 1, 1024, 1025, 3, 5000, 1, 1];
  const parts = sizes.map((size, index) => String(index).repeat(size));
  const text = `${parts.map((part) => `${part.length.toString(16)};x\r\n${part}\r\n`).join("")}0\r\n\r\n`;
  const told: string[] = [];
  const held: Buffer[] = [];
  const used = new ChunkedBody().take(Buffer.from(text), {
    onData: (chunk) => void held.push(chunk),
    onEnd: () => void told.push("end"),
  });
  expect(used).toBe(text.length);
  // What was told first must not be written over by what follows.
  expect(Buffer.concat(held).toString()).toBe(parts.join(""));
  expect(held.map(({ length }) => length)).toEqual([3 + 1024, 1025 + 3, 5000 + 2]);
  expect(told).toEqual(["end"]);
});

test.each([
  ["a size line without end", `5;${"a".repeat(300)}`],
  ["a size of many zeros", `${"0".repeat(13)}\r\n`],
  ["a chunk without end", `5\r\nhello${"x".repeat(300)}`],
  ["trailers without end", `0\r\n${"X: a\r\n".repeat(2000)}`],
  ["one trailer without end", `0\r\nX: ${"a".repeat(9000)}`],
  ["extensions without end", `1;${"a".repeat(200)}\r\nx\r\n`.repeat(100)],
])("refused while it still comes: %s", (_, text) => {
  expect(read([text])).toBeUndefined();
  expect(read([...text])).toBeUndefined();
});

test.each(["Content-Length: 5", "transfer-encoding: chunked", "X : 1", " X: 1", "X", "X: a\x00"])(
  "refused as a trailer: %j",
  (trailer) => expect(read([`0\r\n${trailer}\r\n\r\n`])).toBeUndefined(),
);
