import type { Transform } from "node:stream";
import {
  constants,
  createBrotliCompress,
  createBrotliDecompress,
  createGunzip,
  createGzip,
  createInflate,
  createInflateRaw,
  createZstdCompress,
  createZstdDecompress,
  type Zlib,
} from "node:zlib";

/** A content coding that can be taken off; `x-gzip` is `gzip` (RFC 9110, section 8.4.1.3). */
export type Coding = "gzip" | "deflate" | "br" | "zstd";

/** One that an answer gets here. None of them says `deflate` in a way that all clients read alike. */
export type OutCoding = Exclude<Coding, "deflate">;

/** A stream of node's, which works on its thread pool. */
export type Coder = Transform & Zlib;

const NAMES: ReadonlyMap<string, Coding> = new Map([
  ["gzip", "gzip"],
  ["x-gzip", "gzip"],
  ["deflate", "deflate"],
  ["br", "br"],
  ["zstd", "zstd"],
]);

/** Those that an answer can get, the one that costs least first: it is asked of us anew with each page. */
const BY_COST: readonly OutCoding[] = ["zstd", "br", "gzip"];

const KIB = 1024;
/** A decoder may not want more than 8 MiB of history (RFC 9659, section 3); one that wants more is broken. */
const ZSTD_WINDOW_LOG = 23;
/** History of an encoder: more helps pages little, and each one under way holds it. */
const WINDOW_LOG = 17;

/** What a coder holds beside its history, in bytes, rounded up from what was measured. */
const DECODER_STATE: Readonly<Record<Coding, number>> = {
  gzip: 96 * KIB,
  deflate: 96 * KIB,
  br: 192 * KIB,
  zstd: 320 * KIB,
};
const ENCODER_MEMORY: Readonly<Record<OutCoding, number>> = { gzip: 320 * KIB, br: 640 * KIB, zstd: 384 * KIB };

/**
 * The coding that a Content-Encoding names: `identity` for none, undefined when it is not known here or when there is
 * more than one, which only tests send.
 */
export function readCoding(contentEncoding: string | undefined): Coding | "identity" | undefined {
  if (contentEncoding === undefined) return "identity";
  const names = contentEncoding
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "" && name !== "identity");
  if (names.length === 0) return "identity";
  return names.length === 1 ? NAMES.get(names[0] as string) : undefined;
}

type Accepted = { name: string; weight: number };

function readAccepted(acceptEncoding: string): Accepted[] {
  return acceptEncoding.split(",").flatMap((part) => {
    const [name = "", ...parameters] = part.split(";");
    const coding = name.trim().toLowerCase();
    if (coding === "") return [];
    const weight = parameters.map((text) => /^\s*q\s*=\s*([0-9.]+)\s*$/i.exec(text)?.[1]).find(Boolean);
    return [{ name: coding, weight: weight === undefined ? 1 : Number(weight) || 0 }];
  });
}

/**
 * The coding that a client's Accept-Encoding lets an answer have: the one that it wants most, and of those the one that
 * costs least. Undefined for none.
 */
export function chooseCoding(acceptEncoding: string | undefined): OutCoding | undefined {
  if (acceptEncoding === undefined) return undefined;
  const accepted = readAccepted(acceptEncoding);
  const weightOf = (coding: string) =>
    (accepted.find(({ name }) => name === coding) ?? accepted.find(({ name }) => name === "*"))?.weight ?? 0;
  let best: OutCoding | undefined;
  for (const coding of BY_COST) {
    const weight = weightOf(coding);
    if (weight > 0 && (best === undefined || weight > weightOf(best))) best = coding;
  }
  return best;
}

/**
 * An Accept-Encoding without the codings that could not be taken off again, such as those of shared dictionaries
 * (RFC 9842). What is refused stays refused.
 */
export function decodable(acceptEncoding: string): string {
  const kept = acceptEncoding.split(",").filter((part) => {
    const name = part.split(";", 1)[0]?.trim().toLowerCase() ?? "";
    return NAMES.has(name) || name === "identity" || (name === "*" && /;\s*q\s*=\s*0(?:\.0*)?\s*$/.test(part));
  });
  return kept.length > 0 ? kept.map((part) => part.trim()).join(", ") : "identity";
}

