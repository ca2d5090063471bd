import { type Asking, COPIED } from "../listen/client.ts";
import type { BodyRewriter } from "../rewrite/prefix/body-rewriter.ts";
import type { Borrower, MemoryBudget } from "./budget.ts";
import {
  type Coder,
  type Coding,
  decoderMemory,
  encoderMemory,
  flushOf,
  type OutCoding,
  openDecoder,
  openEncoder,
  PROBE_BYTES,
} from "./codings.ts";
import type { BodyRecord } from "./page-memory.ts";
import type { Stage, StageOwner } from "./stage.ts";

/** What lies between the parts of a coded answer under way, in bytes: what was read at once, and what coders hand on. */
const CODED_FLOW = 384 * 1024;
/** The same of one without a coding. */
const PLAIN_FLOW = 64 * 1024;
/** Of a coded body whose beginning gives nothing, in bytes: more is not kept, and it passes as it is. */
const MAX_HELD = 256 * 1024;

/** An answer whose body is rewritten. */
export type RewrittenAnswer = {
  coding: Coding | "identity";
  /** The coding that the client gets. */
  out: OutCoding | undefined;
  /** What the rewriter may come to keep until it knows more, in bytes. */
  kept: number;
  createRewriter(): BodyRewriter;
  /** Begins the answer with the header that fits the rewritten body. */
  begin(): void;
  /** Begins it with the header that fits the body as the app sent it. */
  beginUntouched(): void;
  /** Takes down what came and what went. */
  record: BodyRecord | undefined;
};

/** What is counted of all of them. */
export type RewritingCounts = {
  /** One was begun. */
  rewritten(): void;
  /** There was no memory for one in time: it passed as the app wrote it. */
  passedForMemory(): void;
};

/**
 * Rewrites one body while it passes: its coding is taken off and put on again on node's threads, with back-pressure over
 * the whole way, so that it needs the same memory however large it is, and however much larger it becomes without its
 * coding. What a page costs is time: nothing limits that but how fast its client reads.
 *
 * The header waits for the first bytes without coding. When there are none the body is not what it says: it passes
 * untouched. An error after that breaks the answer off.
 */
export class Rewriting implements Stage, Borrower {
  readonly #owner: StageOwner;
  readonly #client: Asking;
  readonly #answer: RewrittenAnswer;
  readonly #budget: MemoryBudget;
  readonly #counts: RewritingCounts;
  readonly #record: BodyRecord | undefined;
  /**
   * `probing`: a coded body whose beginning is not here yet. `waiting`: for memory. `holding`: the decoder works, the
   * header waits.
   */
  #state: "probing" | "waiting" | "holding" | "open" | "untouched" | "over" = "probing";
  /** What came before the header was sent, as it came. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Memory that was asked for, in bytes. */
  #bytes = 0;
  #stopped = false;
  #ended = false;
  #trailers: readonly string[] | undefined;
  #rewriter: BodyRewriter | undefined;
  #decoder: Coder | undefined;
  #encoder: Coder | undefined;
  /** Parts that the decoder has not worked through. */
  #inDecoder = 0;
  /** Nothing more comes out of the decoder. */
  #decoded = false;
  /** Does the encoder hold something that was not asked out of it? */
  #unflushed = false;

  constructor(
    owner: StageOwner,
    client: Asking,
    answer: RewrittenAnswer,
    budget: MemoryBudget,
    counts: RewritingCounts,
  ) {
    this.#owner = owner;
    this.#client = client;
    this.#answer = answer;
    this.#budget = budget;
    this.#counts = counts;
    this.#record = answer.record;
    client.onDrain = () => this.#drained();
    if (answer.coding === "identity") this.#borrow(PLAIN_FLOW + answer.kept);
  }

