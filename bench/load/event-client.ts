/**
 * Many clients of the event socket: `node event-client.ts '{"address":…}'`. Tells how many are signed in, once all are; then,
 * each time all of them heard of an app that was registered, how long that took, in ms after it happened.
 */
import { percentile } from "../statistics.ts";
import { openWebSocket, textFrame } from "./websocket.ts";

/** The argument of the program. `tokens` are shared out among the sockets. */
export type EventTask = { address: string; tokens: readonly string[]; sockets: number };
/** What it tells of an event. */
export type Heard = { p50: number; p99: number; max: number };

/** So many are opened at a time: fewer than may wait from one address without having said anything. */
const AT_ONCE = 12;
/** So many come from one address of this machine: more would take all its ports. */
const PER_ADDRESS = 500;

const { address, tokens, sockets } = JSON.parse(process.argv[2] as string) as EventTask;
let next = 0;
let waits: number[] = [];

function heard(text: string): void {
  for (const [, happened] of text.matchAll(/"type":"app_registered".*?"timestamp":"([^"]+)"/g)) {
    waits.push(Date.now() - Date.parse(happened as string));
    if (waits.length < sockets) continue;
    waits.sort((a, b) => a - b);
    const told: Heard = { p50: percentile(waits, 50), p99: percentile(waits, 99), max: percentile(waits, 100) };
    waits = [];
    console.log(JSON.stringify(told));
  }
}

await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    while (next < sockets) {
      const number = next++;
      const socket = await openWebSocket(address, {}, `127.0.1.${1 + Math.floor(number / PER_ADDRESS)}`);
      const entered = Promise.withResolvers<void>();
      socket.on("error", () => {});
      socket.on("data", (bytes) => {
        const text = bytes.toString("latin1");
        if (text.includes('"type":"hello"')) entered.resolve();
        heard(text);
      });
      socket.on("close", () => {
        console.error("one of the event sockets was closed");
        process.exit(1);
      });
      const token = tokens[number % tokens.length];
      socket.write(textFrame(JSON.stringify({ type: "auth", data: { token } })));
      await entered.promise;
    }
  }),
);
console.log(sockets);
