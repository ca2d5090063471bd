import type { Decoded } from "./decoded.ts";

/** Named references whose meaning is ASCII; other names cannot matter to an address and stay as they are. */
const NAMED: Readonly<Record<string, string>> = {
  Tab: "\t",
  NewLine: "\n",
  excl: "!",
  quot: '"',
  QUOT: '"',
  num: "#",
  dollar: "$",
  percnt: "%",
  amp: "&",
  AMP: "&",
  apos: "'",
  lpar: "(",
  rpar: ")",
  ast: "*",
  midast: "*",
  plus: "+",
  comma: ",",
  period: ".",
  sol: "/",
  colon: ":",
  semi: ";",
  lt: "<",
  LT: "<",
  equals: "=",
  gt: ">",
  GT: ">",
  quest: "?",
  commat: "@",
  lsqb: "[",
  lbrack: "[",
  bsol: "\\",
  rsqb: "]",
  rbrack: "]",
  Hat: "^",
  lowbar: "_",
  UnderBar: "_",
  grave: "`",
  DiacriticalGrave: "`",
  lcub: "{",
  lbrace: "{",
  verbar: "|",
  vert: "|",
  VerticalLine: "|",
  rcub: "}",
  rbrace: "}",
};

/** Those that need no semicolon, unless a letter, a digit or `=` follows (in attributes). */
const WITHOUT_SEMICOLON: ReadonlySet<string> = new Set(["amp", "AMP", "lt", "LT", "gt", "GT", "quot", "QUOT"]);

const REFERENCE =
  /&(?:#(?:[xX](?=[0-9a-fA-F])0*([0-9a-fA-F]{0,9})[0-9a-fA-F]*|(?=[0-9])0*([0-9]{0,9})[0-9]*);?|([a-zA-Z][a-zA-Z0-9]{0,30})(;|(?![a-zA-Z0-9=])))/g;

/** Stands for the `&` of a reference that was not decoded, so that it is not encoded again. */
const KEPT = "\uf726";
/** Added to characters 0x80–0xff that were referred to: those without it are bytes of whatever charset. */
const REFERRED = 0xf700;

/** The value of an attribute without its character references (HTML, section 13.2.5.72 and on). */
export function decodeReferences(raw: string): Decoded {
  if (!raw.includes("&")) return { text: raw, places: undefined };
  const places: number[] = [];
  let text = "";
  let done = 0;
  const copy = (to: number) => {
    text += raw.slice(done, to);
    for (; done < to; done++) places.push(done);
  };
  for (const match of raw.matchAll(REFERENCE)) {
    copy(match.index);
    const meant = meaning(match);
    text += meant ?? KEPT;
    for (let i = 0; i < (meant?.length ?? 1); i++) places.push(match.index);
    done = match.index + (meant === undefined ? 1 : match[0].length);
  }
  copy(raw.length);
  places.push(raw.length);
  return { text, places };
}

function meaning([, hex, decimal, name, semicolon]: RegExpExecArray): string | undefined {
  if (name !== undefined) {
    if (!Object.hasOwn(NAMED, name)) return undefined;
    return semicolon || WITHOUT_SEMICOLON.has(name) ? NAMED[name] : undefined;
  }
  const code = hex === undefined ? Number(decimal) : Number(`0x0${hex}`);
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return "\ufffd";
  return String.fromCodePoint(code >= 0x80 && code <= 0xff ? REFERRED + code : code);
}

/** A decoded value as it may stand between these quotes; `""` where there were none adds them. */
export function encodeValue(text: string, quote: string): string {
  const around = quote || '"';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all that is not a byte
  const inside = text.replace(/[&"']|[^\x00-\xff]/gu, (char) => {
    if (char === KEPT) return "&";
    if (char === "&") return "&amp;";
    const code = char.codePointAt(0) as number;
    if (char === '"' || char === "'") return char === around ? `&#${code};` : char;
    return `&#${code > REFERRED + 0x7f && code <= REFERRED + 0xff ? code - REFERRED : code};`;
  });
  return quote ? inside : around + inside + around;
}

/** What was encoded last: nearly always the same prefix again. */
let insertion = { text: "", encoded: "" };

/** Text that is put into a value in any quotes, or none. */
export function encodeInsertion(text: string): string {
  if (text !== insertion.text) {
    const encoded = text.replace(/[^\w\-./:~%!$()*+,;@?#[\]|^]/g, (char) => `&#${char.charCodeAt(0)};`);
    insertion = { text, encoded };
  }
  return insertion.encoded;
}
