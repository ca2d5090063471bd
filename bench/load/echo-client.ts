/**
 * WebSockets to an echo, each with one message under way: `node echo-client.ts '{"address":…}'`. Tells one line when
 * they are open and what runs here is compiled, which is when the time begins, and a {@link Load} as JSON at its end.
 * Then it keeps still until it is stopped, so that closing does not count either.
 */
import type { Load } from "../rounds.ts";
import { percentile } from "../statistics.ts";
import { answerBytes, openWebSocket, textFrame } from "./websocket.ts";

/** The argument of the program. */
export type EchoTask = { address: string; headers: Readonly<Record<string, string>>; sockets: number; ms: number };

const TEXT = "a message of 64 bytes, which is about what a status line takes.\n";

const { address, headers, sockets, ms } = JSON.parse(process.argv[2] as string) as EchoTask;
const frame = textFrame(TEXT);
const expected = answerBytes(TEXT);
const latencies: number[] = [];
let failure: string | undefined;
let over = false;
/** How long messages go to and fro before the time begins, in ms. */
const WARM_UP_MS = 500;

const opened = await Promise.all(Array.from({ length: sockets }, () => openWebSocket(address, headers)));
for (const socket of opened) {
  let missing = expected;
  let sent = performance.now();
  socket.on("data", (chunk) => {
    missing -= chunk.length;
    if (missing > 0) return;
    if (missing < 0) failure = "an echo was longer than its message";
    if (over) return;
    const now = performance.now();
    latencies.push(now - sent);
    missing = expected;
    sent = now;
    socket.write(frame);
  });
  socket.on("error", (error) => {
    if (!over) failure = error.message;
  });
  socket.on("close", () => {
    if (!over) failure ??= "a WebSocket was closed";
  });
  socket.write(frame);
}

await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
latencies.length = 0;
const begun = performance.now();
console.log(JSON.stringify("begun"));

setTimeout(() => {
  over = true;
  const seconds = (performance.now() - begun) / 1000;
  const sorted = Float64Array.from(latencies).sort();
  const load: Load = {
    count: sorted.length,
    bytes: sorted.length * expected,
    seconds,
    p50: sorted.length ? percentile(sorted, 50) : 0,
    p99: sorted.length ? percentile(sorted, 99) : 0,
    ...(failure === undefined ? {} : { failure }),
  };
  console.log(JSON.stringify(load));
}, ms);
