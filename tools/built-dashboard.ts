/**
 * `node tools/built-dashboard.ts`: sees to it that gateway/dashboard is there and made from these sources, for what
 * runs from the checkout. Does nothing when it is. Exit code 1 when it cannot be built.
 */
import { performance } from "node:perf_hooks";
import { ensureDashboard } from "./delivery/built.ts";

const start = performance.now();
try {
  const weight = await ensureDashboard();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (weight) console.log(`built gateway/dashboard in ${seconds} s; first view: ${weight}`);
} catch (error) {
  console.error(`The dashboard could not be built.\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