/** How many bytes of a body must be there before its decoder can be made, at most. */
export const PROBE_BYTES = 18;

/** What a decoder hands on at once, in bytes: each time it comes back from its thread. */
const CHUNK = 64 * KIB;

/** A stream that takes a coding off. `first`: how the body begins, {@link PROBE_BYTES} of it unless it is shorter. */
export function openDecoder(coding: Coding, first: Buffer): Coder {
  switch (coding) {
    case "gzip":
      return createGunzip({ chunkSize: CHUNK });
    case "deflate":
      return isZlib(first) ? createInflate({ chunkSize: CHUNK }) : createInflateRaw({ chunkSize: CHUNK });
    case "br":
      return createBrotliDecompress({ chunkSize: CHUNK });
    case "zstd":
      return createZstdDecompress({ chunkSize: CHUNK, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } });
  }
}

/** A stream that puts a coding on, at the level that costs least. */
export function openEncoder(coding: OutCoding): Coder {
  switch (coding) {
    case "gzip":
      return createGzip({ level: 1 });
    case "br":
      return createBrotliCompress({
        params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: WINDOW_LOG },
      });
    case "zstd":
      return createZstdCompress({
        params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_windowLog]: WINDOW_LOG },
      });
  }
}

const FLUSH: Readonly<Record<OutCoding, number>> = {
  gzip: constants.Z_SYNC_FLUSH,
  br: constants.BROTLI_OPERATION_FLUSH,
  zstd: constants.ZSTD_e_flush,
};

/** How an encoder is told to hand out all that it has. */
export function flushOf(coding: OutCoding): number {
  return FLUSH[coding];
}

/** Bytes that a decoder of this body may come to hold. */
export function decoderMemory(coding: Coding, first: Buffer): number {
  return DECODER_STATE[coding] + historyOf(coding, first);
}

/** Bytes that an encoder holds. */
export function encoderMemory(coding: OutCoding | undefined): number {
  return coding === undefined ? 0 : ENCODER_MEMORY[coding];
}

/** Half of the servers mean the zlib format by "deflate", as they should, and the others raw data (RFC 9110, section 8.4.1.2). */
function isZlib(first: Buffer): boolean {
  const [method = 0, flags = 0] = first;
  return (method & 0x0f) === 8 && (method * 256 + flags) % 31 === 0;
}

/** How far back a body may point, in bytes: its decoder keeps that much. */
function historyOf(coding: Coding, first: Buffer): number {
  if (coding === "br") return 1 << brotliWindowBits(first[0] ?? 0);
  if (coding === "zstd") return zstdWindow(first);
  return 0;
}

/** RFC 7932, section 9.1. */
function brotliWindowBits(first: number): number {
  if ((first & 1) === 0) return 16;
  const high = (first >> 1) & 7;
  if (high !== 0) return 17 + high;
  const low = (first >> 4) & 7;
  return low === 0 ? 17 : 8 + low;
}

/** RFC 8878, section 3.1.1.1: from the window descriptor, or the size of the content where all of it is the window. */
function zstdWindow(first: Buffer): number {
  const most = 2 ** ZSTD_WINDOW_LOG;
  const descriptor = first[4];
  if (descriptor === undefined) return most;
  if ((descriptor & 0x20) === 0) {
    const window = first[5] ?? 0xff;
    const base = 2 ** (10 + (window >> 3));
    return Math.min(base + (base / 8) * (window & 7), most);
  }
  const dictionary = [0, 1, 2, 4][descriptor & 3] as number;
  const size = [1, 2, 4, 8][descriptor >> 6] as number;
  const at = 5 + dictionary;
  if (first.length < at + size) return most;
  let content = 0;
  for (let i = size - 1; i >= 0; i--) content = content * 256 + (first[at + i] as number);
  return Math.min(size === 2 ? content + 256 : content, most);
}
