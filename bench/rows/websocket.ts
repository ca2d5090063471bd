import { cpuGate, failuresIn, linesOf } from "../compare.ts";
import type { EchoTask } from "../load/echo-client.ts";
import { startClient } from "../load/run-client.ts";
import { type Load, takeTurns } from "../rounds.ts";
import type { Row } from "./row.ts";

const SOCKETS = 32;

/** Small messages to an echo and back, through the tunnel of each contestant. */
export const websocket: Row = {
  id: "websocket",
  title: "WebSocket echo of 64 bytes, plain",
  async run(bench) {
    // The figures of one contestant differ by a tenth from window to window: many short ones tell more than a few long ones.
    const turns = { rounds: 3 * bench.turns.rounds, windowMs: bench.turns.windowMs / 2 };
    const windows = await takeTurns(await bench.contestants(false), turns, async (contestant, ms, begin) => {
      const task: EchoTask = { address: contestant.url("/ws"), headers: contestant.headers, sockets: SOCKETS, ms };
      const client = startClient("echo-client.ts", task);
      await client.told.next();
      begin();
      const { value: load, done } = await client.told.next();
      client.stop();
      if (done) throw new Error("the client of the echo told nothing");
      return load as Load;
    });
    return {
      lines: linesOf(windows, "message"),
      gates: [cpuGate(windows, "message", "nginx", 1.2)],
      failures: failuresIn(windows),
    };
  },
};
