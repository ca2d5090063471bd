import { join } from "node:path";
import { rolldown } from "rolldown";
import { ROOT } from "./bundle.ts";

/**
 * Bundles the script for pages in prefix mode into one classic script: a call of a function, which knows itself by name
 * so that it can hand its text on to workers, and may be handed settings (`gateway/src/shim/main.ts`).
 */
export async function prefixScript(): Promise<string> {
  const build = await rolldown({
    input: join(ROOT, "gateway/src/shim/main.ts"),
    platform: "browser",
    tsconfig: false,
    transform: { target: "es2022" },
  });
  const { output } = await build.generate({ format: "esm", minify: true, sourcemap: false });
  await build.close();
  return `(function PREFIX_SCRIPT(HANDED){"use strict";${output[0].code.trim()}})();\n`;
}
