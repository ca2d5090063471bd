import { cpuGate, failuresIn, linesOf, type Per } from "../compare.ts";
import { withCookie } from "../contestants.ts";
import { loadByWrk } from "../load/wrk.ts";
import { assertServes, assertTls13 } from "../preflight.ts";
import { takeTurns } from "../rounds.ts";
import type { Row } from "./row.ts";

type Budget = { peer: string; budget: number };
type Throughput = {
  id: string;
  title: string;
  path: string;
  /** Length of the body, to be sure that all contestants send the same. */
  bytes: number;
  secure: boolean;
  connections: number;
  per: Per;
  budgets: Budget[];
  /** Also ours with the cookie of the apps' listener. */
  alsoCookie?: boolean;
};

/** As many requests as are answered, over connections kept alive, and the CPU that each costs. */
function throughput({ id, title, path, bytes, secure, connections, per, budgets, alsoCookie }: Throughput): Row {
  return {
    id,
    title,
    async run(bench) {
      const contestants = await bench.contestants(secure);
      const gateway = await bench.gateway(secure);
      if (alsoCookie) contestants.push(await withCookie(gateway));
      for (const contestant of contestants) {
        await assertServes(contestant, path, bytes);
        if (secure) await assertTls13(contestant);
      }
      const windows = await takeTurns(contestants, bench.turns, (contestant, ms) =>
        loadByWrk(contestant, path, { connections, ms }),
      );
      return {
        lines: linesOf(windows, per),
        gates: budgets.map(({ peer, budget }) => cpuGate(windows, per, peer, budget)),
        failures: [
          ...failuresIn(windows),
          ...(gateway.writesAccessLog() ? [] : ["nekzus wrote no access log, which the others do"]),
        ],
      };
    },
  };
}

export const proxied = throughput({
  id: "proxied-1k",
  title: "1 kB over HTTP/1.1 keep-alive, plain",
  path: "/1k",
  bytes: 997,
  secure: false,
  connections: 32,
  per: "request",
  budgets: [
    { peer: "nginx", budget: 1.8 },
    { peer: "caddy", budget: 0.5 },
  ],
  alsoCookie: true,
});

export const proxiedTls = throughput({
  id: "proxied-1k-tls",
  title: "1 kB over HTTP/1.1 keep-alive, TLS 1.3",
  path: "/1k",
  bytes: 997,
  secure: true,
  connections: 32,
  per: "request",
  budgets: [{ peer: "nginx", budget: 1.8 }],
});

export const download = throughput({
  id: "download",
  title: "Downloads of 10 MiB, plain",
  path: "/10m",
  bytes: 10 * 2 ** 20,
  secure: false,
  connections: 4,
  per: "MiB",
  budgets: [{ peer: "nginx", budget: 2.0 }],
});

export const proxied100k = throughput({
  id: "proxied-100k",
  title: "100 kB over HTTP/1.1 keep-alive, plain",
  path: "/100k",
  bytes: 100 * 1024,
  secure: false,
  connections: 16,
  per: "request",
  budgets: [],
});
