import type { TextRewriter } from "./body-rewriter.ts";
import { type Decoded, edited, inSource } from "./decoded.ts";
import { HeldText } from "./held-text.ts";
import { type AddressBase, type AddressEdit, addressEdit, type PrefixedApp } from "./prefixed-app.ts";

/** Longest address that is looked at, in characters as they are written; longer ones (data) pass as they are. */
const MAX_ADDRESS = 64 * 1024;
/** Longest comment that may name a source map. */
const MAX_MAP_COMMENT = 8 * 1024;
/** As long as the longest name of a function that takes addresses, and one more. */
const LOOK_BACK = 18;

type State =
  | "plain"
  | "slash"
  | "escape"
  | "comment-start"
  | "comment"
  | "map-comment"
  | "string"
  | "url"
  | "bare-address"
  | "address";

/** What ends a run of characters that mean nothing here. */
const MEANS = /["'/@()\\;}]/g;

/**
 * Rewrites CSS: `url(…)` in any quotes or none, strings after `@import` and in `image-set(…)`, and what `/*#
 * sourceMappingURL=` names. Follows the tokens of CSS Syntax 3, so that comments and other strings stay.
 */
export function createCssRewriter(app: PrefixedApp, base?: AddressBase): TextRewriter {
  return createScanner(app, base, () => {});
}

/** The same for a value that is there as a whole: what changes in it. */
export function cssEdits(app: PrefixedApp, text: string, base?: AddressBase): AddressEdit[] {
  const edits: AddressEdit[] = [];
  const scanner = createScanner(app, base, (edit) => edits.push(edit));
  scanner.push(text);
  scanner.end();
  return edits;
}

function createScanner(
  app: PrefixedApp,
  base: AddressBase | undefined,
  onEdit: (edit: AddressEdit) => void,
): TextRewriter {
  let state: State = "plain";
  let quote = "";
  /** The character before was a backslash (in strings and addresses), or a star (in comments). */
  let marked = false;
  /** Letters of `@import` that were read; 7 when only white space and comments came since. */
  let imported = 0;
  let depth = 0;
  /** Depth within `image-set(…)`; 0 outside. */
  let imageSet = 0;
  /** What was read of an address or a comment that may change, and is not given out yet. */
  const held = new HeldText();
  /** The end of what came before this text. */
  let before = "";
  /** Characters before this text. */
  let passed = 0;

  /** The function whose name stands before the bracket at `i`. */
  function functionAt(text: string, i: number): "url" | "image-set" | undefined {
    const back = (before + text.slice(Math.max(0, i - LOOK_BACK), i)).slice(-LOOK_BACK);
    const name = /(?:^|[^\w\\\x80-\xff-])(url|(?:-webkit-)?image-set)$/i.exec(back)?.[1];
    return name ? (name.length === 3 ? "url" : "image-set") : undefined;
  }

  function push(text: string): string {
    let out = "";
    let from = 0;
    let i = 0;

    /** From here on what is read is held. */
    const hold = (next: State) => {
      out += text.slice(from, i);
      from = i;
      state = next;
      marked = false;
    };
    /** What is held ends here, without the character at `i`; `edits` of it are made. */
    const release = (edits: readonly AddressEdit[]) => {
      const whole = held.take() + text.slice(from, i);
      const start = passed + i - whole.length;
      out += edited(whole, edits);
      for (const edit of edits) onEdit({ from: start + edit.from, to: start + edit.to, text: edit.text });
      from = i;
      state = "plain";
    };
    const length = () => held.length + i - from;

    for (; i < text.length; i++) {
      if (state === "plain" && imported === 0) {
        MEANS.lastIndex = i;
        i = MEANS.exec(text)?.index ?? text.length;
        if (i === text.length) break;
      }
      const char = text[i] as string;
      switch (state) {
        case "slash":
          marked = false;
          state = char === "*" ? "comment-start" : "plain";
          if (char === "*") continue;
          imported = 0;
          break;
        case "escape":
          state = "plain";
          continue;
        case "comment-start":
        case "comment":
          if (state === "comment-start" && (char === "#" || char === "@")) hold("map-comment");
          else {
            state = char === "/" && marked ? "plain" : "comment";
            marked = char === "*";
          }
          continue;
        case "map-comment":
          if (char === "/" && marked) release(mapEdits(app, base, held.text + text.slice(from, i)));
          else if (length() > MAX_MAP_COMMENT) {
            release([]);
            state = "comment";
          }
          marked = char === "*";
          continue;
        case "string":
          if (marked) marked = false;
          else if (char === "\\") marked = true;
          else if (char === quote || isLineEnd(char)) state = "plain";
          continue;
        case "url":
          if (isSpace(char)) continue;
          if (char === '"' || char === "'") {
            quote = char;
            i++;
            hold("address");
            i--;
            continue;
          }
          hold("bare-address");
          break;
        default:
      }
      if (state === "address" || state === "bare-address") {
        if (marked) marked = false;
        else if (char === "\\") marked = true;
        else if (state === "address" && (char === quote || isLineEnd(char))) {
          release(char === quote ? addressEdits(app, base, held.text + text.slice(from, i)) : []);
        } else if (state === "bare-address" && char === ")") {
          release(bareAddressEdits(app, base, held.text + text.slice(from, i)));
          closeBracket();
        }
        if ((state === "address" || state === "bare-address") && length() >= MAX_ADDRESS) {
          const bare = state === "bare-address";
          const escaped = marked;
          release([]);
          // What is left of it has no meaning, and ends as it would have ended.
          state = "string";
          marked = escaped;
          if (bare) quote = ")";
        }
        continue;
      }
      if (imported > 0 && imported < 7 && "@import"[imported] === char.toLowerCase()) {
        imported++;
        continue;
      }
      if (char === "/") {
        state = "slash";
        continue;
      }
      if (char === '"' || char === "'") {
        quote = char;
        if (imported === 7 || (imageSet > 0 && imageSet === depth)) {
          i++;
          hold("address");
          i--;
        } else {
          state = "string";
          marked = false;
        }
        imported = 0;
        continue;
      }
      if (isSpace(char)) {
        if (imported < 7) imported = 0;
        continue;
      }
      imported = 0;
      if (char === "@") imported = 1;
      else if (char === "\\") state = "escape";
      else if (char === "(") {
        depth++;
        const name = functionAt(text, i);
        if (name === "url") state = "url";
        else if (name === "image-set" && !imageSet) imageSet = depth;
      } else if (char === ")") closeBracket();
      else if (char === ";" || char === "}") depth = imageSet = 0;
    }
    if (state === "address" || state === "bare-address" || state === "map-comment") held.add(text.slice(from));
    else out += text.slice(from);
    before = (before + text.slice(-LOOK_BACK)).slice(-LOOK_BACK);
    passed += text.length;
    return out;
  }

  function closeBracket(): void {
    if (imageSet === depth) imageSet = 0;
    if (depth > 0) depth--;
  }

  return {
    push,
    end() {
      // A string or address that is still open counts as closed by the end.
      const edits =
        state === "address"
          ? addressEdits(app, base, held.text)
          : state === "bare-address"
            ? bareAddressEdits(app, base, held.text)
            : [];
      for (const edit of edits) {
        const start = passed - held.length;
        onEdit({ from: start + edit.from, to: start + edit.to, text: edit.text });
      }
      return edited(held.take(), edits);
    },
  };
}

function isLineEnd(char: string): boolean {
  return char === "\n" || char === "\r" || char === "\f";
}

function isSpace(char: string): boolean {
  return char === " " || char === "\n" || char === "\t" || char === "\r" || char === "\f";
}

function addressEdits(app: PrefixedApp, base: AddressBase | undefined, raw: string): AddressEdit[] {
  const decoded = decodeEscapes(raw);
  const edit = addressEdit(app, decoded.text, base);
  if (!edit) return [];
  return inSource([{ ...edit, text: edit.text.replace(/["'()\\\s]/g, "\\$&") }], decoded, 0);
}

/** An address without quotes ends at white space; with quotes or brackets in it there is none (CSS Syntax, 4.3.6). */
function bareAddressEdits(app: PrefixedApp, base: AddressBase | undefined, raw: string): AddressEdit[] {
  const address = raw.trimEnd();
  return /(?:^|[^\\])["'(]|[^\\\da-fA-F][\t\n\f\r ]/.test(address) ? [] : addressEdits(app, base, address);
}

function mapEdits(app: PrefixedApp, base: AddressBase | undefined, comment: string): AddressEdit[] {
  const found = /^[#@][\t ]*sourceMappingURL=([^\s*]+)/.exec(comment);
  const edit = found && addressEdit(app, found[1] as string, base);
  if (!edit) return [];
  const from = found[0].length - (found[1] as string).length;
  return [{ from: from + edit.from, to: from + edit.to, text: edit.text }];
}

/** An address without the escapes of CSS: `\2f x`, `\/`, a line end that is escaped. */
function decodeEscapes(raw: string): Decoded {
  if (!raw.includes("\\")) return { text: raw, places: undefined };
  let text = "";
  const places: number[] = [];
  for (let i = 0; i < raw.length; ) {
    const [whole, hex] = /^\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[\t\n\f\r ])?|\r\n|[\s\S])/.exec(raw.slice(i, i + 9)) ?? [
      raw[i] as string,
    ];
    const escaped = whole.length > 1;
    const code = hex === undefined ? 0 : Number.parseInt(hex, 16);
    const meant =
      hex === undefined
        ? escaped
          ? whole.slice(1).replace(/[\n\f\r]/g, "")
          : whole
        : code > 0xffff
          ? "\ufffd"
          : String.fromCharCode(code);
    text += meant;
    if (meant) places.push(i);
    i += whole.length;
  }
  places.push(raw.length);
  return { text, places };
}
