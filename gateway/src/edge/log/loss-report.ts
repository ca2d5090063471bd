import type { Clock } from "../../kit/clock.ts";
import type { Logger } from "../../kit/log.ts";

/** Shortest time between two reports, in ms: a full disk must not be filled further. */
const REPORT_MS = 60_000;

export type LossReport = { add(lines: number, reason: string): void };

/** Tells the log how many lines of the access log were lost: at once, then at most once a minute. */
export function createLossReport(clock: Clock, log: Logger): LossReport {
  let lines = 0;
  let reason = "";
  let quiet = false;

  function report(): void {
    quiet = lines > 0;
    if (!quiet) return;
    log.warn({ lines, reason }, "lines of the access log were lost");
    lines = 0;
    clock.after(REPORT_MS, report);
  }

  return {
    add(more, why) {
      lines += more;
      reason = why;
      if (!quiet) report();
    },
  };
}
