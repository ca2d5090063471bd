/**
 * Does `If-None-Match` name this entity tag, which is given with its quotes? Compared weakly (RFC 9110 §13.1.2):
 * proxies that compress weaken tags.
 */
export function isUnchanged(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}
