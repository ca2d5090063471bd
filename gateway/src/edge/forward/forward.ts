import type { Socket } from "node:net";
import type { Clock } from "../../kit/clock.ts";
import type { Asking } from "../listen/client.ts";
import type { AnswerHeaders, Stage, StagedApp, StageOwner } from "../stage/stage.ts";
import type { Connection, Receiver } from "./connection.ts";
import { faultOf, UpstreamFault } from "./fault.ts";
import type { Pool } from "./pool.ts";
import { type KeptAnswer, Replay } from "./replay.ts";
import { Upload, type UploadWatch, type UploadWay } from "./upload.ts";

/** The way to an upstream and back, and what changes along it: made once, for many requests. */
export type Way = UploadWay & {
  /** Names the connections that may be used, see the pool. */
  key: string;
  open: () => Promise<Socket>;
  /** Longest silence from the end of the request until the answer's header, in ms. */
  headerTimeoutMs: number;
  /** Longest silence in the answer's body or in a WebSocket, in ms; 0 for none. */
  idleTimeoutMs: number;
  answerHeaders: AnswerHeaders;
  /** Sees the header of each answer as the upstream sent it. */
  onAnswer?(raw: readonly string[]): void;
  /** Of an app whose answers may have to be changed. */
  staged?: StagedApp;
  /** Trailers of the answer as the client gets them. */
  answerTrailers(raw: readonly string[]): string[];
};

/** A request under way, and its answer. */
export type Exchange = {
  /** When the answer began, of the clock's monotonic time in ms. */
  readonly answerBegan: number | undefined;
  /** The client went away. */
  clientGone(): void;
  /** Whoever asked may no longer: ends it for both sides. */
  abort(): void;
  /** Ends it with this fault, which is told to whoever asked for it. */
  giveUp(fault: UpstreamFault): void;
};

/** What takes an answer on its way to a client. */
export type Passage = Receiver & {
  /** Does the client take nothing at the moment? */
  readonly heldUp: boolean;
  /**
   * Answers with what is kept. `upstream`: of a request under way there, `done` says that its answer has ended,
   * `broken off` that the rest of it is not wanted.
   */
  replay(answer: KeptAnswer, upstream: "done" | "broken off"): void;
};

export type Forwarder = {
  /**
   * Passes a request to an upstream and its answer back, chunk by chunk with back-pressure both ways. A request that
   * may be repeated is sent once more when a kept connection turns out to be closed. `head`: the head of the request, in
   * latin1, with the empty line. `onFault`: nothing more will come; whoever is told answers, or breaks off the answer that
   * has begun. `before`: makes what takes the upstream's answer before it goes its way, and may put another in its place.
   */
  forward(
    request: Asking,
    way: Way,
    head: string,
    onFault: (fault: UpstreamFault) => void,
    before?: (passage: Passage) => Receiver,
  ): Exchange;
  /** Answers with what is kept, as if the upstream had just said it. */
  replay(request: Asking, way: Way, answer: KeptAnswer, onFault: (fault: UpstreamFault) => void): Exchange;
  stop(): void;
};

const REPEATABLE = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"]);

/** Longest time in which a client takes nothing of an answer, in ms. Somebody may well pause a film. */
const CLIENT_STALL_MS = 3_600_000;
/**
 * Longest silence of a client in the midst of its body, in ms; longer where the app has longer for its answer. A slow
 * line must not be taken for a slow app.
 */
const UPLOAD_SILENCE_MS = 60_000;
/** How often what is late is looked for, in ms. */
const SWEEP_MS = 100;

/** Makes what forwards over the connections of a pool. One sweep looks for what is late: there is no timer per request. */
export function createForwarder(pool: Pool, clock: Clock): Forwarder {
  const underWay = new Set<Passing>();
  const sweeper = clock.every(SWEEP_MS, () => {
    const now = clock.monotonic();
    for (const passing of underWay) passing.sweep(now);
  });
  return {
    forward(request, way, head, onFault, before) {
      const passing = new Passing(request, way, head, onFault, before, pool, clock, underWay);
      passing.start();
      return passing;
    },
    replay(request, way, answer, onFault) {
      const passing = new Passing(request, way, "", onFault, undefined, pool, clock, underWay);
      underWay.add(passing);
      passing.replay(answer, "done");
      return passing;
    },
    stop: () => sweeper.cancel(),
  };
}

