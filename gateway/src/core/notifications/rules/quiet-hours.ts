/** Hours in which only what is urgent is told. `from` and `to` are HH:MM by the clocks of the time zone. */
export type QuietHours = { from: string; to: string; timeZone: string; urgent: boolean };

const MINUTE = 60_000;
/** A day on which the clocks are set back by an hour. */
const LONGEST_MINUTES = 25 * 60;

/**
 * When the quiet hours end that `now` lies in, in ms since 1970; undefined when it lies in none. Right on days when the
 * clocks change too: a night may have an hour more or less.
 */
export function quietUntil(now: number, { from, to, timeZone }: QuietHours): number | undefined {
  const clocks = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const isQuiet = (ms: number) => {
    const at = clocks.format(ms);
    return from <= to ? at >= from && at < to : at >= from || at < to;
  };
  if (!isQuiet(now)) return undefined;
  // Minute by minute, as clocks may leap over the end or show it twice; equal times would be quiet for ever.
  let end = Math.floor(now / MINUTE) * MINUTE + MINUTE;
  for (let left = LONGEST_MINUTES; left > 0 && isQuiet(end); left--) end += MINUTE;
  return end;
}
