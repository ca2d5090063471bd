import type { ReactNode } from "react";
import { scoreOf } from "../../text/search.ts";

/** Something the palette can find and do. */
export type Entry = {
  id: string;
  /** What it is called. */
  name: string;
  /** More words it is found by, such as an address or an id. */
  more?: string;
  /** A picture of 24 px or a drawing of 18. */
  icon?: ReactNode;
  /** Where it is, in a few words or as an address. */
  place?: string;
  /** The heading it stands under. */
  kind: string;
  run(): void;
};

/** How many are shown: more is a reason to type another letter. */
const SHOWN = 40;

/**
 * The entries that every word is found in, the best first: names that begin with a word go before names that contain
 * it, and those before other matches. Entries of one kind stay together, in the order of their best.
 */
export function findEntries(entries: readonly Entry[], text: string): Entry[] {
  const scored = entries
    .map((entry) => ({ entry, score: scoreOf(text, entry.name, `${entry.more ?? ""} ${entry.kind}`) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, SHOWN)
    .map(({ entry }) => entry);
  return [...Map.groupBy(scored, ({ kind }) => kind).values()].flat();
}