/** One request on its way; an object of its own for each, which takes the upstream's answer. */
class Passing implements Exchange, Passage, UploadWatch, StageOwner {
  readonly #request: Asking;
  readonly #way: Way;
  readonly #head: string;
  readonly #onFault: (fault: UpstreamFault) => void;
  readonly #pool: Pool;
  readonly #clock: Clock;
  readonly #underWay: Set<Passing>;
  /** Who is told of the upstream's answer. */
  readonly #receiver: Receiver;
  answerBegan: number | undefined;
  #connection: Connection | undefined;
  /** What is answered instead of what the upstream says. */
  #replay: Replay | undefined;
  /** The connection that it waits for. */
  #promised: Promise<Connection> | undefined;
  heldUp = false;
  /** What the answer's body goes through. */
  #stage: Stage | undefined;
  #over = false;
  #retried = false;
  /** Longest silence now, in ms, 0 for none; and the time since when there is silence. */
  #limit = 0;
  #since = 0;

  constructor(
    request: Asking,
    way: Way,
    head: string,
    onFault: (fault: UpstreamFault) => void,
    before: ((passage: Passage) => Receiver) | undefined,
    pool: Pool,
    clock: Clock,
    underWay: Set<Passing>,
  ) {
    this.#request = request;
    this.#way = way;
    this.#head = head;
    this.#onFault = onFault;
    this.#pool = pool;
    this.#clock = clock;
    this.#underWay = underWay;
    this.#receiver = before ? before(this) : this;
  }

