import { BadMessage, type Fields, isLength, readFields } from "../http1/fields.ts";

/** What a parsed answer tells. Chunks are views of what came in; nothing is copied. */
export type ResponseSink = {
  onInformational(status: number, headers: string[]): void;
  /** `length` is undefined when the end is not announced (chunked, or until the connection closes). */
  onHead(status: number, reason: string, headers: string[], length: number | undefined): void;
  onData(chunk: Buffer): void;
  /**
   * The whole answer is here. `reusable` says whether another request may follow on the connection, `keepMs` how long
   * the upstream keeps it open for that, in ms; 0 when it does not say.
   */
  onEnd(trailers: string[], reusable: boolean, keepMs: number): void;
  /** Status 101: what follows is not HTTP. */
  onUpgrade(headers: string[], reason: string, rest: Buffer): void;
};

export type ResponseParser = {
  /** Begins to read the answer to a request with this method. */
  begin(method: string): void;
  /** Takes bytes, of which nothing is needed afterwards but the chunks that were told. Throws {@link BadResponse} when they are no answer. */
  execute(chunk: Buffer): void;
  /** The peer closed. Returns false when the answer is cut off. */
  finish(): boolean;
};

/** The upstream's answer is not HTTP/1.1. */
export class BadResponse extends Error {}

/** Largest header of an answer, in bytes. */
const MAX_HEAD = 128 * 1024;
const MAX_CHUNK_LINE = 4096;
/** What is looked at first for a whole header, in bytes. */
const PROBE = 4096;
/** Most answers with a status below 200 before the real one. */
const MAX_INFORMATIONAL = 100;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([^\u0000-\u0008\u000a-\u001f\u007f]*))?$/;
const EMPTY = Buffer.alloc(0);

type State =
  | "idle"
  | "head"
  | "length"
  | "chunk-size"
  | "chunk-data"
  | "chunk-end"
  | "trailers"
  | "until-close"
  | "done";

