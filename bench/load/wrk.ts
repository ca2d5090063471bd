import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Contestant } from "../contestants.ts";
import type { Load } from "../rounds.ts";

const SCRIPT = join(import.meta.dirname, "wrk.lua");

type Figures = { count: number; bytes: number; micros: number; p50: number; p99: number } & Errors;
type Errors = { connect: number; read: number; write: number; status: number; timeout: number };

/** Asks for a path over `connections` kept alive, each with the next request as soon as one is answered. */
export async function loadByWrk(
  contestant: Contestant,
  path: string,
  { connections, ms }: { connections: number; ms: number },
): Promise<Load> {
  const headers = Object.entries(contestant.headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  // It counts whole seconds only, so it is interrupted, on which it reports as at its own end.
  const args = ["-t1", `-c${connections}`, "-d60s", "-s", SCRIPT, ...headers, contestant.url(path)];
  const child = spawn(process.env.WRK ?? "wrk", args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const timer = setTimeout(() => child.kill("SIGINT"), ms);
  await new Promise((done, fail) => child.once("close", done).once("error", fail));
  clearTimeout(timer);
  const line = /^figures (.*)$/m.exec(output)?.[1];
  if (line === undefined) throw new Error(`wrk told no figures: ${output}`);
  const { count, bytes, micros, p50, p99, ...errors } = JSON.parse(line) as Figures;
  const wrong = Object.entries(errors).filter(([, number]) => number > 0);
  return {
    count,
    bytes,
    seconds: micros / 1e6,
    p50: p50 / 1000,
    p99: p99 / 1000,
    ...(wrong.length ? { failure: wrong.map(([kind, number]) => `${number} ${kind} errors`).join(", ") } : {}),
  };
}
