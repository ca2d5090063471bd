import type { RouteEntry } from "../../wire/snapshot.ts";
import { hasEncodedSlash } from "./target.ts";

export type RouteMatch =
  | { kind: "route"; route: RouteEntry }
  /** The path is a route's prefix without its trailing slash. */
  | { kind: "slash"; route: RouteEntry }
  | { kind: "none" }
  /** An app might read the path as one of another route, or an encoded slash stands where a prefix is being decided. */
  | { kind: "ambiguous" };

export type RouteIndex = { match(path: string): RouteMatch };

/** A route, and how an app might read its prefix. */
type Entry = { route: RouteEntry; loosely: string };
/** `plain`: no prefix in it could be read in another way. */
type Bucket = { depth: number; plain: boolean; entries: Entry[] };

/** Is there anything in a path that could be read in another way? */
const READ_OTHERWISE = /[%;A-Z]|\/\//;
const NONE: RouteMatch = { kind: "none" };
const AMBIGUOUS: RouteMatch = { kind: "ambiguous" };

/**
 * Builds the index of all routes below `/apps/`: one look-up by the first segment, then the longest prefix of the
 * few routes that share it. Those that have a host name only are not in it. Matching compares raw bytes: an encoded letter is another name.
 */
export function createRouteIndex(routes: readonly RouteEntry[]): RouteIndex {
  const buckets = new Map<string, Bucket>();
  for (const route of routes) {
    if (!route.byPath) continue;
    const segments = route.pathBase.slice("/apps/".length, -1).split("/");
    const first = segments[0] as string;
    const bucket = buckets.get(first) ?? { depth: 0, plain: true, entries: [] };
    bucket.depth = Math.max(bucket.depth, segments.length);
    const loosely = looselyRead(route.pathBase);
    bucket.plain &&= loosely === route.pathBase;
    bucket.entries.push({ route, loosely });
    buckets.set(first, bucket);
  }
  for (const bucket of buckets.values())
    bucket.entries.sort((a, b) => b.route.pathBase.length - a.route.pathBase.length);

  return {
    match(path) {
      const end = path.indexOf("/", 6);
      const first = end < 0 ? path.slice(6) : path.slice(6, end);
      const bucket = buckets.get(first);
      if (!bucket) return hasEncodedSlash(first) ? AMBIGUOUS : NONE;
      const found = longestPrefix(bucket, path);
      return bucket.depth > 1 && isAmbiguous(bucket, path, found) ? AMBIGUOUS : found;
    },
  };
}

function longestPrefix({ entries }: Bucket, path: string): RouteMatch {
  for (const { route } of entries) {
    const { pathBase } = route;
    if (path.startsWith(pathBase)) return { kind: "route", route };
    if (path.length === pathBase.length - 1 && pathBase.startsWith(path)) return { kind: "slash", route };
  }
  return NONE;
}

/**
 * Where routes lie below each other, an app may read a path as one that belongs to another route: by decoding
 * letters, dropping `;parameters`, merging slashes or not minding case. It could evade the rules of that route.
 */
function isAmbiguous({ depth, plain, entries }: Bucket, path: string, found: RouteMatch): boolean {
  if (plain && !READ_OTHERWISE.test(path)) return false;
  if (path.includes("%") && hasEncodedSlash(leading(path, depth))) return true;
  const loose = `${looselyRead(path)}/`;
  const other = entries.find(({ loosely }) => loose.startsWith(loosely));
  const own = "route" in found ? looselyRead(found.route.pathBase) : "";
  return (other?.loosely ?? "") !== own;
}

function looselyRead(path: string): string {
  if (!READ_OTHERWISE.test(path)) return path;
  return path
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/;[^/]*/g, "")
    .replace(/\/+/g, "/")
    .toLowerCase();
}

/** The first `depth` segments after `/apps/`. */
function leading(path: string, depth: number): string {
  let end = 5;
  for (let i = 0; i < depth; i++) {
    const next = path.indexOf("/", end + 1);
    if (next < 0) return path.slice(6);
    end = next;
  }
  return path.slice(6, end);
}