  get #repeatable(): boolean {
    return this.#request.body === "none" && REPEATABLE.has(this.#request.method);
  }

  start(): void {
    if (this.#request.closed) {
      this.#over = true;
      return;
    }
    this.#underWay.add(this);
    this.#sendOn(this.#pool.take(this.#way.key, this.#way.open, this.#repeatable));
  }

  #sendOn(from: Connection | Promise<Connection>): void {
    if (from instanceof Promise) {
      this.#promised = from;
      from.then(
        (connection) => this.#send(connection),
        (error) => this.giveUp(faultOf(error)),
      );
    } else {
      this.#send(from);
    }
  }

  #send(connection: Connection): void {
    if (this.#over) {
      connection.destroy();
      return;
    }
    this.#promised = undefined;
    this.#connection = connection;
    this.#wait(this.#way.headerTimeoutMs);
    const request = this.#request;
    if (signsInConnection(request.head.authorization)) connection.single = true;
    connection.send(request.method, this.#head, this.#receiver);
    if (request.received || this.#retried) return;
    request.read(new Upload(request, connection.socket, this.#way, this));
  }

  /** From now on silence counts anew, and may last this long. */
  #wait(limitMs: number): void {
    this.#limit = limitMs;
    this.#since = this.#clock.monotonic();
  }

  /** The client sent something: until the answer begins its silence is what counts. */
  onProgress(): void {
    if (!this.#request.answered) this.#since = this.#clock.monotonic();
  }

  onTooLarge(): void {
    // Whatever follows is more of the same.
    this.#request.closeAfter();
    this.giveUp(new UpstreamFault("body_too_large", "the body is larger than the route takes"));
  }

  sweep(now: number): void {
    const silence = now - this.#since;
    if (this.#limit === 0 || silence < this.#limit) return;
    const { received, answered } = this.#request;
    // The upstream is not to be blamed for a client that does not take what it said.
    if (answered && (this.heldUp || !this.#connection)) {
      this.abort();
      return;
    }
    const blamed = received || answered || this.#connection?.socket.writableNeedDrain;
    if (!blamed && silence < UPLOAD_SILENCE_MS) return;
    this.giveUp(new UpstreamFault(blamed ? "timeout" : "upload_stalled", "no answer in time"));
  }

  #finish(): void {
    this.#over = true;
    this.#underWay.delete(this);
    this.#stage?.destroy();
    if (this.#promised) this.#pool.cancel(this.#promised);
    this.#replay?.stop();
  }

  clientGone(): void {
    if (this.#over) return;
    this.#finish();
    this.#connection?.destroy();
  }

  abort(): void {
    if (this.#over) return;
    this.clientGone();
    this.#request.abort();
  }

  giveUp(fault: UpstreamFault): void {
    if (this.#over) return;
    this.#finish();
    this.#connection?.destroy();
    this.#onFault(fault);
  }

  replay(answer: KeptAnswer, upstream: "done" | "broken off"): void {
    if (this.#over) {
      answer.released();
      return;
    }
    if (this.#connection) this.answerBegan = this.#clock.monotonic();
    const connection = this.#connection;
    this.#connection = undefined;
    this.#replay = new Replay(answer, this);
    if (upstream === "broken off") connection?.destroy();
    this.#replay.start();
  }

  // The answer, on its way to the client.

  onInformational(status: number, headers: string[]): void {
    this.#wait(this.#way.headerTimeoutMs);
    // The client has had its word about the body when we began to read it.
    if (status !== 100) this.#request.inform(status, this.#way.answerHeaders(headers, status, this.#request.target));
  }

  onHead(status: number, reason: string, raw: string[], length: number | undefined): void {
    this.#wait(this.#way.idleTimeoutMs);
    const way = this.#way;
    if (!this.#replay) {
      this.answerBegan = this.#since;
      way.onAnswer?.(raw);
    }
    if (way.staged) this.#stage = way.staged.begin(this, this.#request, { status, reason, raw, length }, way);
    else this.#request.begin(status, reason, way.answerHeaders(raw, status, this.#request.target), length);
  }

  onData(chunk: Buffer): boolean {
    return this.#stage ? this.#stage.write(chunk) : this.#request.write(chunk);
  }

  onPause(): void {
    const flows = this.#stage ? this.#stage.flush() : this.#request.flush();
    if (this.#over) return;
    if (flows) {
      this.#since = this.#clock.monotonic();
      return;
    }
    this.heldUp = true;
    (this.#replay ?? this.#connection?.socket)?.pause();
    // Now it is the client who is silent, and the upstream must not be blamed for it.
    this.#wait(CLIENT_STALL_MS);
    if (!this.#stage) this.#request.onDrain ??= () => this.goOn();
  }

  goOn(): void {
    // The connection may be another request's by now.
    if (this.#over || !(this.#replay ?? this.#connection)) return;
    this.heldUp = false;
    this.#wait(this.#way.idleTimeoutMs);
    (this.#replay ?? this.#connection?.socket)?.resume();
  }

  onEnd(raw: string[]): void {
    if (this.#over) return;
    const stage = this.#stage;
    if (!stage) this.#finish();
    // Half a request cannot be followed by another one.
    if (!this.#request.received) this.#connection?.destroy();
    const trailers = raw.length ? this.#way.answerTrailers(raw) : undefined;
    if (!stage) {
      this.#request.end(trailers);
      return;
    }
    // The connection goes on to others, and the client has what is left when it has read it.
    this.#connection = undefined;
    this.#wait(CLIENT_STALL_MS);
    stage.end(trailers);
  }

  staged(): void {
    if (!this.#over) this.#finish();
  }

  stageBroke(): void {
    this.abort();
  }

  onUpgrade(_headers: string[], _reason: string, socket: Socket): void {
    socket.destroy();
    this.giveUp(new UpstreamFault("bad_answer", "the upstream switched protocols, which nobody asked for"));
  }

  onFault(fault: UpstreamFault, stale: boolean): void {
    if (this.#over) return;
    if (stale && this.#repeatable && !this.#retried) {
      this.#retried = true;
      this.#sendOn(this.#pool.open(this.#way.key, this.#way.open));
      return;
    }
    this.giveUp(fault);
  }
}

/**
 * Is it a credential by which an app signs in the connection and not the request (NTLM; RFC 4559, section 6)? The next one
 * to use the connection would be taken for who showed it.
 */
function signsInConnection(authorization: string | undefined): boolean {
  return authorization !== undefined && /^(?:ntlm|negotiate)\b/i.test(authorization);
}
