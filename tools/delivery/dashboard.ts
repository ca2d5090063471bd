import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { build } from "vite";
import { ASSET_TYPES } from "../../gateway/src/core/pages/dashboard.ts";
import { ROOT } from "./bundle.ts";
import { compressFiles } from "./compress.ts";
import { checkBudgets, firstViewFiles, type Weight } from "./first-view.ts";

const SOURCES = join(ROOT, "dashboard");

/** What a person may see first, each with its texts. */
const FIRST_VIEWS = {
  "sign-in": ["src/screens/sign-in/sign-in-screen.tsx", "locales/en/first.po"],
  Home: ["src/screens/home/home-screen.tsx", "locales/en/first.po"],
};

export type BuiltDashboard = {
  /** Every file that went into it, for the licences. */
  modules: string[];
  /** What each first view weighs, in a line for people. */
  weight: string;
};

/**
 * Builds the dashboard into `folder`: `index.html`, and everything else in `assets`, with compressed forms and without
 * source maps. Throws when the first view is heavier than its budget, and when there is a file that the gateway would
 * not serve.
 */
export async function buildDashboard(folder: string): Promise<BuiltDashboard> {
  // React brings its development half wherever this says anything else, as it does in tests.
  process.env.NODE_ENV = "production";
  const result = await build({
    root: SOURCES,
    configFile: join(SOURCES, "vite.config.ts"),
    mode: "production",
    logLevel: "warn",
    build: { outDir: folder, emptyOutDir: true, manifest: false, sourcemap: false },
  });
  if (!("output" in result)) throw new Error("the dashboard must have one output");

  const assets = join(folder, "assets");
  await mkdir(assets, { recursive: true });
  const foreign = (await readdir(assets)).find((name) => !(extname(name) in ASSET_TYPES));
  if (foreign) throw new Error(`assets/${foreign} would not be served: add its type to ASSET_TYPES in core/pages`);
  await compressFiles(assets);

  const chunks = result.output
    .filter((file) => file.type === "chunk")
    .map((chunk) => ({ ...chunk, styles: [...(chunk.viteMetadata?.importedCss ?? [])] }));
  const weights: string[] = [];
  for (const [view, sources] of Object.entries(FIRST_VIEWS)) {
    const files = firstViewFiles(
      chunks,
      sources.map((file) => join(SOURCES, file)),
    );
    weights.push(checkBudgets(view, await Promise.all(files.map((file) => weigh(folder, file)))));
  }
  const copied = result.output
    .filter((file) => file.type === "asset")
    .flatMap(({ originalFileNames }) => originalFileNames.map((name) => resolve(SOURCES, name)));
  const modules = [...chunks.flatMap(({ moduleIds }) => moduleIds), ...copied];
  return { modules: [...modules, ...(await packagesOfStyles(modules))], weight: weights.join("; ") };
}

/** How many bytes a script or style is on the wire. */
async function weigh(folder: string, file: string): Promise<Weight> {
  const { size } = await stat(join(folder, `${file}.br`)).catch(() => stat(join(folder, file)));
  return { file, kind: extname(file) === ".css" ? "style" : "script", bytes: size };
}

/** The packages whose style sheets ours import: the bundler names the files of none of them. */
async function packagesOfStyles(modules: readonly string[]): Promise<string[]> {
  const own = modules.filter((file) => file.startsWith(SOURCES) && file.endsWith(".css"));
  const texts = await Promise.all(own.map((file) => readFile(file, "utf8")));
  const imports = texts.flatMap((text) => [...text.matchAll(/@import\s+"((?:@[^/"]+\/)?[^./"][^/"]*)/g)]);
  return imports.map(([, name]) => join(ROOT, "node_modules", name as string, "package.json"));
}
