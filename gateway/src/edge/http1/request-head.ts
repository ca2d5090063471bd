import type { ErrorCode } from "@nekzus/contract/errors";
import { type Head, readHead } from "../decide/head.ts";
import { BadMessage, isLength, readFields } from "./fields.ts";
import { readMethod } from "./method.ts";

/** What a request says of itself before its body. */
export type RequestHead = {
  method: string;
  /** As it came. */
  target: string;
  version: "1.0" | "1.1";
  /** Names and values by turns, as they came. */
  headers: readonly string[];
  /** What the edge needs of them. */
  head: Head;
  body: "none" | "length" | "chunked";
  /** Bytes of the body where `body` is `length`; else 0. */
  length: number;
  /** Does the client want to go on with the connection afterwards? */
  persistent: boolean;
  /** Does it wait for a word before it sends its body? */
  expectsContinue: boolean;
};

/** A request that is refused before anything of it is judged. */
export class RefusedHead extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Longest head that is remembered for the next request of a connection, in characters. */
const MOST_REMEMBERED = 4096;

/**
 * Makes what reads the heads of one connection. A client says nearly the same with each request: headers that are those
 * of the request before, character for character, are not read again.
 */
export function createHeadReader(): (text: string) => RequestHead {
  let lines = "";
  let before: RequestHead | undefined;
  return (text) => {
    const line = readRequestLine(text);
    const came = text.slice(line.end);
    if (before?.version === line.version && came === lines)
      return { ...before, method: line.method, target: line.target };
    const head = withHeaders(line, text);
    [lines, before] = text.length > MOST_REMEMBERED ? ["", undefined] : [came, head];
    return head;
  };
}

/** The first line, and where it ends. */
type RequestLine = { method: string; target: string; version: "1.0" | "1.1"; end: number };

/**
 * Reads the head of a request: `text` is latin1 and ends with the empty line. Stricter than it would have to be
 * (RFC 9112, sections 2.2 and 6): lines end with both characters, the length of the body is said once and in one way.
 * Whatever another server could read in another way is refused, so that there is never a second request in a first.
 * Throws {@link RefusedHead}.
 */
export function readRequestHead(text: string): RequestHead {
  return withHeaders(readRequestLine(text), text);
}

function readRequestLine(text: string): RequestLine {
  const lineEnd = text.indexOf("\r\n");
  const first = text.indexOf(" ");
  const last = text.lastIndexOf(" ", lineEnd);
  if (first <= 0 || last <= first || last > lineEnd) throw bad("the request line is malformed");
  const method = methodOf(text.slice(0, first));
  const target = text.slice(first + 1, last);
  for (let i = 0; i < target.length; i++) {
    const code = target.charCodeAt(i);
    if (code <= 0x20 || code === 0x7f) throw bad("the request target holds a space or a control character");
  }
  const version = text.slice(last + 1, lineEnd);
  if (version !== "HTTP/1.1" && version !== "HTTP/1.0") throw bad("the version is neither 1.1 nor 1.0");
  return { method, target, version: version === "HTTP/1.1" ? "1.1" : "1.0", end: lineEnd + 2 };
}

function withHeaders({ method, target, version, end }: RequestLine, text: string): RequestHead {
  const headers = headersOf(text, end);
  return framed({
    method,
    target,
    version,
    headers,
    head: readHead(headers),
    body: "none",
    length: 0,
    persistent: version === "1.1",
    expectsContinue: false,
  });
}

function methodOf(text: string): string {
  const method = readMethod(text);
  if (method === undefined) throw bad("the method is malformed");
  return method;
}

function headersOf(text: string, from: number): string[] {
  try {
    const { fields, end } = readFields(text, from, "refused");
    if (end === text.length) return fields;
  } catch (error) {
    throw error instanceof BadMessage ? bad(error.message) : error;
  }
  throw bad("the header does not end where it should");
}

/** Reads from the headers how the body is framed and what becomes of the connection. */
function framed(head: RequestHead): RequestHead {
  const { headers } = head;
  let lengths = 0;
  let codings = 0;
  let connection: string | undefined;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    const value = headers[i + 1] as string;
    // Lengths first: most names need no other look.
    switch (name.length) {
      case 6:
        if (name.toLowerCase() === "expect" && value.toLowerCase() === "100-continue") head.expectsContinue = true;
        break;
      case 10:
        // Several are one list (RFC 9110, section 5.3).
        if (name.toLowerCase() === "connection")
          connection = connection === undefined ? value : `${connection},${value}`;
        break;
      case 14:
        if (name.toLowerCase() !== "content-length") break;
        lengths++;
        if (!isLength(value)) throw bad("Content-Length is not a number of bytes");
        head.length = Number(value);
        break;
      case 17:
        if (name.toLowerCase() !== "transfer-encoding") break;
        codings++;
        if (value.toLowerCase() !== "chunked") throw bad("only the transfer coding chunked is known");
        break;
    }
  }
  if (connection !== undefined) readConnection(head, connection);
  if (lengths + codings > 1) throw bad("the length of the body is named twice");
  if (codings && head.version === "1.0") throw bad("HTTP/1.0 has no chunked bodies");
  if (codings) head.body = "chunked";
  else if (head.length) head.body = "length";
  if (head.version === "1.0") head.expectsContinue = false;
  return head;
}

function readConnection(head: RequestHead, value: string): void {
  const lower = value.toLowerCase();
  if (lower === "keep-alive") head.persistent = true;
  else if (/(?:^|,)[ \t]*close[ \t]*(?:,|$)/.test(lower)) head.persistent = false;
  else if (/(?:^|,)[ \t]*keep-alive[ \t]*(?:,|$)/.test(lower)) head.persistent = true;
}

function bad(reason: string): RefusedHead {
  return new RefusedHead("BAD_REQUEST", `The request is not valid HTTP/1.1: ${reason}.`);
}
