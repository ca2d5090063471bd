import type { Socket } from "node:net";
import type { ErrorCode } from "@nekzus/contract/errors";
import { createHeadReader, RefusedHead } from "../http1/request-head.ts";
import { readFrom, stopReading } from "../inlet.ts";
import { COPIED, type Door, type RequestHandler } from "./client.ts";
import { type Http1Parent, Http1Request } from "./http1-request.ts";

/** Limits of what a client may send and how long it may take; times in ms, sizes in bytes. */
export type Http1Limits = {
  /** Request line and headers. */
  header: number;
  /** From the first byte of a head, or from the beginning of the connection, to its end. */
  headersTimeout: number;
  /** Silence between two requests. */
  keepAlive: number;
  /** How often late clients are looked for. */
  checkEvery: number;
};

/** How long what is left of a body, or a last word, may take, in ms. */
const LINGER_MS = 5_000;
/** How long a client may leave the end of an answer lying, in ms: as long as the rest of it (forward.ts). */
const UNREAD_MS = 3_600_000;
/** What is kept of requests that follow before the answer before them was written. */
const MAX_HELD = 64 * 1024;
const EMPTY = Buffer.alloc(0);
const END_OF_HEAD = Buffer.from("\r\n\r\n");

/** Everything that speaks HTTP/1.1 behind one door. */
export type Http1 = {
  /** Serves a connection from now on. */
  take(socket: Socket): void;
  /** Answers say from now on that they are the last, and idle connections close. */
  drain(): void;
  stop(): void;
};

export type Http1Parts = {
  door: Door;
  handle: RequestHandler;
  /**
   * The whole answer to what is refused for its form, ready to be sent. `isVisit`: the request was handed over before, and
   * is told of the refusal.
   */
  refusal(socket: Socket, code: ErrorCode, message: string, isVisit: boolean): string;
  limits: Http1Limits;
};

/** Makes what serves HTTP/1.1 on sockets. One sweep looks for late clients: there is no timer per request. */
export function createHttp1(parts: Http1Parts): Http1 {
  const connections = new Set<Http1Connection>();
  const shared = { ...parts, draining: false, connections };
  const sweeper = setInterval(() => {
    const now = performance.now();
    for (const connection of connections) connection.sweep(now);
  }, parts.limits.checkEvery);
  return {
    take(socket) {
      connections.add(new Http1Connection(socket, shared));
    },
    drain() {
      shared.draining = true;
      for (const connection of connections) connection.closeIfIdle();
    },
    stop() {
      clearInterval(sweeper);
    },
  };
}

type Shared = Http1Parts & { draining: boolean; connections: Set<Http1Connection> };

/**
 * `wait`: the request is here, its answer is not. `unread`: the answer is written, but the client takes it slowly.
 * `linger`: the last word is said, the rest is thrown away.
 */
type State = "head" | "body" | "wait" | "unread" | "linger" | "over";

/** One connection of a client. Requests are taken one after the other; what follows too early is held. */
class Http1Connection implements Http1Parent {
  readonly socket: Socket;
  readonly #shared: Shared;
  #state: State = "head";
  /** What came and was not read yet, in memory of its own once a call is over: that of a read is used again. */
  #held: Buffer = EMPTY;
  readonly #heads = createHeadReader();
  /** How far `held` was searched for the end of the head. */
  #searched = 0;
  /** Was an empty line before the request skipped? */
  #skipped = false;
  /** Time at which it is late, of performance.now(); 0 for never. */
  #deadline: number;
  #request: Http1Request | undefined;
  #served = 0;
  #halfClosed = false;
  readonly #onData = (chunk: Buffer): boolean => this.#take(chunk);
  readonly #onDrain = () => (this.#state === "unread" ? this.#goOn() : this.#request?.drained());
  readonly #onEnd = () => this.#ended();
  readonly #onClose = () => this.#gone();

