import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { type Plugin, rolldown } from "rolldown";
import { parseSync } from "rolldown/utils";

export const ROOT = join(import.meta.dirname, "../..");
const SOURCES = join(ROOT, "gateway/src");

/** The programs of the package: name in `dist` and source. The supervisor starts core and edge by these names. */
const ENTRIES = { main: "main.ts", core: "core/main.ts", edge: "edge/main.ts" } as const;

/** Native helpers that libraries use when they happen to be installed; the gateway goes without. */
const OPTIONAL = ["pg-native"];

/**
 * Bundles the gateway with all its libraries into `folder` and adds `build.json` and `openapi.json`. Returns every file
 * that was bundled, for the licences. Throws when an import cannot be resolved.
 */
export async function bundle(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const build = await rolldown({
    input: Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, join(SOURCES, file)])),
    platform: "node",
    external: OPTIONAL,
    plugins: [samePlaces()],
    onLog(level, log, print) {
      if (log.code === "UNRESOLVED_IMPORT") throw new Error(log.message);
      if (log.code !== "EVAL" && log.code !== "CIRCULAR_DEPENDENCY") print(level, log);
    },
  });
  const { output } = await build.write({
    dir: folder,
    format: "esm",
    entryFileNames: "[name].js",
    // Chunks stay in one folder with the programs: `samePlaces` counts on it.
    chunkFileNames: "part-[name]-[hash].js",
    minify: false,
    sourcemap: false,
  });
  await build.close();

  const chunks = output.filter((file) => file.type === "chunk");
  const own = new Set([...chunks.map(({ fileName }) => fileName), ...builtinModules, ...OPTIONAL]);
  for (const { fileName, imports, dynamicImports } of chunks) {
    const foreign = [...imports, ...dynamicImports].find((name) => !name.startsWith("node:") && !own.has(name));
    if (foreign) throw new Error(`${fileName} still imports ${foreign}: the package has no dependencies`);
  }
  await writeFile(join(folder, "build.json"), `${JSON.stringify(await buildFacts(), null, 2)}\n`);
  await copyFile(join(ROOT, "contract/openapi.json"), join(folder, "openapi.json"));
  return chunks.flatMap(({ moduleIds }) => moduleIds);
}

/**
 * Lets `import.meta` in our sources say what it would say if each file stood in `dist` as it does in `src`, though
 * the bundler merges files: paths relative to a source stay right, and end in `.js`.
 */
function samePlaces(): Plugin {
  return {
    name: "same-places",
    transform(code, id) {
      const place = relative(SOURCES, id).replaceAll("\\", "/");
      if (place.startsWith("..") || !code.includes("import.meta")) return undefined;
      const file = place.replace(/\.ts$/, ".js");
      const url = `new URL(${JSON.stringify(`./${file}`)}, import.meta.url)`;
      const values: Record<string, string> = {
        ".url": `${url}.href`,
        ".filename": `process.getBuiltinModule("node:url").fileURLToPath(${url})`,
        ".dirname": `process.getBuiltinModule("node:url").fileURLToPath(new URL(${JSON.stringify(`./${dirname(file)}`)}, import.meta.url))`,
      };
      let result = code;
      for (const { end, start } of parseSync(id, code).module.importMetas.toReversed()) {
        const [property = ""] = /^\.(?:url|filename|dirname)\b/.exec(code.slice(end)) ?? [];
        const value = values[property];
        if (value) result = result.slice(0, start) + value + result.slice(end + property.length);
      }
      return result;
    },
  };
}

/** Version, date (SOURCE_DATE_EPOCH when set) and commit of this build. */
async function buildFacts(): Promise<{ version: string; date: string; commit: string }> {
  const { version } = JSON.parse(await readFile(join(ROOT, "gateway/package.json"), "utf8")) as { version: string };
  const epoch = process.env.SOURCE_DATE_EPOCH;
  const date = (epoch ? new Date(Number(epoch) * 1000) : new Date()).toISOString();
  const commit = await promisify(execFile)("git", ["rev-parse", "HEAD"], { cwd: ROOT }).then(
    ({ stdout }) => stdout.trim(),
    () => "unknown",
  );
  return { version, date, commit };
}
