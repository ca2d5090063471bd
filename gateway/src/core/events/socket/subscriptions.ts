import { MAX_TOPICS } from "@nekzus/contract";
import { type Levels, levelsOf, matches } from "./patterns.ts";

/** How sure a client wants to be: 0 as it comes, 1 with a confirmation of its own. */
export type Qos = 0 | 1;

/** What a client subscribed to, to be kept until it comes back. */
export type SavedSubscriptions = readonly (readonly [pattern: string, qos: Qos])[];

export type Subscriptions = {
  /** Adds all of the patterns or, when there would be too many, none; answers whether it did. The last QoS of a pattern counts. */
  add(patterns: readonly string[], qos: Qos): boolean;
  remove(patterns: readonly string[]): void;
  /** Did the client subscribe to the topic? */
  include(topic: Levels): boolean;
  /** Without any subscription everything is sent. */
  areNone(): boolean;
  /** How a message of the topic is sent; undefined: not at all. Without a subscription everything is sent (10 §10.5). */
  qosOf(topic: Levels): Qos | undefined;
  saved(): SavedSubscriptions;
};

/** Makes what one connection subscribed to, at most {@link MAX_TOPICS} patterns. */
export function createSubscriptions(saved: SavedSubscriptions = []): Subscriptions {
  const held = new Map<string, { levels: Levels; qos: Qos }>();
  for (const [pattern, qos] of saved) held.set(pattern, { levels: levelsOf(pattern), qos });

  function highest(topic: Levels): Qos | undefined {
    let found: Qos | undefined;
    for (const { levels, qos } of held.values()) {
      if ((found === undefined || qos > found) && matches(levels, topic)) found = qos;
    }
    return found;
  }

  return {
    add(patterns, qos) {
      const fresh = new Set(patterns.filter((pattern) => !held.has(pattern)));
      if (held.size + fresh.size > MAX_TOPICS) return false;
      for (const pattern of patterns) held.set(pattern, { levels: levelsOf(pattern), qos });
      return true;
    },
    remove(patterns) {
      for (const pattern of patterns) held.delete(pattern);
    },
    include: (topic) => highest(topic) !== undefined,
    areNone: () => held.size === 0,
    qosOf: (topic) => (held.size ? highest(topic) : 0),
    saved: () => [...held].map(([pattern, { qos }]) => [pattern, qos] as const),
  };
}
