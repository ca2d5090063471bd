import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const TOOL = join(import.meta.dirname, "../../tools/built-dashboard.ts");

/**
 * Before whole systems start: builds the dashboard that they serve, unless it is there and made from these sources. In
 * a process of its own, because the build must not believe to be a test. While somebody works on the dashboard it may
 * not build: other tests run all the same, but never in CI.
 */
export async function setup(): Promise<void> {
  const [code] = await once(spawn(process.execPath, [TOOL], { stdio: "inherit" }), "exit");
  if (code === 0) return;
  const message = "the dashboard could not be built: tests see the last one, or none";
  if (process.env.CI) throw new Error(message);
  console.warn(message);
}
