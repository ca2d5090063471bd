import { failuresIn, linesOf } from "../compare.ts";
import { loadByH2load } from "../load/h2load.ts";
import { assertServes, speaksHttp2 } from "../preflight.ts";
import { takeTurns } from "../rounds.ts";
import type { Row } from "./row.ts";

const ROUNDS = 3;

/** The same over HTTP/2; reported only. Who does not speak it is left out with a word. */
export const http2: Row = {
  id: "http2",
  title: "1 kB over HTTP/2",
  async run(bench) {
    const all = await bench.contestants(true);
    const speaks = await Promise.all(all.map(speaksHttp2));
    const contestants = all.filter((_, index) => speaks[index]);
    for (const contestant of contestants) await assertServes(contestant, "/1k", 997);
    const windows = await takeTurns(contestants, { ...bench.turns, rounds: ROUNDS }, (contestant, ms) =>
      loadByH2load(contestant, "/1k", Math.max(1, Math.round(ms / 1000))),
    );
    return {
      lines: linesOf(windows, "request"),
      gates: [],
      failures: failuresIn(windows),
      notes: all.filter((_, index) => !speaks[index]).map(({ name }) => `${name} does not speak HTTP/2: left out`),
    };
  },
};
