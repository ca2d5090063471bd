import { createForeignContext } from "./foreign-content.ts";
import { createRawText } from "./raw-text.ts";
import type { Attribute, StartTag } from "./start-tag.ts";

/** What a document consists of, in its order. All that comes in goes out in pieces. */
export type HtmlParts = {
  /** Text, comments, end tags, declarations, and tags that are too long. */
  pass(text: string): void;
  /** There is a doctype here. */
  doctype(): void;
  startTag(tag: StartTag): void;
  /** A start tag comes that is too long to be looked at; its text is passed then. */
  longTag(): void;
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
 * end. It goes on in the middle of anything and looks at each character once. `scripting` false reads `noscript` as
 * markup, as a browser does whose scripts are off.
 */
export function createHtmlTokenizer(parts: HtmlParts, scripting: boolean): { push(text: string): void; end(): void } {
  const foreign = createForeignContext();
  const rawText = createRawText(parts.rawText);
  let state: State = "text";
  /** What came before this text of what is held. */
  let held = "";
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

  function push(text: string): void {
    let from = 0;
    let wordFrom = 0;
    let i = 0;

    const take = (to: number) => {
      const whole = held + text.slice(from, to);
      held = "";
      from = to;
      return whole;
    };
    const pass = (to: number) => {
      const whole = take(to);
      if (whole) parts.pass(whole);
    };
    /** The place of the character at `i` in what is held. */
    const place = () => held.length + i - from;
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
    /** The tag ends with the character at `i`. */
    const endTag = () => {
      const whole = take(i + 1);
      state = "text";
      const long = tooLong || whole.length > MAX_TAG;
      if (closing) {
        foreign.close(name);
        parts.pass(whole);
        return;
      }
      const isForeign = foreign.open(name, long ? [] : attributes, selfClosing);
      if (long) {
        if (!tooLong) parts.longTag();
        parts.pass(whole);
      } else parts.startTag({ name, text: whole, attributes, foreign: isForeign });
      if (!isForeign && RAW_TEXT.has(name) && (scripting || name !== "noscript")) {
        rawText.begin(name);
        state = "raw-text";
      }
    };

    for (; i < text.length; i++) {
      if (state === "raw-text") {
        from = i = rawText.push(text, i);
        if (!rawText.ended) break;
        parts.rawTextEnd();
        beginTag(true);
        held = rawText.rest();
        name = rawText.name;
        state = "before-attribute";
      }
      const char = text[i] as string;
      switch (state) {
        case "text":
          i = text.indexOf("<", i);
          if (i < 0) i = text.length;
          else state = "open";
          pass(i);
          break;
        case "open":
          if (isLetter(char)) beginTag(false);
          else if (char === "/") state = "end-open";
          else if (char === "!") {
            state = "declaration";
            mark = "";
          } else {
            state = char === "?" ? "bogus" : "text";
            i--;
          }
          break;
        case "end-open":
          if (isLetter(char)) beginTag(true);
          else {
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
          i = text.indexOf(">", i);
          if (i < 0) i = text.length;
          else state = "text";
          break;
        case "comment":
          if (char === "-") {
            ending++;
            bang = false;
          } else {
            if (char === ">" && (ending >= 2 || bang || commentStart)) state = "text";
            bang = char === "!" && ending >= 2;
            ending = 0;
            commentStart = false;
          }
          break;
        case "cdata":
          if (char === ">" && ending >= 2) state = "text";
          ending = char === "]" ? ending + 1 : 0;
          break;
        case "name":
          if (!isSpace(char) && char !== "/" && char !== ">") break;
          if (!tooLong) name = wordHere();
          state = "before-attribute";
          i--;
          break;
        case "before-attribute":
          if (char === ">") endTag();
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
          i = text.indexOf(quote, i);
          if (i < 0) i = text.length;
          else endAttribute();
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
    if (!HOLDING.has(state) || tooLong) pass(text.length);
    else {
      held += text.slice(from);
      if (held.length <= MAX_TAG) return;
      if (!closing) parts.longTag();
      tooLong = true;
      from = text.length;
      pass(from);
    }
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
      if (held) parts.pass(held);
      held = "";
    },
  };
}

function isLetter(char: string): boolean {
  return (char >= "a" && char <= "z") || (char >= "A" && char <= "Z");
}

function isSpace(char: string): boolean {
  return char === " " || char === "\n" || char === "\t" || char === "\r" || char === "\f";
}
