import type { Place } from "./store.ts";

/** Parts are gathered in blocks of this size, in bytes: an app may send a byte at a time. */
const BLOCK = 64 * 1024;

/** Gathers the body of an answer that comes in. */
export class Body {
  readonly #place: Place;
  readonly #maxBytes: number;
  readonly #expected: number | undefined;
  readonly #blocks: Buffer[] = [];
  #block: Buffer | undefined;
  #used = 0;
  #length = 0;

  /** `expected`: the length that was announced. */
  constructor(place: Place, maxBytes: number, expected: number | undefined) {
    this.#place = place;
    this.#maxBytes = maxBytes;
    this.#expected = expected;
  }

  get length(): number {
    return this.#length;
  }

  /** Copies a part; false when it grows too large, or there is no room. */
  add(chunk: Buffer): boolean {
    if (this.#length + chunk.length > this.#maxBytes) return false;
    let at = 0;
    while (at < chunk.length) {
      if (!this.#block || this.#used === this.#block.length) {
        const left = this.#expected === undefined ? BLOCK : this.#expected - this.#length;
        const size = Math.min(Math.max(left, 1), BLOCK);
        if (!this.#place.grow(size)) return false;
        this.#block = Buffer.allocUnsafeSlow(size);
        this.#blocks.push(this.#block);
        this.#used = 0;
      }
      const taken = chunk.copy(this.#block, this.#used, at);
      this.#used += taken;
      this.#length += taken;
      at += taken;
    }
    return true;
  }

  /** The whole body, in memory of its own. */
  finish(): Buffer[] {
    if (this.#block && this.#used < this.#block.length) {
      const last = Buffer.allocUnsafeSlow(this.#used);
      this.#block.copy(last, 0, 0, this.#used);
      this.#blocks[this.#blocks.length - 1] = last;
    }
    return this.#blocks;
  }
}
