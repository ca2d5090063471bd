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

/**
 * Reads start tags that are in a text as a whole, which nearly all are; through the same states as the tokenizer (HTML,
 * sections 13.2.5.8 and 13.2.5.32 to 40). What it says of a tag holds until it reads the next one.
 */
export class TagReader {
  readonly #elements: Finder;
  readonly #attributes: Finder;
  /** Of each attribute: begin and end of its name, begin and end of its value, and the quote around that, or 0. */
  readonly #places = new Int32Array(MAX_ATTRIBUTES * FIGURES);
  readonly #known: (string | undefined)[] = Array.from({ length: MAX_ATTRIBUTES });
  #text = "";
  #start = 0;
  #nameTo = 0;
  #element: string | undefined;
  /** How many attributes it has. */
  count = 0;
  /** Has it an attribute of those that are looked for, with a value? */
  changing = false;
  selfClosing = false;

  /** Looks for these elements and attributes. */
  constructor(elements: Finder, attributes: Finder) {
    this.#elements = elements;
    this.#attributes = attributes;
  }

  /** Is the element one of those that are looked for? */
  get isKnown(): boolean {
    return this.#element !== undefined;
  }

  /** The element's name, lower case. */
  get name(): string {
    return this.#element ?? this.#text.slice(this.#start + 1, this.#nameTo).toLowerCase();
  }

  /** Its attributes; of several with one name the first. */
  attributes(): Attribute[] {
    const found: Attribute[] = [];
    for (let at = 0; at < this.count; at++) {
      const place = at * FIGURES;
      const nameFrom = this.#places[place] as number;
      const name = this.#known[at] ?? this.#text.slice(nameFrom, this.#places[place + 1]).toLowerCase();
      if (found.some((one) => one.name === name)) continue;
      const quote = QUOTES[this.#places[place + 4] as number] ?? "";
      const start = this.#start;
      found.push({ name, nameFrom: nameFrom - start, from: this.from(at) - start, to: this.to(at) - start, quote });
    }
    return found;
  }

  /** The name of an attribute when it is one of those that are looked for, and the first with that name. */
  changingName(at: number): string | undefined {
    const name = this.#known[at];
    return name !== undefined && this.#known.indexOf(name) === at ? name : undefined;
  }

  /** Where the value of an attribute begins in the text. */
  from(at: number): number {
    return this.#places[at * FIGURES + 2] as number;
  }

  /** Where it ends. */
  to(at: number): number {
    return this.#places[at * FIGURES + 3] as number;
  }

  /**
   * Reads the tag whose `<` is at `start`, before a letter, and answers where the text goes on behind it. -1 for one that
   * must be read character by character: its end is not here, or it is odd.
   */
  read(text: string, start: number): number {
    const { length } = text;
    let count = 0;
    let changing = false;
    let selfClosing = false;
    let i = start + 2;
    for (; ; i++) {
      const code = text.charCodeAt(i);
      // Also when the text is over: then it is no number.
      if (!(code <= 0xff)) return -1;
      if ((CLASSES[code] as number) & ENDS_NAME) break;
    }
    this.#text = text;
    this.#start = start;
    this.#nameTo = i;
    this.#element = this.#elements(text, start + 1, i);

    for (;;) {
      const code = text.charCodeAt(i);
      if (code === END) {
        this.count = count;
        this.changing = changing;
        this.selfClosing = selfClosing;
        return i + 1;
      }
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
        next = text.charCodeAt(++i);
      } while (!((CLASSES[next] as number) & ENDS_ATTRIBUTE));
      const nameTo = i;
      while ((CLASSES[next] as number) & SPACE) next = text.charCodeAt(++i);
      let from = i;
      let to = i;
      let quote = 0;
      if (next === EQUALS) {
        do next = text.charCodeAt(++i);
        while ((CLASSES[next] as number) & SPACE);
        from = to = i;
        if (next === DOUBLE || next === SINGLE) {
          from++;
          quote = next;
          to = text.indexOf(next === DOUBLE ? '"' : "'", from);
          if (to < 0) return -1;
          i = to + 1;
        } else if (next !== END) {
          while (!((CLASSES[next] as number) & ENDS_VALUE)) {
            if (++i >= length) return -1;
            next = text.charCodeAt(i);
          }
          to = i;
        }
      }
      const name = this.#attributes(text, nameFrom, nameTo);
      if (name !== undefined && to > from) changing = true;
      this.#known[count] = name;
      const place = count++ * FIGURES;
      const places = this.#places;
      places[place] = nameFrom;
      places[place + 1] = nameTo;
      places[place + 2] = from;
      places[place + 3] = to;
      places[place + 4] = quote;
    }
  }
}

/** Where an end tag ends whose name begins at `at`; -1 when it has more than a name, or its end is not here. */
export function endOfEndTag(text: string, at: number): number {
  if (!isLetterCode(text.charCodeAt(at))) return -1;
  for (let i = at + 1; ; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x3e) return i;
    if (code === 0x2f || !(code > 0x20)) return -1;
  }
}

/** Is it a letter, by its code? */
export function isLetterCode(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
