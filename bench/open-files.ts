import { readFileSync } from "node:fs";

/** The arguments that start a program with as many open files as the machine lets us have. */
export function withManyFiles(command: readonly string[]): string[] {
  const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
  return ["prlimit", `--nofile=${hard ?? "unlimited"}`, ...command];
}
