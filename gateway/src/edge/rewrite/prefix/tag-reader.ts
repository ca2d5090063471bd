import { KnownNames } from "./known-names.ts";
import type { Attribute } from "./start-tag.ts";

/** Most attributes of a tag that is read at once. */
const MAX_ATTRIBUTES = 64;

// What is kept of each: begin and end of its name, begin and end of its value, the quote around that, or 0, and its
// number among those that are looked for, or -1.
const NAME_FROM = 0;
const NAME_TO = 1;
const FROM = 2;
const TO = 3;
const QUOTE = 4;
const NUMBER = 5;
const FIGURES = 6;

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

/** All there are. */
const CODES = Array.from(CLASSES.keys());

const OPEN = 0x3c;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const END = 0x3e;
const DOUBLE = 0x22;
const SINGLE = 0x27;
const QUOTES: Readonly<Record<number, string>> = { [DOUBLE]: '"', [SINGLE]: "'" };

/**
 * Reads start tags that are in a text as a whole, which nearly all are; through the same states as the tokenizer (HTML,
 * sections 13.2.5.8 and 13.2.5.32 to 40). What it says of a tag holds until it reads the next one.
 */
export class TagReader {
  readonly #elements: KnownNames;
  readonly #attributes: KnownNames;
  /** By number of the attribute and first character of its value. */
  readonly #mayChange: Uint8Array;
  readonly #places = new Int32Array(MAX_ATTRIBUTES * FIGURES);
  /** Which attributes may change. */
  readonly #changing = new Int32Array(MAX_ATTRIBUTES);
  #start = 0;
  #nameTo = 0;
  #element = -1;
  #count = 0;
  /** Where the tag ends that was read; -1 when it must be read character by character. */
  end = -1;
  /** How many of its attributes may change. Of several with one name only the first may. */
  changing = 0;
  selfClosing = false;

  /** Looks for these elements, and for these attributes, up to 32, where their value may change by its first character. */
  constructor(
    elements: readonly string[],
    attributes: readonly string[],
    mayChange: (attribute: string, first: number) => boolean,
  ) {
    this.#elements = new KnownNames(elements);
    this.#attributes = new KnownNames(attributes);
    this.#mayChange = Uint8Array.from(attributes.flatMap((name) => CODES.map((first) => +mayChange(name, first))));
  }

  /** Is the element one of those that are looked for? */
  get isKnown(): boolean {
    return this.#element >= 0;
  }

  /** The element's name, lower case, in the text that was read. */
  name(text: string): string {
    return this.#elements.names[this.#element] ?? text.slice(this.#start + 1, this.#nameTo).toLowerCase();
  }

