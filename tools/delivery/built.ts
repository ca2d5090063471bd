import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { replaceFolder } from "./replace-folder.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Where a checkout has its built dashboard, and where the gateway looks for it. */
export const DASHBOARD = join(ROOT, "gateway/dashboard");

/** In the built folder, for us and not for browsers: from which sources it was made, and out of which files. */
const FACTS = "build-facts.json";
type Facts = { sources: string; modules: string[] };

/** What a build depends on. */
const SOURCES = ["dashboard", "contract/src", "tools/delivery", "package-lock.json"];

/** Builds the dashboard into gateway/dashboard. Answers what its first view weighs, in a line for people. */
export async function renewDashboard(): Promise<string> {
  const sources = sourcesMark();
  // Loaded only here: the bundler is most of the work of a start that finds all in place.
  const { buildDashboard } = await import("./dashboard.ts");
  await mkdir(join(ROOT, "gateway"), { recursive: true });
  return replaceFolder(DASHBOARD, async (folder) => {
    const { modules, weight } = await buildDashboard(folder);
    const facts: Facts = { sources, modules: modules.map((id) => relative(ROOT, plainPath(id))) };
    await writeFile(join(folder, FACTS), `${JSON.stringify(facts, null, 2)}\n`);
    return weight;
  });
}

/**
 * Builds the dashboard unless gateway/dashboard was made from just these sources. Answers the weight of the first view
 * when it built, and undefined when there was nothing to do, which takes well below 100 ms.
 */
export async function ensureDashboard(): Promise<string | undefined> {
  const facts = existsSync(join(DASHBOARD, "index.html")) ? await readFacts().catch(() => undefined) : undefined;
  return facts?.sources === sourcesMark() ? undefined : renewDashboard();
}

/** The files that the built dashboard was made of, as absolute paths. Throws when it was not built by these tools. */
export async function dashboardModules(): Promise<string[]> {
  return (await readFacts()).modules.map((file) => join(ROOT, file));
}

async function readFacts(): Promise<Facts> {
  return JSON.parse(await readFile(join(DASHBOARD, FACTS), "utf8")) as Facts;
}

/** Ids of modules may begin with a NUL (made by a plugin) and end with a query. */
function plainPath(id: string): string {
  return id.replace(/^\0/, "").replace(/\?.*$/, "");
}

/** One text for one state of the sources. By content: times change with every checkout. */
function sourcesMark(): string {
  const hash = createHash("sha256");
  const add = (path: string): void => {
    for (const entry of readdirSync(join(ROOT, path), { withFileTypes: true }).sort(byName)) {
      const child = `${path}/${entry.name}`;
      if (entry.name === "node_modules" || /\.test\.tsx?$/.test(entry.name)) continue;
      if (entry.isDirectory()) add(child);
      else if (entry.isFile())
        hash
          .update(`${child}\0`)
          .update(readFileSync(join(ROOT, child)))
          .update("\0");
    }
  };
  for (const source of SOURCES) {
    if (source.includes(".")) hash.update(readFileSync(join(ROOT, source)));
    else add(source);
  }
  return hash.digest("hex");
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
