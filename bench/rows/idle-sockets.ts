import { withToken } from "../contestants.ts";
import type { IdleTask } from "../load/idle-client.ts";
import { startClient } from "../load/run-client.ts";
import { readMemory } from "../processes.ts";
import type { Row } from "./row.ts";

const SOCKETS = 8000;
/** Until what the handshakes needed is given back, in ms. */
const SETTLE_MS = 2000;

/** What tunnels that are open for days cost. nginx of the lab allows no such number, so there is no comparison. */
export const idleSockets: Row = {
  id: "idle-websockets",
  title: `${SOCKETS} idle WebSockets, memory of the edge`,
  async run(bench) {
    const upstream = startClient("accepting-client.ts", {});
    const port = (await upstream.told.next()).value as number;
    const gateway = await bench.freshGateway({
      config: {
        apps: [{ id: "echo", name: "Echo" }],
        routes: [
          { routeId: "echo", appId: "echo", to: `http://127.0.0.1:${port}`, websocket: true, skipHealthCheck: true },
        ],
      },
    });
    const { edges } = gateway.processes();
    const before = readMemory(edges);
    const { url, headers } = withToken(gateway);
    const task: IdleTask = { address: url("/ws"), headers, sockets: SOCKETS };
    const client = startClient("idle-client.ts", task);
    try {
      const { value } = await client.told.next();
      if (value !== SOCKETS) throw new Error("not all WebSockets could be opened; see above");
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      const after = readMemory(edges);
      const values = { "memory MB": after, "before MB": before, "kB/socket": ((after - before) * 1000) / SOCKETS };
      return {
        lines: [{ name: "edge", values }],
        gates: [{ what: "memory of the edge", measured: after, budget: 250, strict: true, unit: "MB" }],
      };
    } finally {
      client.stop();
      upstream.stop();
    }
  },
};
