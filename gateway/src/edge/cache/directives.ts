/** Cache-Control as it was sent: names in lower case, with their arguments ("" without one). */
export type Directives = ReadonlyMap<string, string>;

const DIRECTIVE = /([!#$%&'*+.^_`|~\w-]+)(?:[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]+)))?/g;
/** Longest Cache-Control that is read, in characters: a longer one says nothing that could be trusted. */
const MAX_LENGTH = 2048;
/** The largest number of seconds that is told apart from for ever (RFC 9111, section 1.2.2). */
const MAX_SECONDS = 2 ** 31;

/**
 * Reads Cache-Control (RFC 9111, section 5.2). Of a directive that comes twice the smaller argument counts. What forbids
 * storing is also found where the header is malformed.
 */
export function readDirectives(values: readonly string[]): Directives {
  const directives = new Map<string, string>();
  const text = values.join(",");
  if (text.length > MAX_LENGTH) return directives.set("no-store", "");
  for (const [, name = "", quoted, token] of text.matchAll(DIRECTIVE)) {
    const lower = name.toLowerCase();
    const value = quoted ?? token ?? "";
    const before = directives.get(lower);
    if (before === undefined || Number(value) < Number(before) || !isSeconds(value)) directives.set(lower, value);
  }
  for (const strict of ["no-store", "private"]) if (text.toLowerCase().includes(strict)) directives.set(strict, "");
  return directives;
}

/** The seconds of a directive: undefined when it is missing, 0 when it is no number (RFC 9111, section 4.2.1). */
export function secondsOf(directives: Directives, name: string): number | undefined {
  const value = directives.get(name);
  if (value === undefined) return undefined;
  return isSeconds(value) ? Math.min(Number(value), MAX_SECONDS) : 0;
}

function isSeconds(value: string): boolean {
  return /^\d{1,15}$/.test(value);
}
