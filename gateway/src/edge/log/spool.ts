import type { Clock, Timer } from "../../kit/clock.ts";
import { countLines, type Sink } from "./sink.ts";

/** Longest time that a line waits for others, in ms. */
const GATHER_MS = 250;
/** Lines are written at once when there are so many bytes of them. */
const ENOUGH = 64 * 1024;
/** A batch with room for one more line, in bytes: lines are shorter than 4096. */
const BATCH = ENOUGH + 4096;
/** Most batches that wait while a sink is slow; lines that come then are lost. */
const MOST = 16;
/** How long the last lines may take at the end, in ms. */
const CLOSE_MS = 1000;

/** Gathers lines and writes them in few calls. It never makes anybody wait. */
export type Spool = {
  /** Takes an ASCII line shorter than 4096 bytes. */
  add(line: string): void;
  /** Writes what is left, for a second at most, and closes the sink. */
  close(): Promise<void>;
};

export type SpoolParts = {
  sink: Sink;
  clock: Clock;
  /** Lines could not be kept, with the reason. */
  onLost(lines: number, reason: string): void;
};

export function createSpool({ sink, clock, onLost }: SpoolParts): Spool {
  let batch: Buffer = Buffer.allocUnsafeSlow(BATCH);
  let used = 0;
  /** The memory of the batch that was written last, for the next. */
  let spare: Buffer | undefined;
  const full: Buffer[] = [];
  let timer: Timer | undefined;
  let writing: Promise<void> | undefined;
  let closed = false;

  /** The batch as it is; lines go into another from now on. */
  function seal(): Buffer {
    const sealed = batch.subarray(0, used);
    batch = spare ?? Buffer.allocUnsafeSlow(BATCH);
    spare = undefined;
    used = 0;
    return sealed;
  }

  function flush(): void {
    timer?.cancel();
    timer = undefined;
    if (writing || !(full.length || used)) return;
    const lines = full.shift() ?? seal();
    writing = sink.write(lines).then((failure) => {
      writing = undefined;
      if (failure) onLost(countLines(lines.subarray(failure.written)), failure.error.message);
      spare = Buffer.from(lines.buffer);
      if (closed || full.length || used >= ENOUGH) flush();
      else if (used) timer ??= clock.after(GATHER_MS, flush);
    });
  }

  async function drain(): Promise<void> {
    flush();
    while (writing) await writing;
  }

  return {
    add(line) {
      if (used >= ENOUGH) {
        if (full.length >= MOST) {
          onLost(1, "the lines are not taken as fast as they come");
          return;
        }
        full.push(seal());
      }
      used += batch.write(line, used, "latin1");
      if (writing) return;
      if (used >= ENOUGH) flush();
      else timer ??= clock.after(GATHER_MS, flush);
    },
    async close() {
      closed = true;
      const end = new Promise<void>((resolve) => clock.after(CLOSE_MS, resolve));
      await Promise.race([drain(), end]);
      // A sink that is stuck is closed by and by.
      await Promise.race([sink.close(), end]);
    },
  };
}
