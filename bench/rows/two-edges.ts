import { failuresIn, linesOf } from "../compare.ts";
import { routesTo, withToken } from "../contestants.ts";
import { loadByWrk } from "../load/wrk.ts";
import { assertServes } from "../preflight.ts";
import { takeTurns } from "../rounds.ts";
import type { Row } from "./row.ts";

const ROUNDS = 3;

/** What a second edge adds; reported only, since load and upstream need processors too. */
export const twoEdges: Row = {
  id: "two-edges",
  title: "1 kB, plain, with two edges",
  async run(bench) {
    const gateway = await bench.freshGateway({ config: { ...routesTo(bench.lab), edge: { workers: 2 } } });
    const contestants = [withToken(await bench.gateway(false)), withToken(gateway, "nekzus, two edges")];
    for (const contestant of contestants) await assertServes(contestant, "/1k", 997);
    const windows = await takeTurns(contestants, { ...bench.turns, rounds: ROUNDS }, (contestant, ms) =>
      loadByWrk(contestant, "/1k", { connections: 32, ms }),
    );
    return { lines: linesOf(windows, "request"), gates: [], failures: failuresIn(windows) };
  },
};
