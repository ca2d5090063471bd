import { createHash } from "node:crypto";

/**
 * Tells copies of answers that were rewritten here, in this way, from all others: it stands in their ETag. A client that
 * shows it again is understood, and one that shows another (of another version, prefix or exclusion) gets a new answer.
 */
export type Mark = string;

/** `parts`: whatever the rewriting depends on. */
export function markOf(...parts: readonly string[]): Mark {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 10);
}

/** Between the app's own tag and our mark; the second: the app's tag was strong. */
const KEPT = "~p";
const WEAKENED = "~w";
/** The app has no tag; what follows is the time of its Last-Modified. */
const DATED = "~t";

/**
 * The ETag of an answer that was rewritten. `recoded`: it gets its content coding here, which another time may write
 * other bytes for the same page, so the tag is a weak one then (RFC 9110, section 8.8.1).
 */
export function markedTag(etag: string, mark: Mark, recoded: boolean): string | undefined {
  const parts = /^(W\/)?"([^"]*)"$/.exec(etag);
  if (!parts) return undefined;
  const [, weak, opaque] = parts;
  if (weak) return `W/"${opaque}${KEPT}${mark}"`;
  return recoded ? `W/"${opaque}${WEAKENED}${mark}"` : `"${opaque}${KEPT}${mark}"`;
}

/**
 * The ETag of a rewritten answer that has only a Last-Modified. That time is the app's: it does not move when the
 * gateway begins to rewrite in another way, and a copy of before would pass for fresh. RFC 9110 (section 8.8.2) has no
 * other time for it, so the client gets it inside of a tag with our mark, and the app gets it back from there.
 */
export function tagOfDate(lastModified: string, mark: Mark): string | undefined {
  const ms = Date.parse(lastModified);
  return Number.isNaN(ms) ? undefined : `W/"${DATED}${Math.floor(ms / 1000).toString(36)}${KEPT}${mark}"`;
}

/** What a tag was before it was marked. */
type Unmarked = { tag: string } | { date: string };

/** The app's own validator in a tag; undefined when it does not carry the mark. */
function unmark(tag: string, mark: Mark): Unmarked | undefined {
  for (const sign of [KEPT, WEAKENED]) {
    const end = `${sign}${mark}"`;
    if (!tag.endsWith(end)) continue;
    const rest = tag.slice(0, -end.length);
    if (sign === WEAKENED) return { tag: `${rest.replace(/^W\//, "")}"` };
    const date = rest.startsWith(`W/"${DATED}`) ? Number.parseInt(rest.slice(3 + DATED.length), 36) : Number.NaN;
    return Number.isNaN(date) ? { tag: `${rest}"` } : { date: new Date(date * 1000).toUTCString() };
  }
  return undefined;
}

function tagsIn(list: string): string[] {
  return list.match(/(?:W\/)?"[^"]*"/g) ?? [];
}

/** Does a condition name a copy that was rewritten here? */
export function isMarked(condition: string, mark: Mark): boolean {
  return tagsIn(condition).some((tag) => unmark(tag, mark) !== undefined);
}

/**
 * A list of tags as the app knows them. `others`: what becomes of those that are not marked. Empty tags mean that the
 * header is to be left out; `date` that the app is to be asked by it.
 */
export function unmarkedTags(list: string, mark: Mark, others: "keep" | "drop"): { tags: string; date?: string } {
  if (list.trim() === "*") return { tags: list };
  const tags: string[] = [];
  let date: string | undefined;
  for (const tag of tagsIn(list)) {
    const own = unmark(tag, mark);
    if (own && "date" in own) date = own.date;
    else if (own || others === "keep") tags.push(own ? own.tag : tag);
  }
  return { tags: tags.join(", "), ...(date !== undefined && tags.length === 0 && { date }) };
}

/**
 * The tag of an answer 304 (RFC 9110, section 15.4.5: as an answer 200 would have it): the one by which the client asked.
 * `own`: the tag that the app gave with it. Undefined when the copy was not rewritten here.
 */
export function tagOf304(ifNoneMatch: string | undefined, own: string | undefined, mark: Mark): string | undefined {
  if (ifNoneMatch === undefined) return undefined;
  const tags = tagsIn(ifNoneMatch);
  const marked = tags.filter((tag) => unmark(tag, mark));
  if (own === undefined) return marked.length === 1 && tags.length === 1 ? marked[0] : undefined;
  const plain = (tag: string) => tag.replace(/^W\//, "");
  return marked.find((tag) => {
    const known = unmark(tag, mark) as Unmarked;
    return "date" in known ? marked.length === 1 : plain(known.tag) === plain(own);
  });
}
