/**
 * Many WebSockets that say nothing: `node idle-client.ts '{"address":…}'`. Tells how many are open, once all are, and
 * keeps them until it is ended; one that closes ends the program with 1.
 */
import { openWebSocket } from "./websocket.ts";

/** The argument of the program. */
export type IdleTask = { address: string; headers: Readonly<Record<string, string>>; sockets: number };

/** So many are opened at a time. */
const AT_ONCE = 64;
/** So many come from one address of this machine: more would take all its ports, and look like one busy client. */
const PER_ADDRESS = 500;

const { address, headers, sockets } = JSON.parse(process.argv[2] as string) as IdleTask;
let next = 0;

await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    while (next < sockets) {
      const number = next++;
      const socket = await openWebSocket(address, headers, `127.0.1.${1 + Math.floor(number / PER_ADDRESS)}`);
      socket.on("error", () => {});
      socket.on("close", () => {
        console.error("one of the idle WebSockets was closed");
        process.exit(1);
      });
    }
  }),
);
console.log(sockets);
