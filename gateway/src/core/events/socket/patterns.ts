/** A topic, or a pattern of topics, cut into its levels. */
export type Levels = readonly string[];

/** Cuts a topic or pattern at its dots. */
export function levelsOf(topic: string): Levels {
  return topic.split(".");
}

/**
 * Does a pattern match a topic (10 §10.5)? `+` stands for exactly one level and `#`, which comes last, for any number of
 * them, also for none. The contract's schemas judge the form of both.
 */
export function matches(pattern: Levels, topic: Levels): boolean {
  for (const [at, level] of pattern.entries()) {
    if (level === "#") return true;
    if (at >= topic.length || (level !== "+" && level !== topic[at])) return false;
  }
  return pattern.length === topic.length;
}
