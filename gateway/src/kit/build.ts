import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Which build of the gateway this is. `date` is RFC 3339; date and commit are `unknown` when sources run directly. */
export type Build = { version: string; date: string; commit: string };

/** Read once at the start: from `dist/build.json` in a build, from the package's own description in a checkout. */
export const BUILD: Build = read();

function read(): Build {
  const gateway = join(import.meta.dirname, "../..");
  // Sources stay sources even where an older build lies beside them.
  const file = import.meta.filename.endsWith(".ts") ? "package.json" : "dist/build.json";
  const {
    version,
    date = "unknown",
    commit = "unknown",
  } = JSON.parse(readFileSync(join(gateway, file), "utf8")) as Partial<Build> & { version: string };
  return { version, date, commit };
}
