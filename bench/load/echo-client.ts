/**
 * WebSockets to an echo, each with one message under way: `node echo-client.ts '{"address":…}'`. Tells a {@link Load}
 * as one line of JSON. The sockets are open before the time begins.
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

const opened = await Promise.all(Array.from({ length: sockets }, () => openWebSocket(address, headers)));
const begun = performance.now();
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

setTimeout(() => {
  over = true;
  const seconds = (performance.now() - begun) / 1000;
  for (const socket of opened) socket.destroy();
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
