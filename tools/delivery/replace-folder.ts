import { randomUUID } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Builds that end at the same moment put theirs in place one after the other. */
const ATTEMPTS = 20;

/**
 * Puts a new folder in the place of `target`, complete or not at all: `fill` writes into a folder beside it, which
 * then takes its name. Whoever starts from `target` meanwhile never sees half of it. When `fill` throws, `target`
 * stays as it was.
 */
export async function replaceFolder<T>(target: string, fill: (folder: string) => Promise<T>): Promise<T> {
  const mark = `${basename(target)}-${randomUUID()}`;
  // Git and the style check ignore these names, in case a build is ended before it could clear up.
  const [fresh, worn] = [join(dirname(target), `.new-${mark}`), join(dirname(target), `.old-${mark}`)];
  try {
    await mkdir(fresh, { recursive: true });
    const result = await fill(fresh);
    await swap(fresh, target, worn);
    return result;
  } finally {
    await Promise.all([fresh, worn].map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

async function swap(fresh: string, target: string, worn: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await rm(worn, { recursive: true, force: true });
    await rename(target, worn).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
    try {
      return await rename(fresh, target);
    } catch (error) {
      // Somebody else's build took the place between the two steps.
      const { code = "" } = error as NodeJS.ErrnoException;
      if (attempt === ATTEMPTS || !["ENOTEMPTY", "EEXIST", "EPERM"].includes(code)) throw error;
    }
  }
}
