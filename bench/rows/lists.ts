import { percentile } from "../statistics.ts";
import type { Row } from "./row.ts";

const ENTRIES = 1000;
const REQUESTS = 200;
const LISTS = ["/api/v1/apps", "/api/v1/routes"];

/** Lists as long as nobody's house needs them; devices and containers join when their endpoints do. */
export const lists: Row = {
  id: "lists",
  title: `Lists of ${ENTRIES} apps and routes`,
  async run(bench) {
    const ids = Array.from({ length: ENTRIES }, (_, index) => `app-${index}`);
    const gateway = await bench.freshGateway({
      config: {
        apps: ids.map((id) => ({ id, name: `Name of ${id}` })),
        routes: ids.map((id) => ({ routeId: id, appId: id, to: bench.lab.upstreamUrl, skipHealthCheck: true })),
      },
    });
    const found = [];
    for (const path of LISTS) {
      const times: number[] = [];
      let bytes = 0;
      for (let count = 0; count < REQUESTS; count++) {
        const { status, text, json, ms } = await gateway.admin("GET", path);
        times.push(ms);
        const entries = Array.isArray(json) ? json.length : 0;
        if (status !== 200 || entries !== ENTRIES) {
          throw new Error(`${path} answered ${status} with ${entries} entries: ${text.slice(0, 300)}`);
        }
        bytes = text.length;
      }
      times.sort((a, b) => a - b);
      found.push({ path, p50: percentile(times, 50), p99: percentile(times, 99), bytes });
    }
    return {
      lines: found.map(({ path, p50, p99, bytes }) => ({
        name: path,
        values: { "p50 ms": p50, "p99 ms": p99, kB: bytes / 1000 },
      })),
      gates: found.map(({ path, p99 }) => ({
        what: `p99 of ${path}`,
        measured: p99,
        budget: 50,
        strict: true,
        unit: "ms",
      })),
    };
  },
};
