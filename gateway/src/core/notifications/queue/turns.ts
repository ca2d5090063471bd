/** Whom messages are for that leave on another channel than devices: a browser, or whoever the channel reaches. */
export type Lane = { channelId: string; subscriptionId: string | null };

/** What is due for one of them. */
export type DueLane = Lane & { due: number };

/**
 * Shares out attempts, so that nobody waits for somebody else whose other side hangs: the next is for the channel, and on
 * it for the recipient, that has the fewest under way and had none for the longest. One attempt is left for other channels.
 */
export function createTurns() {
  let turns = new Map<string, number>();
  let count = 0;

  /** How many messages of whom are begun now. `lanes`: who waits longest first; `most`: attempts at the same time. */
  return function shareOut(lanes: readonly DueLane[], sending: readonly Lane[], most: number): [DueLane, number][] {
    const under = new Map<string, number>();
    const begin = (lane: Lane) => {
      for (const key of keysOf(lane)) under.set(key, (under.get(key) ?? 0) + 1);
    };
    sending.forEach(begin);
    // Who has nothing due needs no turn.
    const known = new Set(lanes.flatMap(keysOf));
    turns = new Map([...turns].filter(([key]) => known.has(key)));
    const given = new Map<DueLane, number>();
    const rankOf = (lane: DueLane) => keysOf(lane).flatMap((key) => [under.get(key) ?? 0, turns.get(key) ?? -1]);
    const mayHave = (lane: DueLane) =>
      (given.get(lane) ?? 0) < lane.due && (under.get(lane.channelId) ?? 0) < Math.max(1, most - 1);
    for (let free = most - sending.length; free > 0; free--) {
      const next = first(lanes.filter(mayHave), rankOf);
      if (!next) break;
      begin(next);
      given.set(next, (given.get(next) ?? 0) + 1);
      count++;
      for (const key of keysOf(next)) turns.set(key, count);
    }
    return [...given];
  };
}

/** The channel, and the recipient on it. */
function keysOf({ channelId, subscriptionId }: Lane): string[] {
  return subscriptionId === null ? [channelId] : [channelId, `${channelId} ${subscriptionId}`];
}

/** The first with the lowest rank, compared number by number. */
function first(lanes: readonly DueLane[], rankOf: (lane: DueLane) => number[]): DueLane | undefined {
  let best: { lane: DueLane; rank: number[] } | undefined;
  for (const lane of lanes) {
    const rank = rankOf(lane);
    const at = best ? rank.findIndex((value, index) => value !== best?.rank[index]) : 0;
    if (!best || (at >= 0 && (rank[at] ?? 0) < (best.rank[at] ?? 0))) best = { lane, rank };
  }
  return best?.lane;
}
