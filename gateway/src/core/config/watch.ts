import { type FSWatcher, realpathSync, watch } from "node:fs";
import { basename, dirname } from "node:path";

/** Calls `changed` whenever one of the files may have changed; the returned function ends it. */
export type WatchFiles = (
  files: readonly string[],
  changed: () => void,
  failed: (folder: string) => void,
) => () => void;

/** The link that Kubernetes swaps when a mounted ConfigMap or Secret changes. */
const KUBERNETES_LINK = "..data";

/**
 * Watches the folders of files, not the files: editors put a new file in the old one's place, and a file that does
 * not exist yet can appear. Links are followed to the real file too. Calls `failed` for folders that cannot be
 * watched.
 */
export const watchFiles: WatchFiles = (files, changed, failed) => {
  const names = new Map<string, Set<string>>();
  for (const file of files.flatMap((one) => [one, target(one)])) {
    const folder = dirname(file);
    names.set(folder, (names.get(folder) ?? new Set([KUBERNETES_LINK])).add(basename(file)));
  }
  const watchers: FSWatcher[] = [];
  for (const [folder, wanted] of names) {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        if (name === null || wanted.has(name)) changed();
      });
      watcher.on("error", () => {
        watcher.close();
        failed(folder);
      });
      watchers.push(watcher);
    } catch {
      failed(folder);
    }
  }
  return () => {
    for (const watcher of watchers) watcher.close();
  };
};

function target(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
