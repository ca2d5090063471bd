/** A message that is not HTTP/1.1 as it must be here; the text says why. */
export class BadMessage extends Error {}

/** Characters of a token (RFC 9110, section 5.6.2), by code. */
const TOKEN = new Uint8Array(256);
for (const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  TOKEN[char.charCodeAt(0)] = 1;
}

/**
 * Reads the header lines of `text`, which is latin1, from `from` up to the first empty line: names and values by turns,
 * values without the space around them. Lines end with a line feed, with or without a carriage return before it.
 * Throws {@link BadMessage} for folded lines, for names that are no token and for control characters.
 */
export function readFields(text: string, from: number): string[] {
  const fields: string[] = [];
  for (let at = from; at < text.length; ) {
    const feed = text.indexOf("\n", at);
    const next = feed < 0 ? text.length : feed + 1;
    let end = feed < 0 ? text.length : feed;
    if (end > at && text.charCodeAt(end - 1) === 0x0d) end--;
    if (end === at) break;
    let colon = at;
    while (colon < end && TOKEN[text.charCodeAt(colon)] === 1) colon++;
    if (colon === at || colon === end || text.charCodeAt(colon) !== 0x3a) {
      throw new BadMessage("a header line is malformed");
    }
    let first = colon + 1;
    let last = end;
    while (first < last && isSpace(text.charCodeAt(first))) first++;
    while (last > first && isSpace(text.charCodeAt(last - 1))) last--;
    for (let i = first; i < last; i++) {
      const code = text.charCodeAt(i);
      if ((code < 0x20 && code !== 0x09) || code === 0x7f) throw new BadMessage("a header line is malformed");
    }
    fields.push(text.slice(at, colon), text.slice(first, last));
    at = next;
  }
  return fields;
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
