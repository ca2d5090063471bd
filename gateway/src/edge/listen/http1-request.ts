import type { Socket } from "node:net";
import type { ErrorCode } from "@nekzus/contract/errors";
import type { Head } from "../decide/head.ts";
import { ChunkedBody } from "../http1/chunked-body.ts";
import { httpDate } from "../http1/date.ts";
import { BadMessage, writeFields } from "../http1/fields.ts";
import { reasonOf } from "../http1/reason.ts";
import type { RequestHead } from "../http1/request-head.ts";
import { writeSoon } from "../write-soon.ts";
import { type BodyReader, type ClientRequest, COPIED } from "./client.ts";

/** A body whose rest is larger than this, in bytes, is not waited for after an early answer. */
const WORTH_DISCARDING = 1024 * 1024;
const NO_TRAILERS: readonly string[] = [];

const DISCARD: BodyReader = { onData() {}, onEnd() {} };

/** The connection of a request. */
export type Http1Parent = {
  readonly socket: Socket;
  readonly draining: boolean;
  /** The body is read from now on. */
  startBody(): void;
  /** The answer is written whole. */
  next(): void;
  /** Something was written. */
  refresh(): void;
  /** The socket leaves HTTP. */
  release(): { socket: Socket; early: Buffer } | undefined;
};

/** A request of HTTP/1.0 or 1.1, and the answer to it. */
export class Http1Request implements ClientRequest {
  readonly version: "1.0" | "1.1";
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly head: Head;
  readonly body: "none" | "length" | "chunked";
  onDrain: (() => void) | undefined;
  onClosed: ((refused?: ErrorCode) => void) | undefined;
  received: boolean;
  closed = false;
  status = 0;
  bytesIn = 0;
  bytesOut = 0;
  /** Is the answer written whole? */
  answerWritten = false;
  /** Does the connection end with this answer? */
  last: boolean;
  readonly #connection: Http1Parent;
  readonly #chunks: ChunkedBody | undefined;
  #reader: BodyReader | undefined;
  #remaining: number;
  #expectsContinue: boolean;
  /** What is to be sent with the next part of the answer, in latin1. */
  #pending = "";
  #chunked = false;
  #bodiless = false;

  constructor(connection: Http1Parent, head: RequestHead) {
    this.#connection = connection;
    this.version = head.version;
    this.method = head.method;
    this.target = head.target;
    this.headers = head.headers;
    this.head = head.head;
    this.body = head.body;
    this.received = head.body === "none";
    this.last = !head.persistent;
    this.#remaining = head.length;
    this.#chunks = head.body === "chunked" ? new ChunkedBody() : undefined;
    this.#expectsContinue = head.expectsContinue;
  }

  get socket(): Socket {
    return this.#connection.socket;
  }

  get answered(): boolean {
    return this.status !== 0;
  }

  get isRead(): boolean {
    return this.#reader !== undefined;
  }

