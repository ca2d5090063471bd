import { Problem } from "../../kit/problem.ts";

/** Controls, space, backslash, fragment and all that is not ASCII: none of it belongs in a Location or in a path. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const FORBIDDEN = /[\u0000-\u0020\u007f-\uffff\\#]/;
const BROKEN_ESCAPE = /%(?![0-9a-f]{2})/i;
const ENCODED_CONTROL = /%(?:[01][0-9a-f]|7f)/i;
/** Literal or encoded, also where an upstream takes an encoded slash for one. */
const DOT_SEGMENT = /(?:^|\/|%2f|%5c)(?:\.|%2e){1,2}(?:$|\/|%2f|%5c|;|%3b)/i;

/**
 * Judges a path (with or without a query) that a browser wants to be sent to, and answers it unchanged. It must lie
 * in the app's own prefix, given with a trailing slash, and mean to every reader what it says. Throws FORBIDDEN for
 * another app's ground and VALIDATION_FAILED for what is not canonical.
 */
export function pathWithin(pathBase: string, target: string): string {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  if (FORBIDDEN.test(target)) refuse("holds a character that must be percent-encoded");
  if (BROKEN_ESCAPE.test(path)) refuse("holds a percent sign that encodes nothing");
  if (ENCODED_CONTROL.test(path)) refuse("holds an encoded control character");
  if (DOT_SEGMENT.test(path)) refuse("holds a dot segment");
  if (!path.startsWith(pathBase) && `${path}/` !== pathBase) {
    throw new Problem("FORBIDDEN", `The path is not one of the app, which lives under ${pathBase}.`);
  }
  return target;
}

function refuse(reason: string): never {
  throw new Problem("VALIDATION_FAILED", `The path ${reason}.`, [{ path: "path", reason }]);
}
