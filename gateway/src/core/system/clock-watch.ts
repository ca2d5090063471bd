import type { Clock, Timer } from "../../kit/clock.ts";
import type { Logger } from "../../kit/log.ts";

/** How often the clock is compared with one that nobody sets, in ms. */
const LOOK_MS = 10_000;
/** What is worth a word, in ms; time servers correct less than that all the time. */
const NOTICED_MS = 30_000;

/** What became of the machine's clock: how far it is from where it should be, in seconds; ahead is positive. */
export type ClockChange = { seconds: number; message: string };

/**
 * Says when the machine's clock was set: what ends at a time of day (tokens, sessions, keys) then ends sooner or later
 * than was said, and somebody who wonders finds why. Codes and waits go by a clock that nobody sets.
 */
export function createClockWatch(parts: {
  clock: Clock;
  log: Logger;
  /** When something was written down last, ms since 1970; undefined when nothing was. */
  lastWritten(): Promise<number | undefined>;
  onChange(change: ClockChange): void;
}) {
  const { clock, log } = parts;
  let timer: Timer | undefined;
  let difference = 0;

  function tell(ms: number, message: string): void {
    const change = { seconds: Math.round(ms / 1000), message };
    log.warn({ seconds: change.seconds }, message);
    parts.onChange(change);
  }

  function look(): void {
    const now = clock.now() - clock.monotonic();
    const by = now - difference;
    difference = now;
    if (Math.abs(by) < NOTICED_MS) return;
    if (by > 0)
      tell(by, "the clock of this machine was set forward, or the machine slept: tokens and sessions end sooner");
    else
      tell(
        by,
        "the clock of this machine was set back: tokens made before are refused until they are exchanged or their time comes",
      );
  }

  return {
    async start(): Promise<void> {
      difference = clock.now() - clock.monotonic();
      timer = clock.every(LOOK_MS, look);
      const last = (await parts.lastWritten()) ?? 0;
      const early = clock.now() - last;
      if (early < -NOTICED_MS) {
        tell(early, "the clock of this machine is before the newest entry of the audit log: is it set right?");
      }
    },
    stop(): void {
      timer?.cancel();
    },
  };
}
