import { LRUCache } from "lru-cache";
import { isSelected, type Key, type Selected } from "./key.ts";
import type { Policy } from "./policy.ts";

/** An answer of an app as it is kept: before anything of it is rewritten. */
export type Entry = {
  readonly routeId: string;
  readonly target: string;
  readonly keyed: string;
  readonly selected: Selected;
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly string[];
  readonly chunks: readonly Buffer[];
  /** Length of the body in bytes. */
  readonly length: number;
  readonly policy: Policy;
  /** Its age when it came, and when that was, of the clock's monotonic time; in ms. */
  readonly initialAgeMs: number;
  readonly receivedAt: number;
  /** A new one is being fetched. */
  refreshing: boolean;
};

/** Room for an answer that is coming in. */
export type Place = {
  readonly routeId: string;
  readonly target: string;
  /** What is kept was emptied meanwhile: what is coming in may be outdated. */
  readonly outdated: boolean;
  /** Takes so many bytes more; false when there are none, and then the place is given up. */
  grow(bytes: number): boolean;
  /** Given up, or filled. */
  leave(): void;
};

type OpenPlace = Place & { outdated: boolean };

export type Store = {
  /** Sets how many bytes are kept at most; another number than before empties the store. */
  limit(bytes: number): void;
  find(routeId: string, key: Key): Entry | undefined;
  place(routeId: string, target: string): Place;
  /** Keeps an answer in place of the one that this one replaces. */
  keep(entry: Entry): void;
  drop(entry: Entry): void;
  /** Forgets what a route keeps, or what it keeps for one target. */
  empty(routeId: string, target?: string): void;
  /** The body is being sent, or no more: its memory is held until then, kept or not. */
  hold(entry: Entry): void;
  release(entry: Entry): void;
  /** Bytes that are kept now, and how many answers went for want of room since the last call. */
  take(): { bytes: number; evictions: number };
};

/** What an answer takes beside its body and headers, in bytes, roughly. */
const OVERHEAD = 1024;
/** Most answers to requests for one target that differ in their headers. */
const MAX_VARIANTS = 32;
/** What comes in, and what is still being sent though it is kept no more, may take this part of the limit beside it. */
const BESIDE = 0.5;

/** Makes the memory of the answers of one edge. The answer that was asked for longest ago goes first. */
export function createStore(): Store {
  const routes = new Map<string, Map<string, Entry[]>>();
  const places = new Set<OpenPlace>();
  const holds = new Map<Entry, number>();
  let limitBytes = 0;
  let kept: LRUCache<Entry, Entry> | undefined;
  let evictions = 0;
  /** Bytes of answers that are coming in, and of those that are only held. */
  let beside = 0;

  function forget(entry: Entry): void {
    const targets = routes.get(entry.routeId);
    const variants = targets?.get(entry.target);
    if (!targets || !variants) return;
    const at = variants.indexOf(entry);
    if (at >= 0) variants.splice(at, 1);
    if (!variants.length) targets.delete(entry.target);
    if (!targets.size) routes.delete(entry.routeId);
    if (holds.has(entry)) beside += entry.length;
  }

  function variantsOf(routeId: string, target: string): Entry[] {
    let targets = routes.get(routeId);
    if (!targets) {
      targets = new Map();
      routes.set(routeId, targets);
    }
    let variants = targets.get(target);
    if (!variants) {
      variants = [];
      targets.set(target, variants);
    }
    return variants;
  }

  function isKept(entry: Entry): boolean {
    return routes.get(entry.routeId)?.get(entry.target)?.includes(entry) ?? false;
  }

  function clear(): void {
    for (const place of places) place.outdated = true;
    kept?.clear();
  }

  return {
    limit(bytes) {
      if (bytes === limitBytes) return;
      clear();
      limitBytes = bytes;
      kept = bytes
        ? new LRUCache({
            maxSize: bytes,
            sizeCalculation: sizeOf,
            dispose(entry, _, reason) {
              if (reason === "evict") evictions++;
              forget(entry);
            },
          })
        : undefined;
    },
    find(routeId, key) {
      const variants = routes.get(routeId)?.get(key.target);
      const entry = variants?.find(({ keyed, selected }) => keyed === key.keyed && isSelected(selected, key));
      return entry && kept?.get(entry);
    },
    place(routeId, target) {
      let taken = 0;
      const place: OpenPlace = {
        routeId,
        target,
        outdated: false,
        grow(bytes) {
          if (beside + bytes > limitBytes * BESIDE) {
            place.leave();
            return false;
          }
          beside += bytes;
          taken += bytes;
          return true;
        },
        leave() {
          places.delete(place);
          beside -= taken;
          taken = 0;
        },
      };
      places.add(place);
      return place;
    },
    keep(entry) {
      if (!kept || sizeOf(entry) > limitBytes) return;
      const variants = variantsOf(entry.routeId, entry.target);
      const same = variants.filter((one) => one.keyed === entry.keyed && isSame(one.selected, entry.selected));
      for (const one of same) kept.delete(one);
      if (variants.length >= MAX_VARIANTS) kept.delete(variants[0] as Entry);
      // What was deleted may have taken the list with it.
      variantsOf(entry.routeId, entry.target).push(entry);
      kept.set(entry, entry);
    },
    drop: (entry) => void kept?.delete(entry),
    empty(routeId, target) {
      for (const place of places) {
        if (place.routeId === routeId && (target === undefined || place.target === target)) place.outdated = true;
      }
      const targets = routes.get(routeId);
      const entries = target === undefined ? [...(targets?.values() ?? [])].flat() : [...(targets?.get(target) ?? [])];
      for (const entry of entries) kept?.delete(entry);
    },
    hold(entry) {
      const before = holds.get(entry) ?? 0;
      holds.set(entry, before + 1);
      if (!before && !isKept(entry)) beside += entry.length;
    },
    release(entry) {
      const left = (holds.get(entry) ?? 1) - 1;
      if (left) {
        holds.set(entry, left);
        return;
      }
      if (holds.delete(entry) && !isKept(entry)) beside -= entry.length;
    },
    take() {
      const taken = { bytes: kept?.calculatedSize ?? 0, evictions };
      evictions = 0;
      return taken;
    },
  };
}

function sizeOf({ target, headers, selected, length }: Entry): number {
  const chosenBy = selected.reduce((sum, [name, value = ""]) => sum + name.length + value.length, 0);
  return headers.reduce((sum, text) => sum + text.length, length + target.length + chosenBy + OVERHEAD);
}

function isSame(one: Selected, other: Selected): boolean {
  return (
    one.length === other.length && one.every(([name, value], at) => other[at]?.[0] === name && other[at][1] === value)
  );
}
