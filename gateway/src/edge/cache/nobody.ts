import type { Asking } from "../listen/client.ts";

/** Who asks when no client waits for the answer: takes everything at once and keeps nothing. */
export class Nobody implements Asking {
  readonly method = "GET";
  readonly body = "none";
  readonly bytesIn = 0;
  readonly received = true;
  answered = false;
  closed = false;
  onDrain: (() => void) | undefined;
  readonly target: string;
  readonly head: Asking["head"];
  readonly headers: readonly string[];
  readonly #onClosed: () => void;

  /** Asks in place of `request`. `onClosed`: the exchange is over, either way. */
  constructor({ target, head, headers }: Pick<Asking, "target" | "head" | "headers">, onClosed: () => void) {
    this.target = target;
    this.head = head;
    this.headers = headers;
    this.#onClosed = onClosed;
  }

  read(): void {}
  pause(): void {}
  resume(): void {}
  inform(): void {}
  closeAfter(): void {}

  begin(): void {
    this.answered = true;
  }

  write(): boolean {
    return true;
  }

  flush(): boolean {
    return true;
  }

  end(): void {
    this.abort();
  }

  abort(): void {
    if (this.closed) return;
    this.closed = true;
    this.#onClosed();
  }
}
