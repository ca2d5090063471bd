import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort, get, untilLive } from "./gateway.ts";

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nekzus-installed-"));
  await run(process.execPath, [join(root, "tools/pack.ts"), folder]);
  const [archive] = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
  await writeFile(join(folder, "package.json"), '{ "private": true }\n');
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", `./${archive}`], {
    cwd: folder,
    env: environment(),
  });
}, 180_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("the package brings nothing but itself and a Node", async () => {
  const packages = (await readdir(join(folder, "node_modules"))).filter((name) => !name.startsWith("."));
  expect(packages.filter((name) => !/^node(-bin)?-/.test(name))).toEqual(["nekzus"]);
  const files = await readdir(join(folder, "node_modules/nekzus"));
  const expected = ["LICENSE", "README.md", "THIRD-PARTY-LICENSES", "bin", "dashboard", "dist", "pages"];
  expect(files).toEqual(expect.arrayContaining(expected));
});

test("the dashboard is whole, compressed, and without its sources; its libraries are named with their licences", async () => {
  const place = join(folder, "node_modules/nekzus");
  const files = await readdir(join(place, "dashboard"), { recursive: true });
  expect(files).toContain("index.html");
  const scripts = files.filter((name) => name.endsWith(".js"));
  expect(scripts.length).toBeGreaterThan(0);
  for (const name of scripts) {
    expect(await readFile(join(place, "dashboard", name), "utf8")).not.toContain("sourceMappingURL");
  }
  const heavy = scripts.filter((name) => !files.includes(`${name}.br`) || !files.includes(`${name}.gz`));
  for (const name of heavy) expect((await stat(join(place, "dashboard", name))).size).toBeLessThan(500);
  expect(files.filter((name) => /\.(map|tsx?|po|json)$/.test(name))).toEqual([]);
  const licences = await readFile(join(place, "THIRD-PARTY-LICENSES"), "utf8");
  for (const library of ["react", "react-dom", "tailwindcss", "@fontsource-variable/inter", "fastify"]) {
    expect(licences).toMatch(new RegExp(`^${library} \\d`, "m"));
  }
});

test("`npx nekzus version` runs with the Node of the machine", async () => {
  const { version } = JSON.parse(await readFile(join(root, "gateway/package.json"), "utf8")) as { version: string };
  const { stdout } = await run("npx", ["nekzus", "version"], { cwd: folder, env: environment() });
  expect(stdout).toContain(version);
});

test("the installed gateway starts, answers and stops when it is told to", async () => {
  const [api, apps] = [await freePort(), await freePort()];
  const gateway = spawn(join(folder, "node_modules/.bin/nekzus"), ["start"], {
    cwd: folder,
    env: {
      ...environment(),
      NEKZUS_DATA: join(folder, "data"),
      NEKZUS_ADDR: `127.0.0.1:${api}`,
      NEKZUS_APPS_ADDR: `127.0.0.1:${apps}`,
      NEKZUS_DISCOVERY_ENABLED: "false",
    },
  });
  let said = "";
  for (const stream of [gateway.stdout, gateway.stderr]) {
    stream.on("data", (bytes: Buffer) => {
      said += bytes.toString("utf8");
    });
  }
  const exited = once(gateway, "exit");
  try {
    await untilLive(
      `https://127.0.0.1:${api}`,
      () => gateway.exitCode !== null,
      () => said,
    );
    const page = await get(`https://127.0.0.1:${api}/ui/`);
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page?.body ?? "")?.[1];
    expect(script, page?.body).toBeDefined();
    expect((await get(`https://127.0.0.1:${api}${script}`))?.status).toBe(200);
    gateway.kill("SIGTERM");
    expect(await exited, said).toEqual([0, null]);
  } finally {
    gateway.kill("SIGKILL");
  }
}, 60_000);

/** What a person's shell would have: without this checkout's programs in the path and without npm's own variables. */
function environment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|init_cwd$|node_env$|vitest|nekzus_)/i.test(name),
  );
  const path = (process.env.PATH ?? "").split(delimiter).filter((part) => !part.includes("node_modules"));
  return { ...Object.fromEntries(entries), PATH: path.join(delimiter) };
}
