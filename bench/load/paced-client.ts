/**
 * An open loop: requests go out by a fixed schedule over connections kept alive: `node paced-client.ts
 * '{"address":…}'`. Tells a {@link Load} as one line of JSON; latencies count from when a request was due.
 */
import { connect, type Socket } from "node:net";
import type { Load } from "../rounds.ts";
import { percentile } from "../statistics.ts";
import { createSchedule } from "./schedule.ts";

/** The argument of the program. */
export type PacedTask = {
  address: string;
  headers: Readonly<Record<string, string>>;
  connections: number;
  perSecond: number;
  ms: number;
};

/** After the last request was due, so long is waited for answers, in ms. */
const LATEST = 5000;

const task = JSON.parse(process.argv[2] as string) as PacedTask;
const { hostname, port, host, pathname } = new URL(task.address);
const lines = [`GET ${pathname} HTTP/1.1`, `Host: ${host}`];
for (const [name, value] of Object.entries(task.headers)) lines.push(`${name}: ${value}`);
const REQUEST = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`);

const latencies: number[] = [];
const failures = new Map<string, number>();
const idle: Line[] = [];
const all = Math.floor((task.perSecond * task.ms) / 1000);
let sent = 0;
let lost = 0;

/** A connection, and what it waits for. */
type Line = { socket: Socket; due: number; head: string; missing: number };

function failed(reason: string): void {
  failures.set(reason, (failures.get(reason) ?? 0) + 1);
}

async function open(): Promise<void> {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const line: Line = { socket, due: 0, head: "", missing: -1 };
  socket.on("data", (chunk: Buffer) => receive(line, chunk));
  socket.on("error", ({ message }) => failed(message));
  await new Promise<void>((done) => socket.once("connect", () => done()).once("close", () => done()));
  socket.on("close", () => {
    const at = idle.indexOf(line);
    if (at >= 0) idle.splice(at, 1);
    else lost++;
    failed("a connection was closed");
  });
  idle.push(line);
}

function receive(line: Line, chunk: Buffer): void {
  if (line.missing < 0) {
    line.head += chunk.toString("latin1");
    const end = line.head.indexOf("\r\n\r\n");
    if (end < 0) return;
    if (!line.head.startsWith("HTTP/1.1 200 ")) failed(line.head.slice(0, line.head.indexOf("\r\n")));
    const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(line.head)?.[1];
    if (length === undefined) failed("an answer without content-length");
    line.missing = Number(length ?? 0) - (line.head.length - end - 4);
  } else {
    line.missing -= chunk.length;
  }
  if (line.missing > 0) return;
  latencies.push(performance.now() - line.due);
  line.head = "";
  line.missing = -1;
  idle.push(line);
}

await Promise.all(Array.from({ length: task.connections }, open));
const start = performance.now() + 10;
const schedule = createSchedule(start, task.perSecond, task.ms);

// A timer is late by up to a millisecond, which is more than what is measured: so it looks at the clock all the time.
function turn(): void {
  const now = performance.now();
  for (let due = schedule.due(now); due > 0 && idle.length > 0; due--) {
    const line = idle.shift() as Line;
    line.due = schedule.take();
    line.socket.write(REQUEST);
    sent++;
  }
  const over = sent === all && latencies.length + lost >= sent;
  if (over || now > start + task.ms + LATEST) end(now);
  else setImmediate(turn);
}

function end(now: number): void {
  const missing = all - latencies.length;
  if (missing > 0) failed(`${missing} requests were not answered`);
  const sorted = Float64Array.from(latencies).sort();
  const load: Load = {
    count: sorted.length,
    bytes: 0,
    seconds: (now - start) / 1000,
    p50: sorted.length ? percentile(sorted, 50) : 0,
    p99: sorted.length ? percentile(sorted, 99) : 0,
    ...(failures.size ? { failure: [...failures].map(([reason, count]) => `${count} × ${reason}`).join(", ") } : {}),
  };
  process.stdout.write(`${JSON.stringify(load)}\n`, () => process.exit());
}

turn();
