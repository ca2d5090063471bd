import { soleValue } from "./fields.ts";

const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** Does a method leave things as they are (RFC 9110, section 9.2.1)? One that nobody knows may not. */
export function isSafe(method: string): boolean {
  return SAFE.has(method);
}

/**
 * The targets of which nothing kept is right any more, after an answer to an unsafe request (RFC 9111, section 4.4): its
 * own, and those that the answer names on the same host.
 */
export function invalidatedBy(
  status: number,
  raw: readonly string[],
  asked: readonly string[],
  target: string,
): string[] {
  if (status < 200 || status >= 400) return [];
  const base = URL.parse(`http://${soleValue(asked, "host") ?? "app.invalid"}${target}`);
  const named = ["location", "content-location"].flatMap((name) => {
    const value = soleValue(raw, name);
    const url = base && value !== undefined ? URL.parse(value, base) : null;
    return url && url.host === base?.host ? [url.pathname + url.search] : [];
  });
  return [target, ...named];
}
