/**
 * `npm run check`: types, style, floors and cycles, unused code, generated files. Everything runs at once; only
 * what failed shows its output. Exit code 1 when anything failed.
 */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { faintPairs, faintText } from "./contrast.ts";
import { checkFloors } from "./floors.ts";

type Result = { ok: boolean; output: string };
type Step = { name: string; run(): Promise<Result> };

const root = join(import.meta.dirname, "..");
const bin = (name: string) => join(root, "node_modules/.bin", name);

const steps: Step[] = [
  { name: "types", run: () => command(bin("tsc"), ["-p", "."]) },
  { name: "types of the page script", run: () => command(bin("tsc"), ["-p", "gateway/src/shim"]) },
  { name: "types of the tests", run: () => command(bin("tsc"), ["-p", "tests"]) },
  { name: "types of the dashboard", run: () => command(bin("tsc"), ["-p", "dashboard"]) },
  { name: "style", run: () => command(bin("biome"), ["check", "--error-on-warnings", "--diagnostic-level=warn"]) },
  { name: "unused code", run: () => command(bin("knip"), ["--no-progress"]) },
  { name: "generated files", run: () => command(process.execPath, ["tools/generate.ts", "--check"]) },
  { name: "texts in the catalogues", run: () => lingui("sync", "--clean") },
  { name: "texts in every language", run: () => lingui("missing") },
  { name: "floors and cycles", run: floors },
  { name: "floors: fixtures must fail", run: fixtures },
  { name: "contrast of the themes", run: contrast },
];

const results = await Promise.all(
  steps.map(async ({ name, run }) => {
    const start = performance.now();
    const result = await run().catch((error: unknown): Result => ({ ok: false, output: String(error) }));
    return { name, ...result, seconds: (performance.now() - start) / 1000 };
  }),
);
const failed = results.filter(({ ok }) => !ok);
for (const { name, output } of failed) console.log(`── ${name}\n${output.trim()}\n`);
for (const { name, ok, seconds } of results) {
  console.log(`${ok ? "ok    " : "FAILED"}  ${name.padEnd(27)} ${seconds.toFixed(1).padStart(5)} s`);
}
process.exitCode = failed.length > 0 ? 1 : 0;

async function lingui(...args: string[]): Promise<Result> {
  const result = await command(bin("lingui"), [
    "check",
    ...args,
    "--config",
    "dashboard/lingui.config.ts",
    "--verbose",
  ]);
  return { ...result, output: `${result.output}\nrun \`npm run generate\` and commit the result` };
}

async function floors(): Promise<Result> {
  const faults = checkFloors(root);
  return { ok: faults.length === 0, output: faults.map(({ text }) => text).join("\n") };
}

async function contrast(): Promise<Result> {
  const faint = faintPairs(readFileSync(join(root, "dashboard/src/design/themes.css"), "utf8"));
  return { ok: faint.length === 0, output: faint.map(faintText).join("\n") };
}

/** Each fixture is named after the one fault it holds: a check that lets it pass guards nothing. */
async function fixtures(): Promise<Result> {
  const folder = join(root, "tools/fixtures/floors");
  const passed = readdirSync(folder).filter((name) => {
    const kinds = checkFloors(join(folder, name)).map(({ kind }) => kind);
    return kinds.length !== 1 || kinds[0] !== name;
  });
  return {
    ok: passed.length === 0,
    output: passed.map((name) => `${name}: the check did not see the fault`).join("\n"),
  };
}

function command(file: string, args: string[]): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => {
        output += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ ok: code === 0, output }));
  });
}