/** Makes a parser for the answers on one connection (RFC 9112, section 6 and 7). */
export function createResponseParser(sink: ResponseSink): ResponseParser {
  let state: State = "idle";
  let method = "";
  let held: Buffer = EMPTY;
  let remaining = 0;
  let reusable = false;
  let trailers: string[] = [];
  let trailerBytes = 0;
  let informational = 0;
  let keepMs = 0;
  /** How far `held` was searched for the end of the head. */
  let searched = 0;

  /** Takes one line, without its end; undefined while it is not complete. */
  function takeLine(limit: number): string | undefined {
    const end = held.indexOf(0x0a);
    if ((end < 0 ? held.length : end) > limit) throw new BadResponse("a line of the answer is too long");
    if (end < 0) return undefined;
    const line = held.toString("latin1", 0, end > 0 && held[end - 1] === 0x0d ? end - 1 : end);
    held = held.subarray(end + 1);
    return line;
  }

  function readHead(): boolean {
    // Nearly always the whole head comes at once and is short.
    const head = (searched === 0 ? parseHead(held.toString("latin1", 0, PROBE)) : undefined) ?? parseHead(takeHead());
    if (head === undefined) return false;
    searched = 0;
    held = head.end === held.length ? EMPTY : held.subarray(head.end);
    const { code, reason, fields } = head;
    if (code === 101) {
      state = "done";
      const rest = held;
      held = EMPTY;
      sink.onUpgrade(fields, reason, rest);
      return false;
    }
    if (code < 200) {
      if (++informational > MAX_INFORMATIONAL) throw new BadResponse("the answer never comes to its end");
      sink.onInformational(code, fields);
      return true;
    }
    frame(code, head.http11, fields, reason);
    return true;
  }

  /** The head with its empty line. Lines may end without a carriage return (RFC 9112, section 2.2). */
  function takeHead(): string | undefined {
    const at = held.indexOf("\n\r\n", searched, "latin1");
    let end = at < 0 ? -1 : at + 3;
    let text = at < 0 ? "" : held.toString("latin1", 0, Math.min(end, MAX_HEAD + 1));
    const bare = at < 0 ? held.indexOf("\n\n", searched, "latin1") : text.indexOf("\n\n", searched);
    if (bare >= 0) {
      end = bare + 2;
      text = held.toString("latin1", 0, end);
    }
    if ((end < 0 ? held.length : end) > MAX_HEAD) throw new BadResponse("the header of the answer is too large");
    if (end < 0) {
      searched = Math.max(held.length - 2, 0);
      return undefined;
    }
    return text;
  }

  function frame(code: number, http11: boolean, headers: string[], reason: string): void {
    let length: number | undefined;
    let chunked = false;
    let close = !http11;
    keepMs = 0;
    for (let i = 0; i < headers.length; i += 2) {
      const name = headers[i] as string;
      const value = headers[i + 1] as string;
      // Lengths first: most names need no other look.
      switch (name.length) {
        case 10: {
          const lower = name.toLowerCase();
          if (lower === "keep-alive") keepMs = keepAliveMs(value);
          if (lower !== "connection" || (http11 && value === "keep-alive")) break;
          if (/\bclose\b/i.test(value)) close = true;
          else if (!http11 && /\bkeep-alive\b/i.test(value)) close = false;
          break;
        }
        case 14: {
          if (name.toLowerCase() !== "content-length") break;
          const parsed = parseLength(value);
          if (length !== undefined && length !== parsed) throw new BadResponse("the answer names two lengths");
          length = parsed;
          break;
        }
        case 17:
          if (name.toLowerCase() !== "transfer-encoding") break;
          // Codings that nobody asked for could only be passed on by guessing; chunked twice is a broken app.
          if (chunked || value.toLowerCase() !== "chunked") {
            throw new BadResponse("the answer uses a transfer coding other than chunked");
          }
          chunked = true;
          break;
      }
    }
    // RFC 9112, sections 6.1 and 6.3: a transfer coding overrides a length; together with one, or in HTTP/1.0, the
    // connection is not trusted further.
    if (chunked && (length !== undefined || !http11)) close = true;
    reusable = !close;
    if (method === "HEAD" || code === 204 || code === 304) {
      // RFC 9110, section 8.6: an answer 204 has no length.
      sink.onHead(code, reason, headers, chunked || code === 204 ? undefined : length);
      finishMessage();
      return;
    }
    if (chunked) {
      state = "chunk-size";
      sink.onHead(code, reason, headers, undefined);
    } else if (length !== undefined) {
      state = "length";
      remaining = length;
      sink.onHead(code, reason, headers, length);
      if (length === 0) finishMessage();
    } else {
      state = "until-close";
      reusable = false;
      sink.onHead(code, reason, headers, undefined);
    }
  }

  function finishMessage(): void {
    state = "done";
    // Bytes after the end belong to no request: the connection is not used again.
    const clean = held.length === 0;
    held = EMPTY;
    const ended = trailers;
    trailers = [];
    sink.onEnd(ended, reusable && clean, keepMs);
  }

  function readBody(next: State | undefined): boolean {
    if (!held.length) return false;
    const take = next === undefined ? held.length : Math.min(remaining, held.length);
    const chunk = take === held.length ? held : held.subarray(0, take);
    held = take === held.length ? EMPTY : held.subarray(take);
    remaining -= take;
    sink.onData(chunk);
    if (next !== undefined && remaining === 0) {
      if (next === "done") finishMessage();
      else state = next;
    }
    return true;
  }

  function readChunkSize(): boolean {
    const line = takeLine(MAX_CHUNK_LINE);
    if (line === undefined) return false;
    const size = /^([0-9a-fA-F]{1,12})[ \t]*(?:;.*)?$/.exec(line);
    if (!size) throw new BadResponse("the answer has a chunk without a size");
    remaining = Number.parseInt(size[1] as string, 16);
    state = remaining === 0 ? "trailers" : "chunk-data";
    return true;
  }

  function readTrailers(): boolean {
    const line = takeLine(MAX_CHUNK_LINE);
    if (line === undefined) return false;
    trailerBytes += line.length;
    if (trailerBytes > MAX_HEAD) throw new BadResponse("the trailers of the answer are too large");
    if (line === "") finishMessage();
    else trailers.push(...fieldsOf(`${line}\r\n`, 0).fields);
    return true;
  }

  function step(): boolean {
    switch (state) {
      case "head":
        return readHead();
      case "length":
        return readBody("done");
      case "until-close":
        return readBody(undefined);
      case "chunk-size":
        return readChunkSize();
      case "chunk-data":
        return readBody("chunk-end");
      case "chunk-end": {
        const line = takeLine(2);
        if (line === undefined) return false;
        if (line !== "") throw new BadResponse("the answer has a chunk longer than it says");
        state = "chunk-size";
        return true;
      }
      case "trailers":
        return readTrailers();
      default:
        return false;
    }
  }

  return {
    begin(requestMethod) {
      method = requestMethod;
      state = "head";
      held = EMPTY;
      searched = 0;
      informational = 0;
      trailerBytes = 0;
    },
    execute(chunk) {
      if (state === "idle" || state === "done") throw new BadResponse("bytes came that answer no request");
      held = held.length ? Buffer.concat([held, chunk]) : chunk;
      while (step());
      // What waits for more must not lie in memory that is read into again.
      if (held.length) held = Buffer.from(held);
    },
    finish() {
      if (state === "until-close") {
        finishMessage();
        return true;
      }
      return state === "done" || state === "idle";
    },
  };
}

