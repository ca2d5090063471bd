import type { Socket } from "node:net";
import type { Receiver } from "../forward/connection.ts";
import type { UpstreamFault } from "../forward/fault.ts";
import type { Passage } from "../forward/forward.ts";
import { type CacheResult, marked } from "./answer.ts";

/** Passes an upstream's answer on, and says in it what the cache did. */
export class Through implements Receiver {
  protected readonly passage: Passage;
  readonly #result: CacheResult;
  readonly #onAnswer: (status: number, raw: readonly string[]) => void;

  /** `onAnswer` is told of the answer's head before the client. */
  constructor(passage: Passage, result: CacheResult, onAnswer: (status: number, raw: readonly string[]) => void) {
    this.passage = passage;
    this.#result = result;
    this.#onAnswer = onAnswer;
  }

  onInformational(status: number, headers: string[]): void {
    this.passage.onInformational(status, headers);
  }

  onHead(status: number, reason: string, raw: string[], length: number | undefined): void {
    this.#onAnswer(status, raw);
    this.passage.onHead(status, reason, marked(raw, this.#result), length);
  }

  onData(chunk: Buffer): boolean {
    return this.passage.onData(chunk);
  }

  onPause(): void {
    this.passage.onPause();
  }

  onEnd(trailers: string[]): void {
    this.passage.onEnd(trailers);
  }

  onUpgrade(headers: string[], reason: string, socket: Socket, rest: Buffer): void {
    this.passage.onUpgrade(headers, reason, socket, rest);
  }

  onFault(fault: UpstreamFault, stale: boolean): void {
    this.passage.onFault(fault, stale);
  }
}
