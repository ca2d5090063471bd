import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";

/** Age from which a lock was left behind by an edge that died, in ms: the work takes a few. */
const STALE_MS = 10_000;

export type SetAside = {
  file: string;
  /** The file that is too large, by its number in the file system. */
  ino: number;
  keep: number;
  /** Milliseconds since 1970, to judge a lock's age. */
  now: number;
};

/**
 * Renames `<file>` to `<file>.1`, what was `.1` to `.2`, and so on; removes what is beyond `keep`. Whoever makes
 * `<file>.lock` does it; for all others, and when the name stands for another file by now, nothing happens.
 */
export async function setAside({ file, ino, keep, now }: SetAside): Promise<void> {
  const lock = `${file}.lock`;
  const held = await takeLock(lock, now);
  if (!held) return;
  try {
    // Another edge may have renamed it already, and nobody has made a new one yet.
    const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
    if (found?.ino !== ino) return;
    const numbers = await oldNumbers(file);
    for (const number of numbers) {
      if (number >= keep) await rm(`${file}.${number}`, { force: true });
      else await rename(`${file}.${number}`, `${file}.${number + 1}`);
    }
    await rename(file, `${file}.1`);
  } finally {
    await rm(lock, { force: true });
  }
}

async function takeLock(lock: string, now: number): Promise<boolean> {
  try {
    await (await open(lock, "wx", 0o600)).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    // The next write finds the place free.
    const facts = await stat(lock).catch(() => undefined);
    if (facts && now - facts.mtimeMs > STALE_MS) await rm(lock, { force: true });
    return false;
  }
}

/** The numbers of the files set aside before, highest first. */
async function oldNumbers(file: string): Promise<number[]> {
  const start = `${basename(file)}.`;
  const names = await readdir(dirname(file));
  return names
    .filter((name) => name.startsWith(start) && /^[1-9]\d{0,5}$/.test(name.slice(start.length)))
    .map((name) => Number(name.slice(start.length)))
    .sort((a, b) => b - a);
}
