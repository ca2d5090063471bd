import type { Socket } from "node:net";
import type { ErrorCode } from "@nekzus/contract/errors";
import type { Head } from "../decide/head.ts";

/** Where a request came in. */
export type Door = { name: "api" | "apps"; port: number; secure: boolean };

/** A part of an answer up to this size, in bytes, is copied by whoever takes it, so that its memory is free at once. */
export const COPIED = 16 * 1024;

/** Takes the body of a request, chunk by chunk. Chunks stay valid after the call. */
export type BodyReader = {
  onData(chunk: Buffer): void;
  /** The body is whole. `trailers`: names and values by turns. */
  onEnd(trailers: readonly string[]): void;
};

/**
 * One request of a client and the answer to it, whatever version of HTTP it came by. One owner at a time: callbacks are
 * set, not added. Nothing here throws when the client is gone; `onClosed` has been called then.
 */
export type ClientRequest = {
  readonly version: "1.0" | "1.1" | "2";
  readonly method: string;
  /** The request target as it came; in HTTP/2 `:path`. */
  readonly target: string;
  /** Names and values by turns, as they came. In HTTP/2 names are lower case and `:authority` is here as `host`. */
  readonly headers: readonly string[];
  /** What the edge needs of the headers. */
  readonly head: Head;
  /** The connection below, for its addresses. It is not to be read or written. */
  readonly socket: Socket;
  /** Is there a body, and is its length known from `content-length`? HTTP/2 without a length counts as `chunked`. */
  readonly body: "none" | "length" | "chunked";
  /** Has the whole body come? True from the start without one. */
  readonly received: boolean;
  /** Asks the client for the body, if it waits for that (100-continue), and hands it over from now on. */
  read(reader: BodyReader): void;
  /** Stops reading the body for a while: back-pressure. */
  pause(): void;
  resume(): void;
  /** Has the head of the answer been written? */
  readonly answered: boolean;
  /** Is it over: the answer written whole, or the client gone? */
  readonly closed: boolean;
  /** Status of the answer; 0 before it began. */
  readonly status: number;
  /** Bytes of the bodies so far, without framing. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Passes an answer below 200 on, such as 103; clients of HTTP/1.0 do not get it. */
  inform(status: number, headers: readonly string[]): void;
  /**
   * Begins an answer; write and end follow. `headers` are end-to-end ones and without Content-Length: the framing is
   * ours. `length` undefined: not known. For HEAD, 204 and 304 the length is only announced and nothing is written.
   */
  begin(status: number, reason: string, headers: readonly string[], length: number | undefined): void;
  /**
   * Takes a part of the answer's body; false when the memory of the chunk is still needed, so that it must not be used
   * again: never for one of up to {@link COPIED} bytes. Small parts may wait for `flush`.
   */
  write(chunk: Buffer): boolean;
  /** Sends what is waiting; false when no more should be written before `onDrain`. To be called after a run of writes. */
  flush(): boolean;
  /** Ends the answer. Trailers are left out where the client cannot take them. */
  end(trailers?: readonly string[]): void;
  /** The whole answer at once. */
  answer(status: number, headers: readonly string[], body: string | Buffer): void;
  /** In HTTP/1.1 the connection ends with this answer, and the answer says so. To be called before it begins. */
  closeAfter(): void;
  /** Ends the exchange at once: the client must notice that the answer is not whole. */
  abort(): void;
  /** The answer can be written on. */
  onDrain: (() => void) | undefined;
  /** Called once when it is over, either way; `closed` is true by then. `refused`: its body was no HTTP, and that was said. */
  onClosed: ((refused?: ErrorCode) => void) | undefined;
  /**
   * HTTP/1.1 only, for an upgrade that was agreed: the socket leaves HTTP, with what the client sent already. Nothing
   * else of this request may be used any more, and `onClosed` is not called. Undefined when the client is gone.
   */
  takeSocket(): { socket: Socket; early: Buffer } | undefined;
};

/** Who asks, as far as forwarding goes. */
export type Asking = Pick<
  ClientRequest,
  | "method"
  | "target"
  | "headers"
  | "head"
  | "body"
  | "bytesIn"
  | "received"
  | "read"
  | "pause"
  | "resume"
  | "answered"
  | "closed"
  | "inform"
  | "begin"
  | "write"
  | "flush"
  | "end"
  | "abort"
  | "closeAfter"
  | "onDrain"
>;

/** Decides a request and answers it. */
export type RequestHandler = (door: Door, request: ClientRequest) => void;
