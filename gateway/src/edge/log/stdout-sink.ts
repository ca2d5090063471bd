import { close, constants, fstatSync, openSync, type Stats, write, writeSync } from "node:fs";
import { promisify } from "node:util";
import type { Clock } from "../../kit/clock.ts";
import { createSink, type Sink } from "./sink.ts";

const writeTo = promisify(write);
const closeFile = promisify(close);

const STDOUT = 1;
/** What POSIX writes to a pipe in one piece, in bytes: other processes write to it as well. */
const ONE_PIECE = 4096;
/** Pause when the reader of a pipe is behind, in ms. */
const BEHIND_MS = 50;

/**
 * Lines on standard output. A reader that is slow, or a terminal that was stopped, must not hold the edge, so a pipe is
 * opened a second time without blocking: the mode of the first is shared with every process that inherited it.
 */
export function createStdoutSink(clock: Clock, descriptor = STDOUT): Sink {
  let opened: { fd: number; own: boolean; pieces: boolean } | undefined;

  function open(): { fd: number; own: boolean; pieces: boolean } {
    const facts = fstatSync(descriptor);
    const own = mayBlock(facts) ? openAgain(descriptor) : undefined;
    return { fd: own ?? descriptor, own: own !== undefined, pieces: !facts.isFile() };
  }

  async function shut(): Promise<void> {
    const { own, fd } = opened ?? {};
    opened = undefined;
    if (own && fd !== undefined) await closeFile(fd);
  }

  async function put(lines: Buffer, progress: { written: number }): Promise<void> {
    opened ??= open();
    const { fd, own, pieces } = opened;
    let end = 0;
    while (progress.written < lines.length) {
      if (progress.written >= end) end = pieces ? endOfPiece(lines, progress.written) : lines.length;
      try {
        const length = end - progress.written;
        // Without blocking a call is cheaper than a trip to another thread.
        progress.written += own
          ? writeSync(fd, lines, progress.written, length)
          : (await writeTo(fd, lines, progress.written, length, null)).bytesWritten;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN" || sink.closed) throw error;
        await new Promise<void>((resolve) => clock.after(BEHIND_MS, resolve));
      }
    }
  }

  const sink = createSink(put, shut);
  return sink;
}

function mayBlock(facts: Stats): boolean {
  return facts.isFIFO() || facts.isCharacterDevice();
}

/** The same pipe or terminal without blocking; undefined where the system has no way to do that. */
function openAgain(descriptor: number): number | undefined {
  try {
    const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
    return openSync(`/proc/self/fd/${descriptor}`, flags);
  } catch {
    return undefined;
  }
}

/** The end of the last whole line that still fits into one piece. */
function endOfPiece(lines: Buffer, from: number): number {
  if (lines.length - from <= ONE_PIECE) return lines.length;
  const end = lines.lastIndexOf(10, from + ONE_PIECE - 1) + 1;
  return end > from ? end : lines.indexOf(10, from) + 1;
}
