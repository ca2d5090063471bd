import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Contestant } from "../contestants.ts";
import type { Load } from "../rounds.ts";
import { percentile } from "../statistics.ts";

const CONNECTIONS = 8;
const STREAMS = 8;

/** Asks for a path over HTTP/2: 8 connections with 8 requests under way on each. Whole seconds only. */
export async function loadByH2load(contestant: Contestant, path: string, seconds: number): Promise<Load> {
  const folder = mkdtempSync(join(tmpdir(), "nekzus-bench-h2-"));
  const log = join(folder, "requests");
  const headers = Object.entries(contestant.headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const args = ["-t1", `-c${CONNECTIONS}`, `-m${STREAMS}`, `-D${seconds}`, `--log-file=${log}`, ...headers];
  try {
    const child = spawn(process.env.H2LOAD ?? "h2load", [...args, contestant.url(path)], { stdio: "ignore" });
    await new Promise((done, fail) => child.once("close", done).once("error", fail));
    return readLog(readFileSync(log, "utf8"), seconds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A line for each request: when it began, the status (-1: none), how long it took in µs. */
function readLog(log: string, seconds: number): Load {
  const micros: number[] = [];
  let wrong = 0;
  for (const line of log.split("\n")) {
    const [, status, spent] = line.split("\t");
    if (status === undefined) continue;
    if (status === "200") micros.push(Number(spent));
    else wrong++;
  }
  const sorted = Float64Array.from(micros).sort();
  return {
    count: sorted.length,
    bytes: 0,
    seconds,
    p50: sorted.length ? percentile(sorted, 50) / 1000 : 0,
    p99: sorted.length ? percentile(sorted, 99) / 1000 : 0,
    ...(wrong ? { failure: `${wrong} requests were not answered with 200` } : {}),
  };
}
