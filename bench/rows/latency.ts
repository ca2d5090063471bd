import { differences, failuresIn, linesOf } from "../compare.ts";
import type { PacedTask } from "../load/paced-client.ts";
import { runClient } from "../load/run-client.ts";
import { type Load, takeTurns } from "../rounds.ts";
import { spread } from "../statistics.ts";
import type { Row } from "./row.ts";

const PER_SECOND = 2000;
const CONNECTIONS = 64;

/** How long a request takes when the machine is not full: an open loop, so that waiting counts. */
export const latency: Row = {
  id: "latency",
  title: `1 kB at ${PER_SECOND} requests per second, open loop, plain`,
  async run(bench) {
    const windows = await takeTurns(await bench.contestants(false), bench.turns, ({ url, headers }, ms) => {
      const address = url("/1k");
      const task: PacedTask = { address, headers, connections: CONNECTIONS, perSecond: PER_SECOND, ms };
      return runClient<Load>("paced-client.ts", task);
    });
    const p50 = differences(windows, "nginx", (window) => window.p50);
    const found = p50.length ? spread(p50) : undefined;
    return {
      lines: linesOf(windows, "request"),
      gates: [
        {
          what: "p50, more than nginx",
          measured: found?.median ?? Number.NaN,
          budget: 0.1,
          unit: "ms",
          ...(found ? { spread: found } : {}),
        },
      ],
      failures: failuresIn(windows),
    };
  },
};
