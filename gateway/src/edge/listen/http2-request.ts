import { constants, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { type Head, readHead } from "../decide/head.ts";
import { type BodyReader, type ClientRequest, COPIED } from "./client.ts";
import { answerFields, fieldObject, type Http2Head } from "./http2-head.ts";

/** What a request needs of the connection it came by. */
export type Http2Parent = {
  readonly socket: Socket;
  /** The exchange is over; `reset`: the client broke it off, or made us do so. */
  forget(request: Http2Request, reset: boolean): void;
};

const NO_TRAILERS: readonly string[] = [];
/** Destroyed, a stream is reset (INTERNAL_ERROR). `close` with a code would end it first, as if the answer were whole. */
const BROKEN_OFF = new Error("the exchange was broken off");
const ENDS = { endStream: true };
const WAITS = { waitForTrailers: true };

/** How the listeners, which are the same for all streams, find the request. */
const OWNER = Symbol("request");
type Stream = ServerHttp2Stream & { [OWNER]?: Http2Request };

/** A request of HTTP/2, and the answer to it. */
export class Http2Request implements ClientRequest {
  readonly version = "2";
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly head: Head;
  readonly body: "none" | "length" | "chunked";
  onDrain: (() => void) | undefined;
  onClosed: (() => void) | undefined;
  received: boolean;
  closed = false;
  status = 0;
  bytesIn = 0;
  bytesOut = 0;
  readonly #parent: Http2Parent;
  readonly #stream: Stream;
  #reader: BodyReader | undefined;
  #expectsContinue: boolean;
  readonly #takesTrailers: boolean;
  /** Trailers of the request, until its body was read. */
  #requestTrailers = NO_TRAILERS;
  /** Trailers of the answer, until node asks for them; undefined when it does not. */
  #answerTrailers: readonly string[] | undefined;
  /** Has the client ended its side? */
  #clientDone: boolean;
  #bodiless = false;
  #corked = false;
  #answerWritten = false;
  /** What of a whole answer was not sent when it was looked at last, in bytes, and the time since when. */
  #unsent = Number.POSITIVE_INFINITY;
  #unsentSince = 0;

  /** `clientDone`: the stream ends with the header. */
  constructor(parent: Http2Parent, stream: ServerHttp2Stream, head: Http2Head, clientDone: boolean) {
    this.#parent = parent;
    this.#stream = stream;
    this.method = head.method;
    this.target = head.target;
    this.headers = head.headers;
    this.head = readHead(head.headers);
    this.body = head.body;
    this.received = head.body === "none";
    this.#clientDone = clientDone;
    this.#expectsContinue = head.expectsContinue;
    this.#takesTrailers = head.takesTrailers;
    this.#stream[OWNER] = this;
    stream.on("close", onClose);
    if (clientDone) return;
    // Left alone, node would reset the stream when the answer is written, before it is sent. Paused, it is ours to end.
    stream.pause();
    stream.on("trailers", onTrailers).on("aborted", onAborted);
  }

  get socket(): Socket {
    return this.#parent.socket;
  }

  get answered(): boolean {
    return this.status !== 0;
  }

  read(reader: BodyReader): void {
    if (this.closed || this.received) return;
    const first = this.#reader === undefined;
    this.#reader = reader;
    if (this.#expectsContinue) this.inform(100, NO_TRAILERS);
    this.#expectsContinue = false;
    if (first) this.#stream.on("data", onData).on("end", onEnd);
    this.#stream.resume();
  }

  pause(): void {
    if (!this.closed && !this.received) this.#stream.pause();
  }

  resume(): void {
    if (!this.closed && !this.received) this.#stream.resume();
  }

  inform(status: number, headers: readonly string[]): void {
    // Nothing can be switched to (RFC 9113, section 8.6).
    if (this.closed || this.answered || this.#stream.closed || status === 101) return;
    try {
      this.#stream.additionalHeaders({ ":status": status, ...fieldObject(headers) });
    } catch {
      // It was only information, and node does not like its form.
    }
  }

  begin(status: number, _reason: string, headers: readonly string[], length: number | undefined): void {
    if (this.closed || this.answered) return;
    // HTTP/2 as node speaks it has no status above 599; such an answer means a fault of the server (RFC 9110, section 15).
    this.status = status > 599 ? 500 : status;
    const empty = status === 204 || status === 205;
    this.#bodiless = empty || status === 304 || length === 0 || this.method === "HEAD";
    if (!this.#bodiless && length === undefined && this.#takesTrailers) this.#answerTrailers = NO_TRAILERS;
    // Broken off a moment ago, which 'close' will say.
    if (this.#stream.closed) return;
    const options = this.#bodiless ? ENDS : this.#answerTrailers ? WAITS : undefined;
    try {
      this.#stream.respond(answerFields(this.status, headers, empty ? undefined : length), options);
    } catch {
      this.abort();
      return;
    }
    if (this.#bodiless) return;
    this.#stream.on("drain", onDrain);
    if (this.#answerTrailers) this.#stream.on("wantTrailers", onWantTrailers);
  }

  write(chunk: Buffer): boolean {
    if (this.closed || this.#bodiless || this.#answerWritten || chunk.length === 0) return true;
    this.bytesOut += chunk.length;
    if (this.#stream.closed) return true;
    if (!this.#corked) this.#stream.cork();
    this.#corked = true;
    const small = chunk.length <= COPIED;
    this.#stream.write(small ? Buffer.from(chunk) : chunk);
    return small;
  }

  flush(): boolean {
    if (this.closed) return true;
    if (this.#corked) this.#stream.uncork();
    this.#corked = false;
    return !this.#stream.writableNeedDrain;
  }

  end(trailers: readonly string[] = NO_TRAILERS): void {
    if (this.closed || this.#answerWritten) return;
    this.#answerWritten = true;
    if (this.#answerTrailers) this.#answerTrailers = trailers;
    if (!this.#bodiless) this.#stream.end();
    if (this.#clientDone) return;
    // What is still to come of the body is thrown away, until the client learns that nobody reads it.
    this.#stream.resume();
    if (this.#answerTrailers) return;
    if (this.#stream.writableFinished) setImmediate(stopClient, this);
    else this.#stream.once("finish", onFinish);
  }

  answer(status: number, headers: readonly string[], body: string | Buffer): void {
    if (this.closed || this.answered) return;
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    this.begin(status, "", headers, status === 304 ? undefined : bytes.length);
    this.write(bytes);
    this.end();
  }

  /** Has no meaning here: a request that is refused does no harm to the others. */
  closeAfter(): void {}

  abort(): void {
    if (this.closed) return;
    this.#over(false);
    this.#stream.destroy(BROKEN_OFF);
  }

  takeSocket(): undefined {
    return undefined;
  }

  /** Gives up on a client that takes nothing of a whole answer, and says whether there is one. `now` and `limit` in ms. */
  sweep(now: number, limit: number): boolean {
    if (!this.#answerWritten) return false;
    this.stopClient();
    const unsent = this.#stream.bufferSize;
    if (unsent < this.#unsent) {
      this.#unsent = unsent;
      this.#unsentSince = now;
    } else if (now - this.#unsentSince >= limit) {
      this.#stream.destroy(BROKEN_OFF);
    }
    return unsent > 0;
  }

  take(chunk: Buffer): void {
    if (this.closed) return;
    this.bytesIn += chunk.length;
    this.#reader?.onData(chunk);
  }

  keepTrailers(trailers: readonly string[]): void {
    this.#requestTrailers = trailers;
  }

  /** The body came to an end. Node says so as well when it was broken off, and then it must not pass for whole. */
  ended(): void {
    if (this.closed || this.#stream.closed) return;
    this.#clientDone = true;
    this.received = true;
    this.#reader?.onEnd(this.#requestTrailers);
  }

  drained(): void {
    if (!this.closed) this.onDrain?.();
  }

  sendTrailers(): void {
    if (this.closed) return;
    try {
      this.#stream.sendTrailers(fieldObject(this.#answerTrailers ?? NO_TRAILERS));
    } catch {
      this.abort();
      return;
    }
    // Node sends them in the next round.
    if (!this.#clientDone) setImmediate(stopClient, this);
  }

  /**
   * Tells a client that has its whole answer to send no more (RFC 9113, section 8.1). Only when the answer's end is on
   * its way: what waits is dropped with the stream. The sweep tries again.
   */
  stopClient(): void {
    if (this.closed || this.#clientDone || this.#stream.state.localClose !== 1) return;
    this.#stream.close(constants.NGHTTP2_NO_ERROR);
  }

  /** The client broke it off. What it sent before is thrown away: paused, the stream would not close. */
  broken(): void {
    this.#stream.resume();
    if (!this.closed) this.#over(true);
  }

  /** The stream is closed. */
  gone(): void {
    if (!this.closed) this.#over(!this.#answerWritten || this.#stream.rstCode !== constants.NGHTTP2_NO_ERROR);
  }

  #over(reset: boolean): void {
    this.closed = true;
    this.#parent.forget(this, reset);
    this.onClosed?.();
  }
}

function onClose(this: Stream): void {
  this[OWNER]?.gone();
}

function onData(this: Stream, chunk: Buffer): void {
  this[OWNER]?.take(chunk);
}

function onEnd(this: Stream): void {
  this[OWNER]?.ended();
}

function onTrailers(this: Stream, _fields: unknown, _flags: number, raw: string[]): void {
  this[OWNER]?.keepTrailers(raw);
}

function onDrain(this: Stream): void {
  this[OWNER]?.drained();
}

function onWantTrailers(this: Stream): void {
  this[OWNER]?.sendTrailers();
}

function onAborted(this: Stream): void {
  this[OWNER]?.broken();
}

function onFinish(this: Stream): void {
  const request = this[OWNER];
  if (request) setImmediate(stopClient, request);
}

function stopClient(request: Http2Request): void {
  request.stopClient();
}
