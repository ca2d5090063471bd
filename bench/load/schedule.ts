/**
 * When each request of an open loop is due: evenly, whatever became of those before it. Latency counts from there, so
 * that a request which had to wait because an earlier one was slow is as late as its user would find it ("coordinated
 * omission").
 */
export type Schedule = {
  /** How many requests are due by now and not yet taken. */
  due(now: number): number;
  /** Takes the next request and answers when it was due. */
  take(): number;
};

/** `perSecond` requests from `start` (ms) for `ms`. */
export function createSchedule(start: number, perSecond: number, ms: number): Schedule {
  const all = Math.floor((perSecond * ms) / 1000);
  const gap = 1000 / perSecond;
  let taken = 0;
  return {
    due: (now) => Math.max(0, Math.min(all, Math.floor((now - start) / gap) + 1) - taken),
    take: () => start + taken++ * gap,
  };
}
