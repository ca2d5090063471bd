import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { type Coding, chooseCoding, decodable, decoderMemory, openDecoder, readCoding } from "./codings.ts";

test.each([
  [undefined, "identity"],
  ["", "identity"],
  ["identity", "identity"],
  ["gzip", "gzip"],
  ["X-GZIP", "gzip"],
  [" br ", "br"],
  ["gzip, identity", "gzip"],
  ["gzip, br", undefined],
  ["compress", undefined],
  ["aws-chunked", undefined],
])("Content-Encoding %j is read as %s", (value, coding) => {
  expect(readCoding(value)).toBe(coding);
});

test.each([
  [undefined, undefined],
  ["", undefined],
  ["gzip, deflate, br, zstd", "zstd"],
  ["gzip, br", "br"],
  ["gzip;q=1.0, br;q=0.5", "gzip"],
  ["gzip;q=0, br;q=0", undefined],
  ["*", "zstd"],
  ["*;q=0.1, gzip", "gzip"],
  ["zstd;q=0, *", "br"],
  ["deflate", undefined],
  ["identity", undefined],
])("of Accept-Encoding %j, %s is chosen", (accepted, coding) => {
  expect(chooseCoding(accepted)).toBe(coding);
});

test.each([
  ["gzip, deflate, br, zstd", "gzip, deflate, br, zstd"],
  ["gzip, br, dcb, dcz", "gzip, br"],
  ["compress, gzip;q=0.5, *", "gzip;q=0.5"],
  ["gzip, *;q=0", "gzip, *;q=0"],
  ["dcb", "identity"],
])("of Accept-Encoding %j the app gets %j", (accepted, sent) => {
  expect(decodable(accepted)).toBe(sent);
});

const TEXT = Buffer.from("some text, some text, some text; ".repeat(2000));
const KIB = 1024;

const CODED: [name: string, coding: Coding, body: Buffer, history: number][] = [
  ["gzip", "gzip", gzipSync(TEXT), 0],
  ["deflate", "deflate", deflateSync(TEXT), 0],
  ["raw deflate", "deflate", deflateRawSync(TEXT), 0],
  ["br", "br", brotliCompressSync(TEXT, { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } }), 16 * KIB * KIB],
  ["br, little", "br", brotliCompressSync(TEXT, { params: { [constants.BROTLI_PARAM_LGWIN]: 12 } }), 4 * KIB],
  ["br, 16", "br", brotliCompressSync(TEXT, { params: { [constants.BROTLI_PARAM_LGWIN]: 16 } }), 64 * KIB],
  ["zstd", "zstd", zstdCompressSync(TEXT), TEXT.length],
];

test.each(CODED)(
  "%s is taken off, and what its decoder needs is known from the beginning",
  async (_, coding, body, history) => {
    const first = body.subarray(0, 18);
    const decoder = openDecoder(coding, first);
    decoder.end(body);
    expect(Buffer.concat(await decoder.toArray()).equals(TEXT)).toBe(true);
    const state =
      decoderMemory(coding, Buffer.from([0x1b])) - (coding === "br" ? 2 ** 22 : coding === "zstd" ? 2 ** 23 : 0);
    expect(decoderMemory(coding, first) - state).toBe(history);
  },
);

test("a zstd body that wants more history than a browser allows is not decoded", async () => {
  // Larger than the history, so that the frame says how much it wants.
  const body = Buffer.concat([zstdHead(24), Buffer.alloc(64)]);
  const decoder = openDecoder("zstd", body);
  decoder.end(body);
  await expect(decoder.toArray()).rejects.toThrow();
  expect(decoderMemory("zstd", zstdHead(21)) - decoderMemory("zstd", zstdHead(20))).toBe(2 ** 20);
});

/** How a frame begins whose window is of 2^`log` bytes. */
function zstdHead(log: number): Buffer {
  return Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, (log - 10) << 3]);
}
