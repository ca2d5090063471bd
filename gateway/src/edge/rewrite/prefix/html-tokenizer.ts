import { createForeignContext } from "./foreign-content.ts";
import { HeldText } from "./held-text.ts";
import { CHANGING_ATTRIBUTES, mayChange } from "./html-attributes.ts";
import type { AddressEdit } from "./prefixed-app.ts";
import { createRawText } from "./raw-text.ts";
import type { Attribute, StartTag } from "./start-tag.ts";
import { endOfEndTag, TagReader } from "./tag-reader.ts";

/** What a document consists of, in its order. All that comes in goes out in pieces. */
export type HtmlParts = {
  /** What needs no look, as it is: text, comments, end tags, declarations, start tags that do not change. */
  pass(text: string): void;
  /** There is a doctype here. */
  doctype(): void;
  /** What changes in a value of {@link CHANGING_ATTRIBUTES}, as it is written, in an element that is told no further. */
  value(attribute: string, raw: string): readonly AddressEdit[];
  /** Is every start tag to be told? Otherwise only those where more counts than the values on their own. */
  wantsAll(): boolean;
  /** A start tag. Answers what goes out in its place; undefined for what it is. */
  startTag(tag: StartTag): string | undefined;
  /** A start tag comes that is too long to be looked at: answers what goes before it. Its text is passed then. */
  longTag(): string;
  /** A piece of what stands in an element whose content is no markup, behind its start tag. */
  rawText(text: string): void;
  /** Such content has ended. */
  rawTextEnd(): void;
};

/** Longest tag that is looked at, in bytes. Longer ones pass as they are, which bounds what is held of a document. */
export const MAX_TAG = 1024 * 1024;
/** Most attributes of a tag that are looked at. */
const MAX_ATTRIBUTES = 1000;
/** Longest name that is kept whole; no name that matters is as long. */
const MAX_NAME = 64;

/** Elements whose content is no markup: `noscript` is one where scripts run, and the rest of prefix mode needs those. */
const RAW_TEXT: ReadonlySet<string> = new Set(
  "script style textarea title xmp iframe noembed noframes noscript plaintext".split(" "),
);

/** Elements that are told with all their attributes: one of those decides what becomes of another, or of the content. */
const ELEMENTS = [...RAW_TEXT, "svg", "math", "font", "base", "meta", "link"];

/** One for all documents: what it read is used up before it reads on. */
const reader = new TagReader(ELEMENTS, CHANGING_ATTRIBUTES, mayChange);
const NONE: Attribute[] = [];

type State =
  | "text"
  | "open"
  | "end-open"
  | "declaration"
  | "bogus"
  | "comment"
  | "cdata"
  | "name"
  | "before-attribute"
  | "attribute"
  | "after-attribute"
  | "before-value"
  | "quoted"
  | "unquoted"
  | "raw-text";

/** In these what was read is held until it is known what it is; in others it passes. */
const HOLDING: ReadonlySet<State> = new Set<State>([
  "open",
  "end-open",
  "name",
  "before-attribute",
  "attribute",
  "after-attribute",
  "before-value",
  "quoted",
  "unquoted",
]);

/**
 * Reads HTML as browsers do (HTML, section 13.2.5), as far as it decides where tags, attributes and scripts begin and
 * end. It goes on in the middle of anything. A tag that is whole in a piece is read at once, one that is cut character
 * by character, and so is a text whose `bytes` are not given. `scripting` false reads `noscript` as markup, as a browser does whose scripts are off.
 */