  write(chunk: Buffer): boolean {
    if (this.#state === "untouched") return this.#client.write(chunk);
    if (this.#state === "over" || this.#decoded) return true;
    if (this.#state === "open" && !this.#decoder) {
      const taken = this.#record ? Buffer.from(chunk) : chunk;
      this.#record?.input(taken);
      const bytes = this.#rewritten(taken);
      // What did not change is the same memory.
      return this.#send(bytes) || bytes !== chunk;
    }
    const own = chunk.length <= COPIED ? Buffer.from(chunk) : chunk;
    this.#record?.input(own);
    if (this.#state === "open") this.#decode(own);
    else this.#hold(own);
    return own !== chunk;
  }

  flush(): boolean {
    if (this.#state === "probing" && this.#heldBytes >= PROBE_BYTES) this.#probed();
    this.#stopped = !this.#takesMore();
    return !this.#stopped;
  }

  end(trailers: readonly string[] | undefined): void {
    this.#ended = true;
    this.#trailers = trailers;
    if (this.#state === "probing") this.#probed();
    else if (this.#state !== "waiting") this.#finishInput();
  }

  destroy(): void {
    if (this.#state === "over") return;
    this.#release();
    this.#state = "over";
  }

  #takesMore(): boolean {
    switch (this.#state) {
      case "probing":
      case "over":
        return true;
      case "waiting":
        return false;
      case "untouched":
        return this.#client.flush();
      default:
        return this.#decoder ? this.#decoded || !this.#decoder.writableNeedDrain : this.#client.flush();
    }
  }

  #goOn(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#owner.goOn();
  }

  /** The client takes more. */
  #drained(): void {
    if (this.#state === "over") return;
    if (this.#state === "open" && this.#decoder) (this.#encoder ?? this.#decoder).resume();
    else if (this.#state !== "waiting") this.#goOn();
  }

  #hold(own: Buffer): void {
    this.#held.push(own);
    this.#heldBytes += own.length;
    if (this.#state !== "holding") return;
    if (this.#heldBytes > MAX_HELD) this.#leaveUntouched();
    else this.#decode(own);
  }

  /** Enough is here of a coded body to know what its decoder will need. */
  #probed(): void {
    const { coding, out, kept } = this.#answer;
    if (this.#heldBytes === 0) this.#leaveUntouched();
    else this.#borrow(CODED_FLOW + kept + decoderMemory(coding as Coding, this.#first()) + encoderMemory(out));
  }

  #first(): Buffer {
    return this.#held.length === 1 ? (this.#held[0] as Buffer) : Buffer.concat(this.#held);
  }

  // Memory.

  #borrow(bytes: number): void {
    this.#bytes = bytes;
    this.#state = "waiting";
    if (this.#budget.borrow(bytes, this)) this.granted();
  }

  granted(): void {
    const { coding } = this.#answer;
    if (coding === "identity") {
      this.#open();
      for (const own of this.#held.splice(0)) this.#send(this.#rewritten(own));
    } else {
      this.#state = "holding";
      this.#decoder = this.#watched(openDecoder(coding, this.#first()))
        .on("data", (chunk: Buffer) => this.#onDecoded(chunk))
        .on("end", () => this.#onDecoderEnd())
        .on("drain", () => this.#goOn());
      for (const own of this.#held) this.#decode(own);
    }
    if (this.#ended) this.#finishInput();
    else if (this.#stopped && this.#takesMore()) this.#goOn();
  }

  denied(): void {
    this.#bytes = 0;
    this.#counts.passedForMemory();
    this.#leaveUntouched();
  }

  /** Gives everything back that it holds. */
  #release(): void {
    this.#decoder?.destroy();
    this.#encoder?.destroy();
    this.#record?.drop();
    this.#held = [];
    if (this.#bytes) this.#budget.giveBack(this.#bytes, this);
    this.#bytes = 0;
  }

  // The way of the bytes: decoder, rewriter, encoder, client.

  #decode(own: Buffer): void {
    this.#inDecoder++;
    this.#decoder?.write(own, () => {
      this.#inDecoder--;
      this.#flushEncoder();
    });
  }

  #onDecoded(chunk: Buffer): void {
    if (this.#state === "holding") this.#open();
    if (this.#state !== "open") return;
    this.#pass(this.#rewritten(chunk));
  }

  #rewritten(chunk: Buffer): Buffer {
    return (this.#rewriter as BodyRewriter).push(chunk);
  }

  /** Sends a part of the body as the client gets it. */
  #send(bytes: Buffer): boolean {
    this.#record?.output(bytes);
    return this.#client.write(bytes);
  }

  /** Hands on what was rewritten. */
  #pass(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (!this.#encoder) {
      this.#send(bytes);
      if (!this.#client.flush()) this.#decoder?.pause();
      return;
    }
    this.#unflushed = true;
    if (!this.#encoder.write(bytes)) this.#decoder?.pause();
    else this.#flushEncoder();
  }

  /** A page that comes slowly goes on slowly: what came is not kept until more does. */
  #flushEncoder(): void {
    if (!this.#unflushed || this.#inDecoder > 0 || this.#decoder?.readableLength !== 0 || this.#ended) return;
    this.#unflushed = false;
    this.#encoder?.flush(flushOf(this.#answer.out as OutCoding));
  }

  #onEncoded(chunk: Buffer): void {
    if (this.#state !== "open") return;
    this.#send(chunk);
    if (!this.#client.flush()) this.#encoder?.pause();
  }

  /** The header goes out, and what was kept in case the body were broken is not needed any more. */
  #open(): void {
    const { out, coding } = this.#answer;
    this.#state = "open";
    this.#answer.begin();
    this.#counts.rewritten();
    this.#rewriter = this.#answer.createRewriter();
    if (coding === "identity") return;
    this.#held = [];
    if (!out) return;
    this.#encoder = this.#watched(openEncoder(out))
      .on("data", (chunk: Buffer) => this.#onEncoded(chunk))
      .on("end", () => this.#finish())
      .on("drain", () => {
        this.#flushEncoder();
        this.#decoder?.resume();
      });
  }

  /** Nothing more comes from the app. */
  #finishInput(): void {
    if (this.#state === "untouched") this.#finish();
    else if (this.#decoded) this.#finishOutput();
    else if (this.#decoder) this.#decoder.end();
    else if (this.#state === "open") this.#finishOutput();
  }

  #onDecoderEnd(): void {
    if (this.#state === "holding") this.#open();
    if (this.#state !== "open") return;
    this.#decoded = true;
    // What follows the end of a coded body belongs to nothing, and browsers do not mind it.
    if (this.#ended) this.#finishOutput();
    else this.#goOn();
  }

  #finishOutput(): void {
    const rest = (this.#rewriter as BodyRewriter).end();
    if (this.#encoder) {
      this.#encoder.end(rest);
      return;
    }
    this.#send(rest);
    this.#finish();
  }

  #finish(): void {
    if (this.#state === "over") return;
    if (this.#state === "open") this.#record?.keep();
    this.#state = "over";
    this.#release();
    this.#client.end(this.#trailers);
    this.#owner.staged();
  }

  // What goes wrong.

  #watched(coder: Coder): Coder {
    return coder.on("error", () => this.#onCoderError());
  }

  #onCoderError(): void {
    if (this.#state === "holding") this.#leaveUntouched();
    else if (this.#state === "open") {
      this.destroy();
      this.#owner.stageBroke();
    }
  }

  /** The body passes as the app sent it. */
  #leaveUntouched(): void {
    this.#state = "untouched";
    const held = this.#held;
    this.#release();
    this.#answer.beginUntouched();
    for (const chunk of held) this.#client.write(chunk);
    if (this.#ended) this.#finish();
    else if (this.#client.flush()) this.#goOn();
  }
}
