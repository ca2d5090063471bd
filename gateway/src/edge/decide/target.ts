import type { ErrorCode } from "@nekzus/contract/errors";

/** A request target in canonical form, byte for byte as it came. */
export type Target = {
  path: string;
  /** With its question mark, or empty. */
  query: string;
};

/** Why a request is refused instead of repaired (design, section 5). */
export type Refusal = { code: ErrorCode; message: string };

/** Longest request target, in bytes. Node's parser has no limit of its own for it. */
export const MAX_TARGET = 8192;

// RFC 3986 leaves these out of a request target: controls, space, `"<>\^{|}`, backquote, `#` and all that is not ASCII.
// Brackets and the like are common in queries and harmless.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const FORBIDDEN = /[\u0000-\u0020\u007f-\uffff#\\]/;
const ENCODED_CONTROL = /%(?:[01][0-9a-f]|7f)/i;
const BROKEN_ESCAPE = /%(?![0-9a-f]{2})/i;
/** A segment that is `.` or `..`, literal or encoded, with or without path parameters. */
const DOT_SEGMENT = /(?:^|\/|%2f|\\|%5c)(?:\.|%2e){1,2}(?:$|\/|%2f|\\|%5c|;|%3b)/i;

/**
 * Judges a raw request target. Nothing is decoded and nothing repaired, so that the path which policy sees is the
 * path which the upstream receives.
 */
export function readTarget(raw: string, host: string): Target | Refusal {
  if (raw.length > MAX_TARGET) {
    return { code: "URI_TOO_LONG", message: `The request line is longer than ${MAX_TARGET} bytes.` };
  }
  let target = raw;
  if (!target.startsWith("/")) {
    const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target);
    if (!absolute) return refuse("The request target must begin with a slash.");
    if (absolute[1]?.toLowerCase() !== host.toLowerCase()) {
      return refuse("The host in the request line is not the one in the Host header.");
    }
    const rest = absolute[2] ?? "";
    target = rest.startsWith("/") ? rest : `/${rest}`;
  }
  if (FORBIDDEN.test(target)) {
    return refuse("The request target contains a character that must be percent-encoded.");
  }
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  if (BROKEN_ESCAPE.test(path)) return refuse("The path contains a percent sign that encodes nothing.");
  if (ENCODED_CONTROL.test(path)) return refuse("The path contains an encoded control character.");
  if (DOT_SEGMENT.test(path)) return refuse("The path contains a dot segment.");
  return { path, query: mark < 0 ? "" : target.slice(mark) };
}

function refuse(message: string): Refusal {
  return { code: "BAD_REQUEST", message };
}

export function isRefusal(value: object): value is Refusal {
  return "code" in value;
}

/** Does this piece of a path hold an encoded slash or backslash? Refused where a prefix is being decided. */
export function hasEncodedSlash(segment: string): boolean {
  return /%2f|%5c/i.test(segment);
}
