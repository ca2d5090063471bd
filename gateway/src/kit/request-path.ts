// RFC 3986 leaves these out of a request target: controls, space, `"<>\^{|}`, backquote, `#` and all that is not ASCII.
// Brackets and the like are common in queries and harmless; so is the backslash there, which browsers send as it is.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const FORBIDDEN = /[\u0000-\u0020\u007f-\uffff#]/;
const ENCODED_CONTROL = /%(?:[01][0-9a-f]|7f)/i;
const BROKEN_ESCAPE = /%(?![0-9a-f]{2})/i;
/** A segment that is `.` or `..`, literal or encoded, with or without path parameters. */
const DOT_SEGMENT = /(?:^|\/|%2f|%5c)(?:\.|%2e){1,2}(?:$|\/|%2f|%5c|;|%3b)/i;

/** A path and its query (with its question mark, or empty), byte for byte. */
export type PathAndQuery = { path: string; query: string };

/**
 * Judges a path with or without a query, as a request brings it or as a browser is to be sent to. Nothing is decoded
 * and nothing repaired, so that everybody who reads it later sees the same. Answers the two parts, or why it is refused.
 */
export function readPath(target: string): PathAndQuery | { fault: string } {
  if (FORBIDDEN.test(target)) return { fault: "holds a character that must be percent-encoded" };
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  // Some read it as a slash.
  if (path.includes("\\")) return { fault: "holds a character that must be percent-encoded" };
  const encoded = path.includes("%");
  if (encoded && BROKEN_ESCAPE.test(path)) return { fault: "holds a percent sign that encodes nothing" };
  if (encoded && ENCODED_CONTROL.test(path)) return { fault: "holds an encoded control character" };
  if ((encoded || path.includes(".")) && DOT_SEGMENT.test(path)) return { fault: "holds a dot segment" };
  return { path, query: mark < 0 ? "" : target.slice(mark) };
}