  /** Its attributes; of several with one name the first. */
  attributes(text: string): Attribute[] {
    const found: Attribute[] = [];
    const start = this.#start;
    for (let at = 0; at < this.#count; at++) {
      const nameFrom = this.#figure(at, NAME_FROM);
      const known = this.#attributes.names[this.#figure(at, NUMBER)];
      const name = known ?? text.slice(nameFrom, this.#figure(at, NAME_TO)).toLowerCase();
      if (found.some((one) => one.name === name)) continue;
      const from = this.#figure(at, FROM) - start;
      const to = this.#figure(at, TO) - start;
      found.push({ name, nameFrom: nameFrom - start, from, to, quote: QUOTES[this.#figure(at, QUOTE)] ?? "" });
    }
    return found;
  }

  /** Name of an attribute of those that may change. */
  changingName(at: number): string {
    return this.#attributes.names[this.#figure(this.#changing[at] as number, NUMBER)] as string;
  }

  /** Where its value begins in the text. */
  from(at: number): number {
    return this.#figure(this.#changing[at] as number, FROM);
  }

  /** Where that ends. */
  to(at: number): number {
    return this.#figure(this.#changing[at] as number, TO);
  }

  #figure(at: number, which: number): number {
    return this.#places[at * FIGURES + which] as number;
  }

  /**
   * Leaps over text and over tags in which nothing is looked for, or over text only. Answers where the next `<` stands;
   * -1 when there is none. A start tag there was read.
   */
  next(text: string, bytes: Uint8Array, from: number, tagsToo: boolean): number {
    this.end = -1;
    for (let i = from; ; ) {
      if (bytes[i] !== OPEN) {
        i = text.indexOf("<", i);
        if (i < 0) return -1;
      }
      if (isLetterCode(bytes[i + 1])) {
        const end = this.#read(bytes, i);
        if (end < 0 || !tagsToo || this.#element >= 0 || this.changing) {
          this.end = end;
          return i;
        }
        i = end;
      } else {
        const end = bytes[i + 1] === SLASH && tagsToo ? endOfEndTag(bytes, i + 2) : -1;
        if (end < 0) return i;
        i = end + 1;
      }
    }
  }

  /** Reads the tag whose `<` is at `start`, before a letter, and answers where the text goes on behind it. */
  #read(bytes: Uint8Array, start: number): number {
    const { length } = bytes;
    let count = 0;
    let changing = 0;
    /** A bit for each attribute that is looked for and was seen. */
    let seen = 0;
    let selfClosing = false;
    let i = start + 2;
    while (i < length && !((CLASSES[bytes[i] as number] as number) & ENDS_NAME)) i++;
    this.#element = this.#elements.find(bytes, start + 1, i);
    this.#nameTo = i;
    while (i < length) {
      const code = bytes[i] as number;
      if (code === END) {
        this.#start = start;
        this.#count = count;
        this.changing = changing;
        this.selfClosing = selfClosing;
        return i + 1;
      }
      if (code === SLASH || (CLASSES[code] as number) & SPACE) {
        selfClosing = code === SLASH;
        i++;
        continue;
      }
      if (count === MAX_ATTRIBUTES) return -1;
      selfClosing = false;
      const nameFrom = i++;
      while (i < length && !((CLASSES[bytes[i] as number] as number) & ENDS_ATTRIBUTE)) i++;
      const nameTo = i;
      while (i < length && (CLASSES[bytes[i] as number] as number) & SPACE) i++;
      let from = i;
      let to = i;
      let quote = 0;
      if (bytes[i] === EQUALS) {
        i++;
        while (i < length && (CLASSES[bytes[i] as number] as number) & SPACE) i++;
        const first = bytes[i];
        from = to = i;
        if (first === DOUBLE || first === SINGLE) {
          quote = first;
          from = ++i;
          while (i < length && bytes[i] !== quote) i++;
          to = i++;
        } else if (first !== END) {
          while (i < length && !((CLASSES[bytes[i] as number] as number) & ENDS_VALUE)) i++;
          to = i;
        }
      }
      const number = this.#attributes.find(bytes, nameFrom, nameTo);
      if (number >= 0) {
        const mayChange =
          to > from && !(seen & (1 << number)) && this.#mayChange[(number << 8) | (bytes[from] as number)];
        if (mayChange) this.#changing[changing++] = count;
        seen |= 1 << number;
      }
      const place = count++ * FIGURES;
      const places = this.#places;
      places[place + NAME_FROM] = nameFrom;
      places[place + NAME_TO] = nameTo;
      places[place + FROM] = from;
      places[place + TO] = to;
      places[place + QUOTE] = quote;
      places[place + NUMBER] = number;
    }
    return -1;
  }
}

/** Where an end tag ends whose name begins at `at`; -1 when it has more than a name, or its end is not here. */
export function endOfEndTag(bytes: Uint8Array, at: number): number {
  if (!isLetterCode(bytes[at])) return -1;
  for (let i = at + 1; i < bytes.length; i++) {
    const code = bytes[i] as number;
    if (code === END) return i;
    if (code === SLASH || code <= 0x20) return -1;
  }
  return -1;
}

function isLetterCode(code: number | undefined): boolean {
  const lower = (code as number) | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
