import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { randomId } from "../../kit/ids.ts";
import { isPrivate, octal } from "./data-folder.ts";

const KEY_BYTES = 32;

/** Where the key lies that seals the secrets in the database. */
export function keyFilePath(dataFolder: string): string {
  return join(dataFolder, "secret.key");
}

/**
 * Reads the key, 32 random bytes, and makes it on the first start. Throws an error that says what to do when the
 * file is missing although the database holds sealed secrets (a new key could open none of them), when others may
 * read it, or when it is damaged.
 */
export function loadKey(dataFolder: string, databaseHasSecrets: boolean): Uint8Array {
  const path = keyFilePath(dataFolder);
  if (!existsSync(path)) {
    if (databaseHasSecrets) {
      throw new Error(
        `The key file ${path} is missing, but the database holds secrets that were sealed with it. ` +
          "Put the file back from a backup, or copy it from the gateway that shares this database.",
      );
    }
    makeKey(dataFolder, path);
  }
  return readKey(path);
}

function readKey(path: string): Uint8Array {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Error(`The key file ${path} cannot be read (${reason}). It must belong to the user Nekzus runs as.`, {
      cause: error,
    });
  }
  try {
    const { mode } = fstatSync(descriptor);
    // Others may have read it already: a person has to know, so this is not repaired in silence.
    if (!isPrivate(mode)) {
      throw new Error(
        `The key file ${path} is open to other users (${octal(mode)}). Run: chmod 600 ${path} — ` +
          "and if others could have read it, change the secrets that the gateway keeps.",
      );
    }
    const key = readFileSync(descriptor);
    if (key.length !== KEY_BYTES) {
      throw new Error(
        `The key file ${path} is damaged: it has ${key.length} bytes instead of ${KEY_BYTES}. Put it back from a backup.`,
      );
    }
    return key;
  } finally {
    closeSync(descriptor);
  }
}

/** Appears whole or not at all, and never replaces a key that another process made meanwhile. */
function makeKey(folder: string, path: string): void {
  const draft = join(folder, randomId(".secret.key."));
  try {
    const descriptor = openSync(draft, "wx", 0o600);
    try {
      writeFileSync(descriptor, randomBytes(KEY_BYTES));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    publish(draft, path);
    syncFolder(folder);
  } finally {
    rmSync(draft, { force: true });
  }
}

function publish(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
    // Some file systems have no hard links.
    if (!existsSync(path)) renameSync(draft, path);
  }
}

/** Makes the new name survive a power cut, where the system lets folders be synchronised. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
