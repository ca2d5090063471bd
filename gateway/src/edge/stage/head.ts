import { toldAtHome } from "../rewrite/prefix/referrer-policy.ts";
import { type Mark, markedTag, tagOfDate } from "./validators.ts";

/** How a body was changed, as its header tells. */
export type Change = {
  mark: Mark;
  /** The coding that the client gets; undefined for none. */
  out: string | undefined;
  /** Did the app send it with a coding, so that the client's Accept-Encoding made a difference? */
  coded: boolean;
  /** Does it depend on what the page asked for, by Sec-Fetch-Dest? */
  byDest: boolean;
  /** The tag of an answer 304; of others it is made from what the app says. */
  tag?: string;
  /** Leaves out policies, so that those stay that the client has with its copy. */
  withoutPolicies?: boolean;
};

/** What is said of other bytes than those that are sent. Parts of a rewritten body are not offered. */
const OF_OTHER_BYTES: ReadonlySet<string> = new Set([
  "content-md5",
  "digest",
  "repr-digest",
  "content-digest",
  "accept-ranges",
  "content-encoding",
  "etag",
  "last-modified",
  // Of our own making: the app's signature no longer fits (RFC 9421).
  "signature",
  "signature-input",
]);

/**
 * The header of an answer whose body is rewritten: `headers` as the client would get them otherwise. Its validators name
 * the rewriting, its length is not known before its end.
 *
 * `Cache-Control: no-transform` changes nothing here. It binds proxies (RFC 9110, section 7.7; RFC 9111, section 5.2.2.6),
 * which stand between a client and a server that do not know of them; to its clients the gateway is the server (section
 * 3.7), and what it serves below a prefix is its own representation.
 */
export function rewrittenHeaders(headers: readonly string[], change: Change): string[] {
  const { mark, out, coded, byDest, withoutPolicies } = change;
  const kept: string[] = [];
  let etag: string | undefined;
  let lastModified: string | undefined;
  const varies: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    const value = headers[i + 1] as string;
    const lower = name.toLowerCase();
    if (lower === "etag") etag = value;
    else if (lower === "last-modified") lastModified = value;
    else if (lower === "vary") varies.push(value);
    else if (withoutPolicies && lower.startsWith("content-security-policy")) continue;
    if (lower === "referrer-policy" && byDest) {
      // Whatever a page sends past its prefix is led back by its Referer, which goes nowhere else either way.
      kept.push(name, toldAtHome(value));
    } else if (lower !== "vary" && !OF_OTHER_BYTES.has(lower)) kept.push(name, value);
  }
  const made = etag !== undefined ? markedTag(etag, mark, coded) : lastModified && tagOfDate(lastModified, mark);
  const tag = change.tag ?? made;
  if (tag) kept.push("ETag", tag);
  if (out !== undefined) kept.push("Content-Encoding", out);
  const vary = varyWith(varies, [...(coded ? ["Accept-Encoding"] : []), ...(byDest ? ["Sec-Fetch-Dest"] : [])]);
  if (vary) kept.push("Vary", vary);
  return kept;
}

/** The value of Vary that names these as well. */
function varyWith(values: readonly string[], names: readonly string[]): string {
  if (!values.length) return names.join(", ");
  const named = values.join(", ");
  const known = new Set(named.split(",").map((name) => name.trim().toLowerCase()));
  if (known.has("*")) return named;
  return [...(named ? [named] : []), ...names.filter((name) => !known.has(name.toLowerCase()))].join(", ");
}