  constructor(socket: Socket, shared: Shared) {
    this.socket = socket;
    this.#shared = shared;
    this.#deadline = performance.now() + shared.limits.headersTimeout;
    readFrom(socket, this.#onData);
    socket.on("drain", this.#onDrain).on("end", this.#onEnd).on("close", this.#onClose);
    socket.resume();
  }

  get draining(): boolean {
    return this.#shared.draining;
  }

  /** Ends what is late. */
  sweep(now: number): void {
    if (this.#deadline === 0 || now < this.#deadline) return;
    if (this.#state === "head" && this.#held.length) {
      this.#refuse("REQUEST_TIMEOUT", "The request header did not arrive in time.");
    } else if (this.#state === "head" && this.socket.writableLength) {
      // Not idle: it has not taken the end of its answer yet.
      this.#deadline = now + UNREAD_MS;
    } else {
      this.socket.destroy();
    }
  }

  closeIfIdle(): void {
    if (this.#state === "head" && !this.#held.length && this.#served) this.socket.destroySoon();
  }

  /** Takes what came, and answers whether its memory may be used again. */
  #take(chunk: Buffer): boolean {
    if (this.#state === "head") {
      if (!this.#held.length) this.#deadline = performance.now() + this.#shared.limits.headersTimeout;
      this.#held = this.#held.length ? Buffer.concat([this.#held, chunk]) : chunk;
      this.#readHead();
      return true;
    }
    const isSmall = chunk.length <= COPIED;
    const kept = isSmall ? Buffer.from(chunk) : chunk;
    switch (this.#state) {
      case "body":
        this.#readBody(kept);
        break;
      case "wait":
      case "unread":
        this.#hold(kept);
        break;
    }
    return isSmall;
  }

  #hold(chunk: Buffer): void {
    this.#held = this.#held.length ? Buffer.concat([this.#held, chunk]) : chunk;
    if (this.#held.length > MAX_HELD) this.socket.pause();
  }

  #readHead(): void {
    // An empty line before a request is skipped (RFC 9112, section 2.2), and no more than one.
    if (!this.#skipped && this.#held.length > 1 && this.#held[0] === 0x0d && this.#held[1] === 0x0a) {
      this.#skipped = true;
      this.#held = this.#held.subarray(2);
    }
    const end = this.#held.indexOf(END_OF_HEAD, this.#searched);
    const { header } = this.#shared.limits;
    if (end < 0 ? this.#held.length > header : end > header) {
      this.#refuseLarge();
      return;
    }
    if (end < 0) {
      if (hasBareFeed(this.#held, this.#searched)) {
        this.#refuse("BAD_REQUEST", "The request is not valid HTTP/1.1: a line ends without a carriage return.");
        return;
      }
      this.#held = Buffer.from(this.#held);
      this.#searched = Math.max(this.#held.length - 3, 0);
      if (this.#halfClosed) this.socket.destroySoon();
      return;
    }
    this.#searched = 0;
    this.#skipped = false;
    let request: Http1Request;
    try {
      request = new Http1Request(this, this.#heads(this.#held.toString("latin1", 0, end + 4)));
    } catch (error) {
      if (!(error instanceof RefusedHead)) throw error;
      this.#refuse(error.code, error.message);
      return;
    }
    if (request.method === "CONNECT") {
      this.#refuse("METHOD_NOT_ALLOWED", "CONNECT is not offered.");
      return;
    }
    this.#held = end + 4 === this.#held.length ? EMPTY : Buffer.from(this.#held.subarray(end + 4));
    this.#deadline = this.#halfClosed ? performance.now() + LINGER_MS : 0;
    this.#request = request;
    this.#state = request.received ? "wait" : "body";
    this.#shared.handle(this.#shared.door, request);
  }

  /** Passes bytes to the body. Until somebody reads it they are held. */
  #readBody(chunk: Buffer): void {
    const request = this.#request as Http1Request;
    if (!request.isRead) {
      this.#hold(chunk);
      return;
    }
    const used = request.takeBody(chunk);
    if (used === undefined) {
      this.#bodyBroken(request);
      return;
    }
    if (!request.received) {
      if (this.#halfClosed) this.#bodyCut(request);
      return;
    }
    if (this.#state === "body") this.#state = "wait";
    if (used < chunk.length && this.#state !== "linger") this.#hold(chunk.subarray(used));
    if (request.answerWritten) this.next();
    // The answer came while the last of the body was told: what follows was not held then.
    if (this.#state === "head") this.#readHeld();
  }

  #bodyBroken(request: Http1Request): void {
    if (request.answered) {
      this.socket.destroy();
      return;
    }
    this.#refuse("BAD_REQUEST", "The body of the request is not valid HTTP/1.1.", true);
    request.cut("BAD_REQUEST");
  }

  /** Nothing more will come of a body that is not whole; an answer that was written before goes out. */
  #bodyCut(request: Http1Request): void {
    if (request.answerWritten) this.#sayGoodbye();
    else this.socket.destroy();
  }

  /** The request is read from now on. */
  startBody(): void {
    if (this.#state !== "body") return;
    const held = this.#held;
    this.#held = EMPTY;
    this.socket.resume();
    if (held.length) this.#readBody(held);
  }

  /** The answer is written whole: on to the next request, or to the end. */
  next(): void {
    const request = this.#request;
    if (!request || this.#state === "over") return;
    if (request.last || (this.#halfClosed && request.received && !this.#held.length)) {
      this.#sayGoodbye();
      return;
    }
    if (!request.received) {
      // The rest of the body is thrown away, so that the client sees the answer (RFC 9112, section 9.6).
      this.#deadline = performance.now() + LINGER_MS;
      request.discard();
      if (this.#halfClosed && this.#state === "body") this.#sayGoodbye();
      return;
    }
    this.#request = undefined;
    this.#served++;
    this.#state = "unread";
    request.over();
    if (this.socket.writableNeedDrain) {
      // Whoever asks and asks and takes no answers would fill our memory with them.
      this.#deadline = performance.now() + UNREAD_MS;
      return;
    }
    this.#goOn();
  }

  /** The client took what was written: reads the next request. */
  #goOn(): void {
    this.#state = "head";
    if (!this.#held.length && (this.draining || this.#halfClosed)) {
      this.socket.destroySoon();
      return;
    }
    const { limits } = this.#shared;
    this.#deadline = performance.now() + (this.#held.length ? limits.headersTimeout : limits.keepAlive);
    this.socket.resume();
    this.#readHeld();
  }

  /** A run of early requests is answered one by one, not one inside the other. */
  #readHeld(): void {
    if (this.#held.length) queueMicrotask(() => this.#state === "head" && this.#held.length && this.#readHead());
  }

  /** The last answer is written: closes, but not so hard that the client loses it. */
  #sayGoodbye(): void {
    const request = this.#request;
    this.#request = undefined;
    this.#state = "linger";
    this.#held = EMPTY;
    this.#linger();
    this.socket.resume();
    if (this.#halfClosed) this.socket.destroySoon();
    else this.socket.end();
    request?.over();
  }

  /** What was written must come through, however slowly; only then the client has to close its side soon. */
  #linger(): void {
    const { socket } = this;
    this.#deadline = performance.now() + (socket.writableLength ? UNREAD_MS : LINGER_MS);
    if (!socket.writableLength) return;
    socket.once("finish", () => {
      this.#deadline = performance.now() + LINGER_MS;
    });
  }

  #refuseLarge(): void {
    const line = this.#held.indexOf("\r\n");
    const { header } = this.#shared.limits;
    if (line < 0 || line > header / 2) this.#refuse("URI_TOO_LONG", "The request line is too long.");
    else this.#refuse("HEADERS_TOO_LARGE", `The request header is larger than ${header} bytes.`);
  }

  #refuse(code: ErrorCode, message: string, isVisit = false): void {
    this.#state = "linger";
    this.#held = EMPTY;
    this.#deadline = performance.now() + LINGER_MS;
    this.socket.end(this.#shared.refusal(this.socket, code, message, isVisit), "latin1");
    this.socket.resume();
  }

  /** The client will send nothing more. Without TLS it may still wait for the answer, but not in silence. */
  #ended(): void {
    this.#halfClosed = true;
    const mayWait = !("encrypted" in this.socket);
    if (this.#state === "linger") this.socket.destroySoon();
    else if (!mayWait) this.socket.destroy();
    else if (this.#state === "head") this.#readHead();
    // The rest of a body may be held here until somebody reads it; nothing else of it will come.
    else if (this.#state === "body" && this.#request?.isRead) this.#bodyCut(this.#request);
    else if (this.#state !== "unread") this.#deadline = performance.now() + LINGER_MS;
  }

  /** Something was written: a client that has closed its side still listens. */
  refresh(): void {
    if (this.#halfClosed && this.#state === "wait") this.#deadline = performance.now() + LINGER_MS;
  }

  #gone(): void {
    const request = this.#request;
    this.#state = "over";
    this.#request = undefined;
    this.#shared.connections.delete(this);
    request?.cut();
  }

  /** The socket leaves HTTP. */
  release(): { socket: Socket; early: Buffer } | undefined {
    if (this.#state !== "wait") return undefined;
    if (this.#halfClosed) {
      // What comes after HTTP goes both ways, or not at all: nobody would notice the client's end any more.
      this.socket.destroy();
      return undefined;
    }
    this.#state = "over";
    this.#request = undefined;
    this.#shared.connections.delete(this);
    const { socket } = this;
    socket.pause();
    stopReading(socket, this.#onData);
    socket.off("drain", this.#onDrain).off("end", this.#onEnd).off("close", this.#onClose);
    return { socket, early: this.#held };
  }
}

/** Is there a line feed without a carriage return before it? */
function hasBareFeed(bytes: Buffer, from: number): boolean {
  for (let at = bytes.indexOf(0x0a, from); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    if (at === 0 || bytes[at - 1] !== 0x0d) return true;
  }
  return false;
}
