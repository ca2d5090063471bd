import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { whenDone } from "./cleanup.ts";

/** A folder that is removed when the test (or, from `beforeAll`, the file) has finished. */
export function makeFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  whenDone(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
