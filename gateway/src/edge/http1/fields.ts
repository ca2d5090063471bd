/** A message that is not HTTP/1.1 as it must be here; the text says why. */
export class BadMessage extends Error {}

/** Characters of a token (RFC 9110, section 5.6.2), by code. */
const TOKEN = new Uint8Array(256);
for (const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  TOKEN[char.charCodeAt(0)] = 1;
}

/** Characters of a value (RFC 9110, section 5.5), by code: no control characters but the tab. */
const VALUE = new Uint8Array(256).fill(1);
for (let code = 0; code < 0x20; code++) VALUE[code] = code === 0x09 ? 1 : 0;
VALUE[0x7f] = 0;

const MALFORMED = "a header line is malformed";

/** Header lines, and where they end. */
export type Fields = {
  /** Names and values by turns, values without the space around them. */
  fields: string[];
  /** The index after the empty line that ends them; -1 when the text ends before. */
  end: number;
};

/**
 * Reads the header lines of `text`, which is latin1, from `from` up to the first empty line. `bareFeeds`: may a line end
 * without a carriage return (RFC 9112, section 2.2)? Throws {@link BadMessage} for folded lines, for names that are no
 * token and for control characters.
 */
export function readFields(text: string, from: number, bareFeeds: "taken" | "refused"): Fields {
  const fields: string[] = [];
  const { length } = text;
  let at = from;
  while (at < length) {
    const start = text.charCodeAt(at);
    if (start === 0x0d || start === 0x0a) {
      const next = lineEnd(text, at, bareFeeds);
      if (next > 0) return { fields, end: next };
      break;
    }
    let colon = at;
    while (colon < length && TOKEN[text.charCodeAt(colon)] === 1) colon++;
    if (colon === length) break;
    if (colon === at || text.charCodeAt(colon) !== 0x3a) throw new BadMessage(MALFORMED);
    let first = colon + 1;
    while (first < length && isSpace(text.charCodeAt(first))) first++;
    let last = first;
    while (last < length && VALUE[text.charCodeAt(last)] === 1) last++;
    if (last === length) break;
    const next = lineEnd(text, last, bareFeeds);
    if (next < 0) break;
    while (last > first && isSpace(text.charCodeAt(last - 1))) last--;
    fields.push(text.slice(at, colon), text.slice(first, last));
    at = next;
  }
  return { fields, end: -1 };
}

/** The index after the line end at `at`; -1 when the text ends in its midst. Throws {@link BadMessage}. */
function lineEnd(text: string, at: number, bareFeeds: "taken" | "refused"): number {
  if (text.charCodeAt(at) === 0x0a) {
    if (bareFeeds === "taken") return at + 1;
    throw new BadMessage("a line ends without a carriage return");
  }
  if (text.charCodeAt(at) !== 0x0d) throw new BadMessage(MALFORMED);
  if (at + 1 === text.length) return -1;
  if (text.charCodeAt(at + 1) !== 0x0a) throw new BadMessage(MALFORMED);
  return at + 2;
}

/** Space and tab: only these two may stand around a value (RFC 9110, section 5.6.3). */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** The lines of a header, each with its end. Names and values hold no line ends: they come from {@link readFields}. */
export function writeFields(fields: readonly string[]): string {
  let text = "";
  for (let i = 0; i < fields.length; i += 2) text += `${fields[i]}: ${fields[i + 1]}\r\n`;
  return text;
}

/** One to fifteen digits, so that the number is exact. */
export function isLength(value: string): boolean {
  if (value.length === 0 || value.length > 15) return false;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

/** The value of a header, given in lower case, or several of them as one list; undefined when it is not there. */
export function fieldOf(fields: readonly string[], lower: string): string | undefined {
  let found: string | undefined;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    if (name.length !== lower.length || name.toLowerCase() !== lower) continue;
    found = found === undefined ? fields[i + 1] : `${found}, ${fields[i + 1]}`;
  }
  return found;
}
