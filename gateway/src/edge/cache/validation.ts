import { HOP_BY_HOP } from "../../wire/header-rules.ts";
import { dateMs, soleValue, valuesOf, without } from "./fields.ts";

/** What an answer is compared by. */
export type Validators = { etag: string | undefined; lastModified: string | undefined };

export function validatorsOf(raw: readonly string[]): Validators {
  const lastModified = soleValue(raw, "last-modified");
  return { etag: soleValue(raw, "etag"), lastModified: dateMs(lastModified) === undefined ? undefined : lastModified };
}

const CONDITIONS: ReadonlySet<string> = new Set(["if-none-match", "if-modified-since"]);

/** Does the client ask only for what it does not have yet? */
export function isConditional(headers: readonly string[]): boolean {
  return [...CONDITIONS].some((name) => valuesOf(headers, name).length > 0);
}

/** The request's header with our question, whether what we keep is still right, in place of the client's own. */
export function askingWhether(headers: readonly string[], { etag, lastModified }: Validators): string[] {
  const asking = without(headers, (lower) => CONDITIONS.has(lower));
  if (etag !== undefined) asking.push("If-None-Match", etag);
  if (lastModified !== undefined) asking.push("If-Modified-Since", lastModified);
  return asking;
}

/** Does the client have this answer already (RFC 9110, section 13.2.2)? */
export function clientHasIt(headers: readonly string[], { etag, lastModified }: Validators): boolean {
  const tags = valuesOf(headers, "if-none-match");
  if (tags.length) {
    if (tags.some((value) => value.trim() === "*")) return true;
    return etag !== undefined && tags.some((value) => namesTag(value, etag));
  }
  const since = dateMs(soleValue(headers, "if-modified-since"));
  const changed = dateMs(lastModified);
  return since !== undefined && changed !== undefined && changed <= since;
}

/** Weak comparison (RFC 9110, section 8.8.3.2). */
function namesTag(list: string, etag: string): boolean {
  const opaque = etag.replace(/^W\//, "");
  return [...list.matchAll(/(?:W\/)?("[^"]*")/g)].some(([, tag]) => tag === opaque);
}

/** Does a 304 speak of the answer with this tag? One without a tag answers the question that we asked. */
export function confirms(raw: readonly string[], { etag }: Validators): boolean {
  const told = soleValue(raw, "etag");
  return told === undefined || etag === undefined || namesTag(told, etag);
}

/** The headers as they may be kept: nothing that was for one hop, and nothing that we say anew (RFC 9111, section 3.1). */
export function keptHeaders(raw: readonly string[]): string[] {
  const named = new Set(
    valuesOf(raw, "connection")
      .join(",")
      .split(",")
      .map((name) => name.trim().toLowerCase()),
  );
  return without(raw, (lower) => HOP_BY_HOP.has(lower) || named.has(lower) || lower === "age" || lower === "x-cache");
}

/** What a 304 says goes before what was kept, but for what describes the body that did not come (RFC 9111, section 3.2). */
export function freshened(kept: readonly string[], raw: readonly string[]): string[] {
  const told = without(keptHeaders(raw), describesBody);
  const names = new Set<string>();
  for (let i = 0; i < told.length; i += 2) names.add((told[i] as string).toLowerCase());
  return [...without(kept, (lower) => names.has(lower)), ...told];
}

/** The headers for a client that has the body already (RFC 9110, section 15.4.5). */
export function notModifiedHeaders(kept: readonly string[]): string[] {
  return without(kept, describesBody);
}

function describesBody(lower: string): boolean {
  return /^content-(?:length|type|encoding|range|language|md5|digest)$/.test(lower) || lower === "repr-digest";
}
