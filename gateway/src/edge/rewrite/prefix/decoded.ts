import type { AddressEdit } from "./prefixed-app.ts";

/** A value without its escapes, and where each of its characters stands in the text that it was read from. */
export type Decoded = {
  text: string;
  /** Places in the source, one more than `text` has characters; undefined when they are the same. */
  places: readonly number[] | undefined;
};

/** Makes edits of a decoded value in the text that it was read from, which begins at `from` of `source`. */
export function inSource(edits: readonly AddressEdit[], { places }: Decoded, from: number): AddressEdit[] {
  return edits.map((edit) => ({
    from: from + (places ? (places[edit.from] as number) : edit.from),
    to: from + (places ? (places[edit.to] as number) : edit.to),
    text: edit.text,
  }));
}

/** A text with its edits made; they must be in order and apart. */
export function edited(text: string, edits: readonly AddressEdit[]): string {
  let out = "";
  let done = 0;
  for (const edit of edits) {
    out += text.slice(done, edit.from) + edit.text;
    done = edit.to;
  }
  return out + text.slice(done);
}