  read(reader: BodyReader): void {
    if (this.closed || this.received) return;
    this.#reader = reader;
    if (this.#expectsContinue && !this.answered) this.socket.write("HTTP/1.1 100 Continue\r\n\r\n", "latin1");
    this.#expectsContinue = false;
    this.#connection.startBody();
  }

  pause(): void {
    if (!this.closed && !this.received) this.socket.pause();
  }

  resume(): void {
    if (!this.closed) this.socket.resume();
  }

  /** Takes bytes and answers how many belong to the body; undefined when they are not what they should be. */
  takeBody(bytes: Buffer): number | undefined {
    const reader = this.#reader as BodyReader;
    if (this.#chunks) return this.#takeChunks(this.#chunks, bytes, reader);
    const used = Math.min(this.#remaining, bytes.length);
    this.#remaining -= used;
    this.bytesIn += used;
    this.received = this.#remaining === 0;
    reader.onData(used === bytes.length ? bytes : bytes.subarray(0, used));
    if (this.#remaining === 0) reader.onEnd(NO_TRAILERS);
    return used;
  }

  #takeChunks(chunks: ChunkedBody, bytes: Buffer, reader: BodyReader): number | undefined {
    try {
      return chunks.take(bytes, {
        onData: (chunk) => {
          this.bytesIn += chunk.length;
          reader.onData(chunk);
        },
        onEnd: (trailers) => {
          this.received = true;
          reader.onEnd(trailers);
        },
      });
    } catch (error) {
      if (error instanceof BadMessage) return undefined;
      throw error;
    }
  }

  /** Throws away what is left of the body. */
  discard(): void {
    this.#reader = DISCARD;
    this.#connection.startBody();
  }

  inform(status: number, headers: readonly string[]): void {
    if (this.closed || this.answered || this.version === "1.0") return;
    this.socket.write(`HTTP/1.1 ${status} ${reasonOf(status)}\r\n${writeFields(headers)}\r\n`, "latin1");
  }

  begin(status: number, reason: string, headers: readonly string[], length: number | undefined): void {
    if (this.closed || this.answered) return;
    this.status = status;
    this.#bodiless = this.method === "HEAD" || status === 204 || status === 304;
    let head = `HTTP/1.1 ${status} ${reason}\r\n${writeFields(headers)}`;
    if (length !== undefined) head += `Content-Length: ${length}\r\n`;
    else if (!this.#bodiless) {
      this.#chunked = this.version === "1.1";
      if (this.#chunked) head += "Transfer-Encoding: chunked\r\n";
      // A client of HTTP/1.0 learns the end from the end of the connection.
      else this.last = true;
    }
    this.#pending += head + this.#connectionHeader();
  }

  /** What the answer says about the connection, and the end of the head. */
  #connectionHeader(): string {
    const open = !this.received && (this.#expectsContinue || this.#chunks || this.#remaining > WORTH_DISCARDING);
    // A body that nobody asked for, or the rest of a long one, is not waited for when the answer came early.
    if (open && !this.#reader) this.last = true;
    if (this.#connection.draining) this.last = true;
    if (this.last) return "Connection: close\r\n\r\n";
    return this.version === "1.0" ? "Connection: keep-alive\r\n\r\n" : "\r\n";
  }

  write(chunk: Buffer): boolean {
    if (this.closed || this.#bodiless || chunk.length === 0) return true;
    this.bytesOut += chunk.length;
    if (this.#chunked) this.#pending += `${chunk.length.toString(16)}\r\n`;
    const end = this.#chunked ? "\r\n" : "";
    if (chunk.length <= COPIED) {
      // Sent with what is around it: one more call costs more than the copy.
      this.#pending += chunk.toString("latin1") + end;
      if (this.#pending.length > 2 * COPIED) this.flush();
      return true;
    }
    const { socket } = this;
    const before = this.#pending;
    this.#pending = end;
    if (before) {
      socket.cork();
      socket.write(before, "latin1");
      socket.write(chunk);
      socket.uncork();
    } else {
      socket.write(chunk);
    }
    this.#connection.refresh();
    return socket.writableLength === 0;
  }

  flush(): boolean {
    if (this.closed) return true;
    const text = this.#pending;
    if (text) {
      this.#pending = "";
      writeSoon(this.socket, text);
      this.#connection.refresh();
    }
    return !this.socket.writableNeedDrain;
  }

  end(trailers: readonly string[] = NO_TRAILERS): void {
    if (this.closed || this.answerWritten) return;
    if (this.#chunked && !this.#bodiless) this.#pending += `0\r\n${writeFields(trailers)}\r\n`;
    this.flush();
    this.answerWritten = true;
    this.#connection.next();
  }

  closeAfter(): void {
    this.last = true;
  }

  answer(status: number, headers: readonly string[], body: string | Buffer): void {
    if (this.closed || this.answered) return;
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    const length = status === 204 || status === 304 ? undefined : bytes.length;
    this.begin(status, reasonOf(status), ["Date", httpDate(Date.now()), ...headers], length);
    this.write(bytes);
    this.end();
  }

  abort(): void {
    if (this.closed) return;
    // What was written goes out, but never the end of a body: the connection ends in its midst.
    this.socket.destroy();
    this.cut();
  }

  takeSocket(): { socket: Socket; early: Buffer } | undefined {
    if (this.closed) return undefined;
    const taken = this.#connection.release();
    // Without it the client is leaving, and `onClosed` is still to be called.
    if (taken) this.closed = true;
    return taken;
  }

  /** The connection can be written on. */
  drained(): void {
    if (!this.closed) this.onDrain?.();
  }

  /** The client is gone, or the request was broken off; `refused`: with this error. */
  cut(refused?: ErrorCode): void {
    if (this.closed) return;
    this.closed = true;
    this.onClosed?.(refused);
  }

  /** The exchange came to its proper end. */
  over(): void {
    this.cut();
  }
}
