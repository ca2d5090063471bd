import type { Timer } from "../../kit/clock.ts";
import type { Asking } from "../listen/client.ts";
import type { KnownBody, Recall } from "./page-memory.ts";
import type { Stage, StageOwner } from "./stage.ts";

/** What is sent before it is asked whether the client takes more, in bytes. */
const PORTION = 128 * 1024;

/** An answer whose body may be the same as the last time. */
export type RecalledAnswer = {
  /** Begins the answer with the header that fits the rewritten body; with its length if it is to be told. */
  begin(length?: number): void;
  /** The stage that the body goes through otherwise. */
  rewrite(): Stage;
};

/**
 * Compares a body with that of the last time while it comes. When all of it is the same, the client gets what was made
 * of that. From the first difference on it is rewritten as any other, and likewise when it comes too slowly to wait for
 * its end. Nothing of it is kept meanwhile: it is the same as what is remembered.
 */
export class Recalling implements Stage {
  readonly #owner: StageOwner;
  readonly #client: Asking;
  readonly #answer: RecalledAnswer;
  readonly #recall: Recall;
  readonly #known: KnownBody;
  /** How far it is the same. */
  #at = 0;
  #timer: Timer | undefined;
  /** What the body goes through when it is another one. */
  #rewriting: Stage | undefined;
  #over = false;

  constructor(owner: StageOwner, client: Asking, answer: RecalledAnswer, recall: Recall, known: KnownBody) {
    this.#owner = owner;
    this.#client = client;
    this.#answer = answer;
    this.#recall = recall;
    this.#known = known;
  }

  write(chunk: Buffer): boolean {
    if (this.#rewriting) return this.#rewriting.write(chunk);
    const { input } = this.#known;
    const end = this.#at + chunk.length;
    if (end <= input.length && input.compare(chunk, 0, chunk.length, this.#at, end) === 0) {
      this.#at = end;
      return true;
    }
    this.#recall.differs();
    return this.#rewrite().write(chunk);
  }

  flush(): boolean {
    if (this.#rewriting) return this.#rewriting.flush();
    if (this.#over) return true;
    this.#timer ??= this.#recall.patience(() => {
      this.#recall.slow();
      this.#rewrite().flush();
    });
    return true;
  }

  end(trailers: readonly string[] | undefined): void {
    if (!this.#rewriting && this.#at === this.#known.input.length) {
      this.#recall.same();
      this.#send(trailers);
      return;
    }
    if (!this.#rewriting) this.#recall.differs();
    (this.#rewriting ?? this.#rewrite()).end(trailers);
  }

  destroy(): void {
    this.#over = true;
    this.#timer?.cancel();
    this.#rewriting?.destroy();
  }

  /** It is to be rewritten: what was the same comes first. */
  #rewrite(): Stage {
    this.#timer?.cancel();
    const rewriting = this.#answer.rewrite();
    this.#rewriting = rewriting;
    if (this.#at > 0) rewriting.write(this.#known.input.subarray(0, this.#at));
    return rewriting;
  }

  #send(trailers: readonly string[] | undefined): void {
    this.#timer?.cancel();
    const { output } = this.#known;
    const { fresh } = this.#recall;
    const [only] = output;
    if (output.length === 1 && only && only.length <= PORTION) {
      this.#begin(only.length, trailers);
      this.#client.write(only);
      this.#finish(trailers);
      return;
    }
    const between = Buffer.from(fresh ?? "", "latin1");
    const portions = output.flatMap((part, at) => (at ? [between, ...inPortions(part)] : inPortions(part)));
    const sendOn = () => {
      if (this.#over) return;
      for (let portion = portions.shift(); portion; portion = portions.shift()) {
        this.#client.write(portion);
        if (portions.length && !this.#client.flush()) return;
      }
      this.#finish(trailers);
    };
    this.#client.onDrain = sendOn;
    this.#begin(
      portions.reduce((sum, portion) => sum + portion.length, 0),
      trailers,
    );
    sendOn();
  }

  /** In HTTP/1.1 an answer has either a length or trailers. */
  #begin(length: number, trailers: readonly string[] | undefined): void {
    this.#answer.begin(trailers ? undefined : length);
  }

  #finish(trailers: readonly string[] | undefined): void {
    this.#over = true;
    this.#client.end(trailers);
    this.#owner.staged();
  }
}

function inPortions(bytes: Buffer): Buffer[] {
  if (bytes.length <= PORTION) return [bytes];
  const count = Math.ceil(bytes.length / PORTION);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * PORTION, (at + 1) * PORTION));
}
