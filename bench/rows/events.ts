import type { EventTask, Heard } from "../load/event-client.ts";
import { startClient } from "../load/run-client.ts";
import { type CpuReading, cpuBetween, readCpu, readMemory } from "../processes.ts";
import type { Row } from "./row.ts";

const CLIENTS = 4000;
/** One principal may have 64 connections. */
const PRINCIPALS = 80;
const EVENTS = 20;

/** One event to everybody on the event socket, and what so many connections cost the core. */
export const events: Row = {
  id: "events",
  title: `One event to ${CLIENTS} clients of the event socket`,
  async run(bench) {
    const gateway = await bench.freshGateway({});
    const tokens: string[] = [];
    for (let i = 0; i < PRINCIPALS; i++) {
      const { json } = await gateway.admin("POST", "/api/v1/apikeys", { name: `Client ${i}`, scopes: ["read:*"] });
      tokens.push((json as { key: string }).key);
    }
    const core = gateway.processes().others.slice(1);
    const before = readMemory(core);
    const task: EventTask = { address: `http://127.0.0.1:${gateway.apiPort}/api/v1/ws`, tokens, sockets: CLIENTS };
    const client = startClient("event-client.ts", task);
    try {
      if ((await client.told.next()).value !== CLIENTS) throw new Error("not all clients could sign in; see above");
      const told: Heard[] = [];
      const all = [gateway.processes().edges, core];
      const began = all.map(readCpu);
      for (let i = 0; i < EVENTS; i++) {
        await gateway.admin("PUT", `/api/v1/routes/app-${i}`, { appId: `app-${i}`, to: "http://127.0.0.1:9" });
        told.push((await client.told.next()).value as Heard);
      }
      const [edge, own] = all.map((pids, i) => cpuBetween(began[i] as CpuReading, readCpu(pids)).total / EVENTS / 1000);
      const memory = readMemory(core);
      const p99 = Math.max(...told.map((one) => one.p99));
      const p50 = told.reduce((sum, one) => sum + one.p50, 0) / told.length;
      const values = {
        "p50 ms": p50,
        "worst p99 ms": p99,
        "core CPU ms": own ?? 0,
        "edge CPU ms": edge ?? 0,
        "core MB": memory,
        "core before MB": before,
      };
      return {
        lines: [{ name: "ours", values }],
        gates: [
          { what: "p99 of the slowest event", measured: p99, budget: 300, strict: false, unit: "ms" },
          { what: "memory of the core", measured: memory, budget: 300, strict: true, unit: "MB" },
        ],
      };
    } finally {
      client.stop();
    }
  },
};
