import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../kit/clock.ts";
import type { Logger } from "../../kit/log.ts";
import type { AccessLogSettings } from "../../wire/snapshot.ts";
import type { AccessEntry } from "./access-entry.ts";
import { createFileSink } from "./file-sink.ts";
import { createLineWriter } from "./line.ts";
import { createLossReport } from "./loss-report.ts";
import type { Sink } from "./sink.ts";
import { createSpool, type Spool } from "./spool.ts";
import { createStdoutSink } from "./stdout-sink.ts";

export type AccessLog = {
  /** Takes the line of a request that has ended. Never throws, never waits. */
  write(entry: AccessEntry): void;
  /** Goes on with other settings; what was written before goes where it belonged. Nothing happens when they are equal. */
  use(settings: AccessLogSettings): void;
  /** Writes the last lines, for a second at most. */
  close(): Promise<void>;
};

export type AccessLogParts = {
  clock: Clock;
  log: Logger;
  /** So many lines could not be kept: the disk is full, or nobody reads. */
  onLost(lines: number): void;
};

/** Before the first snapshot nothing is known, and no request is taken. */
export const NO_ACCESS_LOG: AccessLogSettings = { output: "off", file: "", max_size: 0, keep: 1 };

/** Makes the access log of one edge. Lines are gathered, and lost rather than waited for. */
export function createAccessLog(settings: AccessLogSettings, { clock, log, onLost }: AccessLogParts): AccessLog {
  const lineOf = createLineWriter();
  const losses = createLossReport(clock, log);
  let used = NO_ACCESS_LOG;
  let spool: Spool | undefined;
  /** What ended in this turn of the event loop: written together, lines cost a third of what they cost one by one. */
  let ended: AccessEntry[] = [];

  function writeEnded(): void {
    const entries = ended;
    ended = [];
    for (const entry of entries) spool?.add(lineOf(entry));
  }

  function sinkOf(next: AccessLogSettings): Sink | undefined {
    if (next.output === "stdout") return createStdoutSink(clock);
    if (next.output === "off") return undefined;
    return createFileSink({
      settings: next,
      clock,
      onStuck: (error) => log.warn({ err: error, file: next.file }, "the access log cannot be set aside; it grows"),
    });
  }

  function use(next: AccessLogSettings): void {
    if (isDeepStrictEqual(next, used)) return;
    writeEnded();
    spool?.close().catch((error) => log.warn({ err: error }, "the access log did not close cleanly"));
    used = next;
    const sink = sinkOf(next);
    spool =
      sink &&
      createSpool({
        sink,
        clock,
        onLost(lines, reason) {
          onLost(lines);
          losses.add(lines, reason);
        },
      });
  }

  use(settings);
  return {
    write(entry) {
      if (spool && ended.push(entry) === 1) setImmediate(writeEnded);
    },
    use,
    async close() {
      writeEnded();
      await spool?.close();
    },
  };
}
