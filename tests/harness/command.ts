import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { whenDone } from "./cleanup.ts";

const MAIN = join(import.meta.dirname, "../../gateway/src/main.ts");

export type Ended = { code: number | null; stdout: string; stderr: string };

/** A running command of the program. It is killed when the test has finished. */
export type Command = {
  process: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves when it has ended. */
  ended: Promise<Ended>;
};

export type CommandOptions = {
  env?: Record<string, string>;
  /** Written to its standard input, which is closed then. */
  input?: string;
  cwd?: string;
  /** User and group to run as; needs root. */
  uid?: number;
};

/** Starts `nekzus` with these arguments and none of our environment but PATH. */
export function startCommand(args: readonly string[], options: CommandOptions = {}): Command {
  const { env = {}, input = "", cwd, uid } = options;
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    stdio: "pipe",
    env: { PATH: process.env.PATH, ...env },
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const ended = new Promise<Ended>((done) => child.once("close", (code) => done({ code, stdout, stderr })));
  whenDone(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await ended;
  });
  return { process: child, stdout: () => stdout, stderr: () => stderr, ended };
}

/** Runs `nekzus` with these arguments to its end. */
export function runCommand(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return startCommand(args, options).ended;
}
