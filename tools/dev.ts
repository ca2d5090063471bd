/**
 * `npm run dev`: the demo gateway with a dashboard that is built again after each change of its sources; load the page
 * again to see it. A development build: it has the page `/ui/kit` and readable scripts. Arguments go to the demo.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { build } from "vite";
import { ROOT } from "./delivery/bundle.ts";

const watcher = await build({
  configFile: join(ROOT, "dashboard/vite.config.ts"),
  mode: "development",
  build: { minify: false, manifest: false, watch: {} },
});
if (!("on" in watcher)) throw new Error("the bundler does not watch");

let demo: ReturnType<typeof spawn> | undefined;
watcher.on("event", ({ code }) => {
  // The gateway reads the folder when it starts, so the first build comes first.
  if (code === "END") demo ??= startDemo();
});

function startDemo() {
  const args = [join(ROOT, "gateway/bin/nekzus.js"), "demo", ...process.argv.slice(2)];
  return spawn(process.execPath, args, { stdio: "inherit" }).on("exit", (code) => process.exit(code ?? 1));
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => demo?.kill(signal));
