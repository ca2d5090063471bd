/** Longest name that can be looked for. */
const MAX_LENGTH = 15;
/** Letters that a name may begin with, of which upper and lower case are alike. */
const LETTERS = 32;

/**
 * Finds out whether a part of a text is one of a few names, written in any case. It makes no string for that: most names
 * in a page are none of them.
 */
export class KnownNames {
  readonly names: readonly string[];
  readonly #codes: readonly Uint8Array[];
  /** By length and first letter the first name that may be it, by that the next one; -1 for none. */
  readonly #first = new Int8Array((MAX_LENGTH + 1) * LETTERS).fill(-1);
  readonly #next: Int8Array;

  constructor(names: readonly string[]) {
    this.names = names;
    this.#codes = names.map((name) => Buffer.from(name, "latin1"));
    this.#next = new Int8Array(names.length).fill(-1);
    for (const [at, codes] of this.#codes.entries()) {
      const place = placeOf(codes.length, codes[0] as number);
      this.#next[at] = this.#first[place] as number;
      this.#first[place] = at;
    }
  }

  /** The number of the name that stands there; -1 when it is none of them. */
  find(text: Uint8Array, from: number, to: number): number {
    const length = to - from;
    if (length > MAX_LENGTH) return -1;
    let at = this.#first[placeOf(length, text[from] as number)] as number;
    while (at >= 0 && !isWritten(this.#codes[at] as Uint8Array, text, from)) at = this.#next[at] as number;
    return at;
  }
}

function placeOf(length: number, first: number): number {
  return length * LETTERS + (first & (LETTERS - 1));
}

function isWritten(name: Uint8Array, text: Uint8Array, from: number): boolean {
  for (let i = 0; i < name.length; i++) {
    const code = text[from + i] as number;
    if ((code >= 0x41 && code <= 0x5a ? code | 0x20 : code) !== name[i]) return false;
  }
  return true;
}
