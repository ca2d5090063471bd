import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { whenDone } from "./cleanup.ts";

export type User = { uid: number; gid: number };

/** An ordinary user of this machine that tests may act as; undefined when we are not root or there is none. */
export function otherUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of [process.env.LAB_USER, "www-data", "nobody"]) {
    const entry = accounts.find((line) => name && line.startsWith(`${name}:`))?.split(":");
    if (entry) return { uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  return undefined;
}

/** Runs a small CommonJS script as another user, or as ourselves, and gives back what it printed. */
export function runAs(user: User | undefined, script: string, ...args: string[]): string {
  const done = spawnSync(process.execPath, ["-e", script, "--", ...args], {
    ...user,
    cwd: "/",
    env: { PATH: process.env.PATH, NODE_TLS_REJECT_UNAUTHORIZED: "0", NODE_NO_WARNINGS: "1" },
    encoding: "utf8",
    timeout: 20_000,
  });
  if (done.status !== 0) throw new Error(`the script ended with ${done.status}: ${done.stderr}`);
  return done.stdout.trim();
}

/** Starts a program as another user. It is killed when the test (or, from `beforeAll`, the file) has finished. */
export function startAs(user: User, program: string, args: readonly string[]): { output(): string } {
  const child = spawn(program, args, {
    ...user,
    cwd: "/",
    env: { PATH: process.env.PATH },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  child.on("error", (error) => {
    output += String(error);
  });
  const ended = new Promise((done) => child.once("exit", done));
  whenDone(async () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    // Its own group, with the workers it has started.
    process.kill(-child.pid, "SIGKILL");
    await ended;
  });
  return { output: () => output };
}
