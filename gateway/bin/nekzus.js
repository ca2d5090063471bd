#!/usr/bin/env node
// Starts Nekzus with a Node that is new enough. This file must stay readable for old versions of Node (16 and later):
// plain JavaScript, nothing newer than 2021, no dependencies.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const LEAST = [24, 18, 1];
const LEAST_TEXT = LEAST.join(".");
/** Set for the second start, so that a bundled Node that is itself too old ends with a message and not in a loop. */
const SECOND_START = "NEKZUS_SECOND_START";

function newEnough(version) {
  const parts = version.split(".").map((part) => Number.parseInt(part, 10));
  for (let i = 0; i < LEAST.length; i++) {
    if (parts[i] !== LEAST[i]) return parts[i] > LEAST[i];
  }
  return true;
}

/** The packages that may carry Node for this machine, by the names they have on the registry. */
function packageNames() {
  const system = process.platform === "win32" ? "win" : process.platform;
  return [`node-${system}-${process.arch}`, `node-bin-${system}-${process.arch}`];
}

/** The Node of an installed package; resolution looks beside this package and in every folder above it. */
function bundledNode() {
  const require = createRequire(import.meta.url);
  for (const name of packageNames()) {
    let folder;
    try {
      folder = dirname(require.resolve(`${name}/package.json`));
    } catch {
      continue;
    }
    const file = join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
    if (existsSync(file)) return file;
  }
  return undefined;
}

function fail(reason) {
  console.error(`nekzus needs Node ${LEAST_TEXT} or newer, and this is ${process.versions.node}.`);
  console.error(reason);
  console.error(`Install the package ${packageNames()[0]} beside nekzus (npm install ${packageNames()[0]}),`);
  console.error(`or install Node ${LEAST_TEXT} or newer and start again.`);
  process.exit(1);
}

/** Runs this file again with another Node and becomes as invisible as a parent process can. */
function startAgain(node) {
  const child = spawn(node, [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, [SECOND_START]: "1" },
  });
  // A terminal sends Ctrl-C and the like to both processes already: passing them on would deliver them twice.
  const fromTerminal = process.stdin.isTTY ? ["SIGINT", "SIGQUIT", "SIGHUP"] : [];
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2"]) {
    if (process.platform === "win32" && !["SIGINT", "SIGTERM", "SIGHUP"].includes(signal)) continue;
    process.on(signal, () => {
      if (!fromTerminal.includes(signal)) child.kill(signal);
    });
  }
  child.on("error", (error) => fail(`${node} did not start: ${error.message}`));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code === null ? 1 : code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    // Not every signal ends a process at once: this is the code a shell would report.
    setTimeout(() => process.exit(128 + (constants.signals[signal] || 0)), 1000);
  });
}

if (newEnough(process.versions.node)) {
  delete process.env[SECOND_START];
  const checkout = new URL("../src/main.ts", import.meta.url);
  await import(existsSync(checkout) ? checkout.href : new URL("../dist/main.js", import.meta.url).href);
} else if (process.env[SECOND_START]) {
  fail("The Node that was found in an installed package is too old as well.");
} else {
  const node = bundledNode();
  if (node === undefined) fail(`No package with a Node for this machine (${packageNames().join(", ")}) was found.`);
  startAgain(node);
}
