import { constants, performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { ErrorCode } from "@nekzus/contract/errors";
import type { Clock } from "../../kit/clock.ts";
import { readMethod } from "../http1/method.ts";
import type { ClientRequest, Door, RequestHandler } from "./client.ts";
import { readHttp2Head } from "./http2-head.ts";
import {
  Allowance,
  LIMITS,
  LOST_STREAMS,
  PINGS,
  RESETS,
  SESSION_OPTIONS,
  SESSION_WINDOW,
  SETTINGS,
} from "./http2-limits.ts";
import { type Http2Parent, Http2Request } from "./http2-request.ts";

/** Everything that speaks HTTP/2 behind one door. */
export type Http2 = {
  /** Serves a connection on which both sides agreed on HTTP/2 (ALPN `h2`). */
  take(socket: Socket): void;
  /** Takes no new requests (GOAWAY). Those under way finish, and then their connections end. */
  drain(): void;
  stop(): void;
};

export type Http2Parts = {
  door: Door;
  handle: RequestHandler;
  /** Answers a request that is refused for its form, in the one error shape. */
  refuse(request: ClientRequest, code: ErrorCode, message: string): void;
  clock: Clock;
};

/** Makes what serves HTTP/2 on sockets. One sweep looks for late clients: there is no timer per request. */
export function createHttp2(parts: Http2Parts): Http2 {
  const { clock } = parts;
  const connections = new Set<Http2Connection>();
  const shared = { ...parts, connections };
  let draining = false;
  /** Whole answers that clients had not taken when it was looked last. */
  let unsent = 0;
  const sweeper = clock.every(LIMITS.checkEvery, () => {
    const now = clock.monotonic();
    const areMany = unsent > LIMITS.manyUnsent;
    unsent = 0;
    for (const connection of connections) unsent += connection.sweep(now, areMany);
  });
  return {
    take(socket) {
      if (socket.destroyed) return;
      const connection = new Http2Connection(socket, shared);
      if (draining) connection.close();
    },
    drain() {
      draining = true;
      for (const connection of connections) connection.close();
    },
    stop: () => sweeper.cancel(),
  };
}

type Shared = Http2Parts & { connections: Set<Http2Connection> };

/** One connection of a client, with its streams. */
class Http2Connection implements Http2Parent {
  readonly socket: Socket;
  readonly #session: ServerHttp2Session;
  readonly #shared: Shared;
  readonly #requests = new Set<Http2Request>();
  readonly #resets: Allowance;
  readonly #pings: Allowance;
  readonly #settings: Allowance;
  readonly #began: number;
  #greeted = false;
  /** Since when there is no request under way, in ms. */
  /** Whole answers that the client had not taken when it was looked last. */
  #unsent = 0;
  #idleSince: number;
  /** Since when it is being closed, in ms. */
  #closingSince: number | undefined;
  /** Number of the last stream that became a request, and how many did. */
  #lastId = 0;
  #begun = 0;
  /** How many did not, when they were counted last. */
  #lost = 0;
  /** The request whose header has begun and is not whole, and since when, in ms. */
  #halfHead = { id: 0, since: 0 };

  constructor(socket: Socket, shared: Shared) {
    const now = shared.clock.monotonic();
    this.socket = socket;
    this.#shared = shared;
    this.#began = now;
    this.#idleSince = now;
    this.#resets = new Allowance(RESETS, now);
    this.#pings = new Allowance(PINGS, now);
    this.#settings = new Allowance(SETTINGS, now);
    // A client that closes its side can neither ask nor make room for more of its answers.
    socket.on("error", ignore).once("end", () => socket.destroy());
    this.#session = performServerHandshake(socket, SESSION_OPTIONS);
    this.#session.setLocalWindowSize(SESSION_WINDOW);
    shared.connections.add(this);
    this.#session
      .on("stream", (stream, _headers, flags, raw) => this.#begin(stream, flags, raw))
      .on("remoteSettings", () => {
        this.#greeted = true;
        this.#spend(this.#settings);
      })
      .on("ping", () => this.#spend(this.#pings))
      .on("error", ignore)
      .on("close", () => shared.connections.delete(this));
  }

  #begin(stream: ServerHttp2Stream, flags: number, raw: readonly string[]): void {
    stream.on("error", ignore);
    this.#begun++;
    this.#lastId = Math.max(this.#lastId, stream.id ?? 0);
    // Reset in the same breath: it was never a request.
    if (stream.closed) {
      this.#spend(this.#resets);
      return;
    }
    const { door, handle, refuse } = this.#shared;
    const ends = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    const head = readHttp2Head(raw, ends);
    const request = new Http2Request(this, stream, head, ends);
    this.#requests.add(request);
    if (head.size > LIMITS.header) {
      refuse(request, "HEADERS_TOO_LARGE", `The request header is larger than ${LIMITS.header} bytes.`);
    } else if (head.method === "CONNECT") {
      refuse(request, "METHOD_NOT_ALLOWED", "CONNECT is not offered.");
    } else if (readMethod(head.method) === undefined) {
      refuse(request, "BAD_REQUEST", "The method is malformed.");
    } else {
      handle(door, request);
    }
  }

  forget(request: Http2Request, reset: boolean): void {
    this.#requests.delete(request);
    if (this.#requests.size === 0) this.#idleSince = this.#shared.clock.monotonic();
    if (reset && !this.#session.closed) this.#spend(this.#resets);
  }

  /** Counts something of which there may be much, but not without end. */
  #spend(allowance: Allowance): void {
    if (!allowance.take(this.#shared.clock.monotonic())) this.#end();
  }

  #end(): void {
    this.#session.destroy(new Error("too much of one thing"), constants.NGHTTP2_ENHANCE_YOUR_CALM);
  }

  /** Takes no new requests. */
  close(): void {
    this.#session.close();
  }

  /**
   * Ends what is late, and answers how many whole answers wait for the client. `areMany`: at the door, so that a client
   * that has more than a few of them is given less time.
   */
  sweep(now: number, areMany: boolean): number {
    const { closed, destroyed } = this.#session;
    if (closed || destroyed) {
      this.#closingSince ??= now;
      const over = Math.max(this.#closingSince, this.#idleSince);
      if (this.#requests.size === 0 && now - over >= LIMITS.linger) this.socket.destroy();
    } else if (!this.#greeted && now - this.#began >= LIMITS.headersTimeout) {
      this.socket.destroy();
    } else if (this.#requests.size === 0 && now - this.#idleSince >= LIMITS.keepAlive) {
      this.close();
    } else {
      this.#lookAtStreams(now);
    }
    const patience = areMany && this.#unsent > LIMITS.fewUnsent ? LIMITS.unsentOfMany : LIMITS.unsent;
    this.#unsent = 0;
    for (const request of this.#requests) if (request.sweep(now, patience)) this.#unsent++;
    return this.#unsent;
  }

  /**
   * Looks at streams that node says nothing about, which shows in the number of the last one: those with a header that
   * has begun and does not come to its end, and those that were rejected.
   */
  #lookAtStreams(now: number): void {
    const id = this.#session.state.lastProcStreamID ?? 0;
    const lost = (id + 1) / 2 - this.#begun;
    const more = lost - this.#lost;
    this.#lost = lost;
    if (more > LOST_STREAMS) {
      this.#end();
    } else if (id > this.#lastId) {
      if (id !== this.#halfHead.id) this.#halfHead = { id, since: now };
      // Until the header is whole nothing else can come. What is under way may still be answered.
      else if (now - this.#halfHead.since >= LIMITS.headersTimeout) this.close();
    }
  }
}

/** The end of a stream, session or socket is what counts, whatever led to it. */
function ignore(): void {}
