import { constants } from "node:fs";
import { type FileHandle, mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Clock } from "../../kit/clock.ts";
import type { AccessLogSettings } from "../../wire/snapshot.ts";
import { setAside } from "./set-aside.ts";
import { createSink, type Sink } from "./sink.ts";

/**
 * Whole lines are added to whatever stands there, also by other edges. A link is not followed, since others may be able
 * to put one there; a pipe without a reader is an error at once.
 */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** Pause after a file could not be set aside, in ms. */
const RETRY_MS = 60_000;

const LINE_BREAK = Buffer.from("\n");

/** The file as it was opened. */
type Opened = { handle: FileHandle; dev: number; ino: number; size: number; regular: boolean };

export type FileSinkParts = {
  settings: Pick<AccessLogSettings, "file" | "max_size" | "keep">;
  clock: Clock;
  /** The file cannot be set aside: it goes on growing. */
  onStuck(error: Error): void;
};

/**
 * Lines in a file that several edges share. Before each write it looks whether the name still stands for the file that
 * is open: another edge, or logrotate, may have renamed it.
 */
export function createFileSink({ settings, clock, onStuck }: FileSinkParts): Sink {
  const { file, max_size, keep } = settings;
  let opened: Opened | undefined;
  /** Did the last write end within a line? */
  let torn = false;
  let notBefore = Number.NEGATIVE_INFINITY;

  async function shut(): Promise<void> {
    const { handle } = opened ?? {};
    opened = undefined;
    // What a disk says only now is lost with it; there is nothing to do about it.
    await handle?.close().catch(() => {});
  }

  async function openFile(): Promise<Opened> {
    const handle = await openOrMakeFolder(file);
    try {
      const facts = await handle.stat();
      return { handle, dev: facts.dev, ino: facts.ino, size: facts.size, regular: facts.isFile() };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** The file that the name stands for now. */
  async function current(): Promise<Opened> {
    if (opened) {
      const found = await stat(file).catch(() => undefined);
      if (found?.ino === opened.ino && found.dev === opened.dev) opened.size = found.size;
      else await shut();
    }
    opened ??= await openFile();
    return opened;
  }

  /** A file with room for so many more bytes, if one can be had. */
  async function withRoom(more: number): Promise<Opened> {
    const now = await current();
    const full = max_size && now.regular && now.size && now.size + more > max_size;
    if (!full || clock.monotonic() < notBefore) return now;
    try {
      await setAside({ file, ino: now.ino, keep, now: clock.now() });
    } catch (error) {
      notBefore = clock.monotonic() + RETRY_MS;
      onStuck(error as Error);
    }
    return current();
  }

  async function put(lines: Buffer, progress: { written: number }): Promise<void> {
    const { handle } = await withRoom(lines.length);
    if (torn) await handle.write(LINE_BREAK);
    torn = false;
    while (progress.written < lines.length) {
      progress.written += (await handle.write(lines, progress.written)).bytesWritten;
    }
  }

  return createSink(async (lines, progress) => {
    try {
      await put(lines, progress);
    } catch (error) {
      if (progress.written > 0) torn = lines[progress.written - 1] !== LINE_BREAK[0];
      throw error;
    }
  }, shut);
}

async function openOrMakeFolder(file: string): Promise<FileHandle> {
  try {
    return await open(file, FLAGS, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    return open(file, FLAGS, 0o600);
  }
}
