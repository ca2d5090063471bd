import type { Receiver } from "./connection.ts";

/** An answer that is here whole. */
export type KeptAnswer = {
  status: number;
  reason: string;
  /** Names and values by turns, as the upstream would send them. */
  headers: string[];
  /** Length of the body in bytes, as it is announced; undefined where there can be none. */
  length: number | undefined;
  chunks: readonly Buffer[];
  /** Its memory is no longer needed; called once. */
  released(): void;
};

/** Tells a receiver an answer that is kept, as fast as it can be taken. */
export class Replay {
  readonly #answer: KeptAnswer;
  readonly #receiver: Receiver;
  #next = 0;
  #held = false;
  #running = false;
  #ended = false;
  #over = false;

  constructor(answer: KeptAnswer, receiver: Receiver) {
    this.#answer = answer;
    this.#receiver = receiver;
  }

  start(): void {
    const { status, reason, headers, length } = this.#answer;
    this.#receiver.onHead(status, reason, headers, length);
    this.#run();
  }

  pause(): void {
    this.#held = true;
  }

  resume(): void {
    this.#held = false;
    this.#run();
  }

  /** Nothing more is told. */
  stop(): void {
    if (this.#over) return;
    this.#over = true;
    this.#answer.released();
  }

  #run(): void {
    // The receiver may hold it up and let it go on while it is told of a part.
    if (this.#running) return;
    this.#running = true;
    const { chunks } = this.#answer;
    while (!this.#over && !this.#held && this.#next < chunks.length) {
      this.#receiver.onData(chunks[this.#next++] as Buffer);
      if (this.#next < chunks.length) this.#receiver.onPause();
    }
    this.#running = false;
    if (this.#over || this.#ended || this.#next < chunks.length) return;
    this.#ended = true;
    this.#receiver.onEnd([]);
  }
}