export function createHtmlTokenizer(
  parts: HtmlParts,
  scripting: boolean,
): { push(text: string, bytes?: Uint8Array): void; end(): void } {
  const foreign = createForeignContext();
  const rawText = createRawText(parts.rawText);
  let state: State = "text";
  /** What came before this text of a tag. */
  const held = new HeldText();
  let tooLong = false;
  let closing = false;
  let selfClosing = false;
  let name = "";
  let attributes: Attribute[] = [];
  let names = new Set<string>();
  let attribute: Attribute | undefined;
  let quote = "";
  /** What came before this text of a name. */
  let word = "";
  /** What was read of a declaration, behind `<!`. */
  let mark = "";
  /** Dashes of the end of a comment, or brackets of the end of a CDATA section. */
  let ending = 0;
  let commentStart = false;
  let bang = false;

  function push(text: string, bytes?: Uint8Array): void {
    /** What was not passed yet begins here. */
    let from = 0;
    /** What is read now, and may have to be held, begins here, or in `held`. */
    let tagAt = 0;
    let wordFrom = 0;
    let i = 0;

    const pass = (to: number) => {
      if (to > from) parts.pass(from === 0 && to === text.length ? text : text.slice(from, to));
      from = to;
    };
    /** Passes what is held: it is no start tag, or one that does not change. */
    const letGo = () => {
      if (held.length) parts.pass(held.take());
    };
    /** The place of the character at `i` in the tag. */
    const place = () => held.length + i - tagAt;
    const beginWord = () => {
      word = "";
      wordFrom = i;
    };
    const wordHere = () => (word.length > MAX_NAME ? word : word + text.slice(wordFrom, i)).toLowerCase();

    const beginTag = (closes: boolean) => {
      closing = closes;
      selfClosing = tooLong = false;
      name = "";
      attributes = [];
      names = new Set();
      attribute = undefined;
      beginWord();
      state = "name";
    };
    const endAttribute = () => {
      if (attribute && !tooLong && names.size < MAX_ATTRIBUTES && !names.has(attribute.name)) {
        names.add(attribute.name);
        attribute.to = place();
        if (attribute.from < 0) attribute.from = attribute.to;
        attributes.push(attribute);
      }
      attribute = undefined;
      state = "before-attribute";
    };
    /** Puts a text before the tag; the document goes on at `to`. */
    const putIn = (before: string, to: number) => {
      pass(tagAt);
      if (before) parts.pass(before);
      from = to;
    };
    /** The tag ends before `end`. */
    const endTag = (end: number) => {
      state = "text";
      if (closing) {
        foreign.close(name);
        letGo();
        return;
      }
      const long = tooLong || held.length + end - tagAt > MAX_TAG;
      const isForeign = foreign.open(name, long ? NONE : attributes, selfClosing);
      if (long) {
        if (!tooLong) putIn(parts.longTag(), tagAt);
        letGo();
      } else {
        const whole = held.text + text.slice(tagAt, end);
        const changed = parts.startTag({ name, text: whole, attributes, foreign: isForeign });
        if (changed === undefined) letGo();
        else {
          held.take();
          putIn(changed, end);
        }
      }
      if (isForeign || !RAW_TEXT.has(name) || (name === "noscript" && !scripting)) return;
      pass(end);
      rawText.begin(name);
      state = "raw-text";
    };
    /** Takes the tag at `i` when all of it is here, and goes on to its end. */
    const takeTag = (): boolean => {
      const { end } = reader;
      if (!bytes || end - i > MAX_TAG) return false;
      if (end < 0) return bytes[i + 1] === 0x2f && takeEndTag(bytes);
      i = end - 1;
      if (reader.isKnown || parts.wantsAll()) {
        closing = tooLong = false;
        ({ selfClosing } = reader);
        name = reader.name(text);
        attributes = reader.attributes(text);
        endTag(end);
        return true;
      }
      if (foreign.isOpen()) foreign.open(reader.name(text), NONE, reader.selfClosing);
      for (let at = 0; at < reader.changing; at++) changeValue(at);
      return true;
    };
    const takeEndTag = (bytes: Uint8Array): boolean => {
      const end = endOfEndTag(bytes, i + 2);
      if (end < 0) return false;
      if (foreign.isOpen()) foreign.close(text.slice(i + 2, end).toLowerCase());
      i = end;
      return true;
    };
    /** Each value counts on its own in the tag that was read. */
    const changeValue = (at: number) => {
      const valueFrom = reader.from(at);
      for (const edit of parts.value(reader.changingName(at), text.slice(valueFrom, reader.to(at)))) {
        pass(valueFrom + edit.from);
        if (edit.text) parts.pass(edit.text);
        from = valueFrom + edit.to;
      }
    };
    const nextTag = () =>
      bytes ? reader.next(text, bytes, i, !parts.wantsAll() && !foreign.isOpen()) : text.indexOf("<", i);

    for (; i < text.length; i++) {
      if (state === "raw-text") {
        from = i = rawText.push(text, i);
        if (!rawText.ended) break;
        parts.rawTextEnd();
        beginTag(true);
        tagAt = i;
        held.add(rawText.rest());
        name = rawText.name;
        state = "before-attribute";
      }
      if (state === "text") {
        i = nextTag();
        if (i < 0) break;
        tagAt = i;
        if (!takeTag()) state = "open";
        continue;
      }
      const char = text[i] as string;
      switch (state) {
        case "open":
          if (isLetter(char)) beginTag(false);
          else if (char === "/") state = "end-open";
          else {
            letGo();
            if (char === "!") {
              state = "declaration";
              mark = "";
            } else {
              state = char === "?" ? "bogus" : "text";
              i--;
            }
          }
          break;
        case "end-open":
          if (isLetter(char)) beginTag(true);
          else {
            letGo();
            state = char === ">" ? "text" : "bogus";
            if (char !== ">") i--;
          }
          break;
        case "declaration":
          // Not what it looked like: this character may end it.
          if (!declare(char)) {
            state = "bogus";
            i--;
          }
          break;
        case "bogus":
          i = indexOrEnd(text, ">", i);
          if (i < text.length) state = "text";
          break;
        case "comment":
          if (char === "-") {
            ending++;
            bang = false;
          } else {
            if (char === ">" && (ending >= 2 || bang || commentStart)) state = "text";
            else if (!ending) i = indexOrEnd(text, "-", i) - 1;
            bang = char === "!" && ending >= 2;
            ending = 0;
            commentStart = false;
          }
          break;
        case "cdata":
          if (char === ">" && ending >= 2) state = "text";
          else if (char !== "]") i = indexOrEnd(text, "]", i) - 1;
          ending = char === "]" ? ending + 1 : 0;
          break;
        case "name":
          if (!isSpace(char) && char !== "/" && char !== ">") break;
          if (!tooLong) name = wordHere();
          state = "before-attribute";
          i--;
          break;
        case "before-attribute":
          if (char === ">") endTag(i + 1);
          else if (!isSpace(char) && char !== "/") {
            attribute = { name: "", nameFrom: place(), from: -1, to: -1, quote: "" };
            beginWord();
            state = "attribute";
          }
          selfClosing = char === "/";
          break;
        case "attribute":
          if (char !== "=" && !isSpace(char) && char !== "/" && char !== ">") break;
          if (attribute) attribute.name = wordHere();
          if (char === "=") state = "before-value";
          else if (isSpace(char)) state = "after-attribute";
          else {
            endAttribute();
            i--;
          }
          break;
        case "after-attribute":
          if (char === "=") state = "before-value";
          else if (!isSpace(char)) {
            endAttribute();
            i--;
          }
          break;
        case "before-value":
          if (isSpace(char)) break;
          if (char === ">") {
            endAttribute();
            i--;
            break;
          }
          quote = char === '"' || char === "'" ? char : "";
          state = quote ? "quoted" : "unquoted";
          if (attribute) {
            attribute.quote = quote;
            attribute.from = place() + quote.length;
          }
          break;
        case "quoted":
          i = indexOrEnd(text, quote, i);
          if (i < text.length) endAttribute();
          break;
        case "unquoted":
          if (!isSpace(char) && char !== ">") break;
          endAttribute();
          i--;
          break;
      }
    }
    if (state === "raw-text") return;
    if ((state === "name" || state === "attribute") && word.length <= MAX_NAME) word += text.slice(wordFrom);
    if (!HOLDING.has(state) || tooLong) {
      pass(text.length);
      return;
    }
    if (held.length + text.length - tagAt <= MAX_TAG) {
      pass(tagAt);
      held.add(text.slice(tagAt));
      return;
    }
    putIn(closing ? "" : parts.longTag(), tagAt);
    letGo();
    pass(text.length);
    tooLong = true;
  }

  /** Reads on in a declaration; false when it is none. */
  function declare(char: string): boolean {
    const read = mark + char;
    mark = read;
    if (read === "--") {
      state = "comment";
      commentStart = true;
      ending = 0;
      bang = false;
    } else if (read === "[CDATA[" && foreign.inside()) {
      state = "cdata";
      ending = 0;
    } else if (read.toLowerCase() === "doctype") {
      parts.doctype();
      state = "bogus";
    } else {
      const leads = "--".startsWith(read) || "doctype".startsWith(read.toLowerCase());
      return leads || (foreign.inside() && "[CDATA[".startsWith(read));
    }
    return true;
  }

  return {
    push,
    /** What is still open has no meaning, and passes. */
    end() {
      const rest = state === "raw-text" ? rawText.rest() : "";
      if (rest) parts.rawText(rest);
      if (state === "raw-text") parts.rawTextEnd();
      if (held.length) parts.pass(held.take());
    },
  };
}

function indexOrEnd(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? text.length : at;
}

function isLetter(char: string): boolean {
  return (char >= "a" && char <= "z") || (char >= "A" && char <= "Z");
}

function isSpace(char: string): boolean {
  return char === " " || char === "\n" || char === "\t" || char === "\r" || char === "\f";
}
