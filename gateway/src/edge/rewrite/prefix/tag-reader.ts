import type { Attribute } from "./start-tag.ts";

/** Most attributes of a tag that is read at once. */
const MAX_ATTRIBUTES = 64;

/** What is kept of each. */
const FIGURES = 5;

const SPACE = 1;
/** Ends the name of an element. */
const ENDS_NAME = 2;
/** Ends the name of an attribute. */
const ENDS_ATTRIBUTE = 4;
/** Ends a value without quotes. */
const ENDS_VALUE = 8;
/** By character, what it is. */
const CLASSES = new Uint8Array(256);
for (const space of "\t\n\f\r ") CLASSES[space.charCodeAt(0)] = SPACE | ENDS_NAME | ENDS_ATTRIBUTE | ENDS_VALUE;
CLASSES[0x3e] = ENDS_NAME | ENDS_ATTRIBUTE | ENDS_VALUE;
CLASSES[0x2f] = ENDS_NAME | ENDS_ATTRIBUTE;
CLASSES[0x3d] = ENDS_ATTRIBUTE;

const SLASH = 0x2f;
const EQUALS = 0x3d;
const END = 0x3e;
const DOUBLE = 0x22;
const SINGLE = 0x27;
const QUOTES: Readonly<Record<number, string>> = { [DOUBLE]: '"', [SINGLE]: "'" };

/** Where a name is, if it is one that is looked for: the name in lower case. */
type Finder = (text: string, from: number, to: number) => string | undefined;

/** Reads start tags that are in a text as a whole, which nearly all are. */
export type TagReader = {
  /**
   * Reads the tag whose `<` is at `at`, before a letter, and answers where the text goes on behind it. -1 for one that
   * must be read character by character: its end is not here, or it is odd. What it says holds until the next call.
   */
  read(text: string, at: number): number;
  /** Is the element one of those that are looked for? */
  readonly isKnown: boolean;
  /** Has it an attribute of those that are looked for, with a value? */
  readonly changing: boolean;
  readonly selfClosing: boolean;
  /** The element's name, lower case. */
  name(): string;
  /** Its attributes; of several with one name the first. */
  attributes(): Attribute[];
  /** Tells of the attributes that are looked for and have a value where that is; of several with one name of the first. */
  eachChanging(tell: (name: string, from: number, to: number) => void): void;
};

/** Follows the same states as the tokenizer does (HTML, sections 13.2.5.8 and 13.2.5.32 to 40). */
export function createTagReader(elements: Finder, attributes: Finder): TagReader {
  /** Of each attribute: begin and end of its name, begin and end of its value, and the quote around that, or 0. */
  const places = new Int32Array(MAX_ATTRIBUTES * FIGURES);
  const known: (string | undefined)[] = Array.from({ length: MAX_ATTRIBUTES });
  let text = "";
  let start = 0;
  let nameTo = 0;
  let count = 0;
  let element: string | undefined;
  let changing = false;
  let selfClosing = false;

  function read(of: string, at: number): number {
    text = of;
    start = at;
    count = 0;
    changing = selfClosing = false;
    const { length } = of;
    let i = at + 2;
    for (; ; i++) {
      const code = of.charCodeAt(i);
      // Also when the text is over: then it is no number.
      if (!(code <= 0xff)) return -1;
      if ((CLASSES[code] as number) & ENDS_NAME) break;
    }
    nameTo = i;
    element = elements(of, at + 1, i);

    for (;;) {
      const code = of.charCodeAt(i);
      if (code === END) return i + 1;
      if (code === SLASH || (CLASSES[code] as number) & SPACE) {
        selfClosing = code === SLASH;
        i++;
        continue;
      }
      if (count === MAX_ATTRIBUTES || i >= length) return -1;
      selfClosing = false;
      const nameFrom = i;
      let next = code;
      do {
        if (!(next <= 0xff)) return -1;
        next = of.charCodeAt(++i);
      } while (!((CLASSES[next] as number) & ENDS_ATTRIBUTE));
      const nameEnd = i;
      while ((CLASSES[next] as number) & SPACE) next = of.charCodeAt(++i);
      let from = i;
      let to = i;
      let quote = 0;
      if (next === EQUALS) {
        do next = of.charCodeAt(++i);
        while ((CLASSES[next] as number) & SPACE);
        from = to = i;
        if (next === DOUBLE || next === SINGLE) {
          from++;
          quote = next;
          to = of.indexOf(next === DOUBLE ? '"' : "'", from);
          if (to < 0) return -1;
          i = to + 1;
        } else if (next !== END) {
          while (!((CLASSES[next] as number) & ENDS_VALUE)) {
            if (++i >= length) return -1;
            next = of.charCodeAt(i);
          }
          to = i;
        }
      }
      const name = attributes(of, nameFrom, nameEnd);
      if (name !== undefined && to > from) changing = true;
      known[count] = name;
      const place = count++ * FIGURES;
      places[place] = nameFrom;
      places[place + 1] = nameEnd;
      places[place + 2] = from;
      places[place + 3] = to;
      places[place + 4] = quote;
    }
  }

  return {
    read,
    get isKnown() {
      return element !== undefined;
    },
    get changing() {
      return changing;
    },
    get selfClosing() {
      return selfClosing;
    },
    name: () => element ?? text.slice(start + 1, nameTo).toLowerCase(),
    attributes() {
      const found: Attribute[] = [];
      for (let at = 0; at < count; at++) {
        const place = at * FIGURES;
        const nameFrom = places[place] as number;
        const name = known[at] ?? text.slice(nameFrom, places[place + 1]).toLowerCase();
        if (found.some((one) => one.name === name)) continue;
        const from = (places[place + 2] as number) - start;
        const to = (places[place + 3] as number) - start;
        found.push({ name, nameFrom: nameFrom - start, from, to, quote: QUOTES[places[place + 4] as number] ?? "" });
      }
      return found;
    },
    eachChanging(tell) {
      for (let at = 0; at < count; at++) {
        const name = known[at];
        if (name === undefined || known.indexOf(name) < at) continue;
        const from = places[at * FIGURES + 2] as number;
        const to = places[at * FIGURES + 3] as number;
        if (to > from) tell(name, from, to);
      }
    },
  };
}
