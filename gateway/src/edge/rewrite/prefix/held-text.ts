/** A text may consist of one piece for so many of its characters. */
const PIECE = 64;
/** So many more do not matter. */
const FREE = 64;

const NOTHING = /^$/;

/**
 * Text that is held until more of it is here. Node joins texts by chaining them, and a text that came byte by byte would
 * take fifty times its length, which nobody reckons with; so the chain is made one text now and then.
 */
export class HeldText {
  text = "";
  #pieces = 0;

  get length(): number {
    return this.text.length;
  }

  add(piece: string): void {
    this.text += piece;
    if (++this.#pieces < FREE + this.text.length / PIECE) return;
    // Whoever searches a chain joins it first.
    NOTHING.test(this.text);
    this.#pieces = 0;
  }

  /** Gives all of it. */
  take(): string {
    const { text } = this;
    this.text = "";
    this.#pieces = 0;
    return text;
  }
}
