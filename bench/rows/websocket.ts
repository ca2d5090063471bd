import { cpuGate, failuresIn, linesOf } from "../compare.ts";
import type { EchoTask } from "../load/echo-client.ts";
import { runClient } from "../load/run-client.ts";
import { type Load, takeTurns } from "../rounds.ts";
import type { Row } from "./row.ts";

const SOCKETS = 32;

/** Small messages to an echo and back, through the tunnel of each contestant. */
export const websocket: Row = {
  id: "websocket",
  title: "WebSocket echo of 64 bytes, plain",
  async run(bench) {
    const windows = await takeTurns(await bench.contestants(false), bench.turns, ({ url, headers }, ms) => {
      const task: EchoTask = { address: url("/ws"), headers, sockets: SOCKETS, ms };
      return runClient<Load>("echo-client.ts", task);
    });
    return {
      lines: linesOf(windows, "message"),
      gates: [cpuGate(windows, "message", "nginx", 1.2)],
      failures: failuresIn(windows),
    };
  },
};
