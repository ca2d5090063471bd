import { chmodSync, mkdirSync, statSync } from "node:fs";
import type { Logger } from "../../kit/log.ts";

const onWindows = process.platform === "win32";

/**
 * Makes the data folder, for the owner only (0700). One that others may enter is tightened when it is ours, and
 * refused when it is not. Throws an error that says what to do.
 */
export function prepareDataFolder(folder: string, log: Logger): void {
  makeFolder(folder);
  if (!statSync(folder).isDirectory()) throw new Error(`${folder} is not a folder. Choose another data folder.`);
  keepPrivate(folder, 0o700, log);
}

/** Makes a folder with all above it, for the owner only. One that exists stays as it is. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Error(
      `The folder ${folder} cannot be made (${reason}). ` +
        "Choose another one, or make it for the user that Nekzus runs as.",
      { cause: error },
    );
  }
}

/**
 * Takes away what others may do with a file or folder of ours. Throws when it belongs to somebody else, or when the
 * file system keeps no permissions. Windows has none of this kind: there the folder's own rules hold.
 */
export function keepPrivate(path: string, mode: 0o700 | 0o600, log: Logger): void {
  if (onWindows) return;
  const before = statSync(path);
  if (isPrivate(before.mode)) return;
  const was = octal(before.mode);
  if (before.uid !== process.getuid?.()) {
    throw new Error(
      `${path} is open to other users (${was}) and belongs to user ${before.uid}, not to the one Nekzus runs as. ` +
        `Let its owner run: chmod ${mode.toString(8)} ${path} — or choose a folder inside it that does not exist yet.`,
    );
  }
  chmodSync(path, mode);
  if (!isPrivate(statSync(path).mode)) {
    throw new Error(
      `${path} stays open to other users (${was}): its file system keeps no permissions. ` +
        "Choose a data folder on another file system.",
    );
  }
  log.warn({ path, was, now: `0${mode.toString(8)}` }, "other users could reach this; their access was taken away");
}

/** Is it closed to the group and to everybody else? */
export function isPrivate(mode: number): boolean {
  return onWindows || (mode & 0o077) === 0;
}

/** Permissions as `chmod` writes them. */
export function octal(mode: number): string {
  return `0${(mode & 0o777).toString(8)}`;
}