type AnswerHead = { code: number; http11: boolean; reason: string; fields: string[]; end: number };

/** The head that the text begins with; undefined when it is not there whole. */
function parseHead(text: string | undefined): AnswerHead | undefined {
  const feed = text === undefined ? -1 : text.indexOf("\n");
  if (text === undefined || feed < 0) return undefined;
  const status = readStatusLine(text.slice(0, text.charCodeAt(feed - 1) === 0x0d ? feed - 1 : feed));
  const { fields, end } = fieldsOf(text, feed + 1);
  if (end < 0) return undefined;
  return { code: status.code, http11: status.http11, reason: status.reason, fields, end };
}

type StatusLine = Pick<AnswerHead, "code" | "http11" | "reason"> & { line: string };

/** The one that was read last: nearly always the next is the same. */
let lastStatus: StatusLine | undefined;

function readStatusLine(line: string): StatusLine {
  if (lastStatus?.line === line) return lastStatus;
  const parts = STATUS_LINE.exec(line);
  if (!parts) throw new BadResponse("the answer does not begin with an HTTP/1.1 status line");
  lastStatus = { line, code: Number(parts[2]), http11: parts[1] === "1", reason: parts[3] ?? "" };
  return lastStatus;
}

function fieldsOf(text: string, from: number): Fields {
  try {
    return readFields(text, from, "taken");
  } catch (error) {
    throw error instanceof BadMessage ? new BadResponse(`in the answer, ${error.message}`) : error;
  }
}

/** `timeout=5` in ms, less a second for the way; 0 when the upstream does not say. */
function keepAliveMs(value: string): number {
  const seconds = /\btimeout=(\d+)/i.exec(value)?.[1];
  return seconds ? Math.max(Number(seconds) * 1000 - 1000, 1) : 0;
}

function parseLength(text: string): number {
  if (isLength(text)) return Number(text);
  // One value, or the same value repeated (RFC 9110, section 8.6).
  const values = new Set(text.split(",").map((part) => part.trim()));
  const value = values.size === 1 ? [...values][0] : undefined;
  if (value === undefined || !isLength(value)) throw new BadResponse("the answer has an unusable length");
  return Number(value);
}
