import { routesTo } from "../contestants.ts";
import { readMemory } from "../processes.ts";
import { spread } from "../statistics.ts";
import type { Row } from "./row.ts";

/** From the last start until memory is read, in ms: what only the start needs has been given back then. */
const REST_MS = 5000;

/** From the start of the program to its first answer, with the data of an earlier start. */
export const start: Row = {
  id: "start",
  title: "Start to first answer",
  async run(bench) {
    const gateway = await bench.freshGateway({ config: routesTo(bench.lab) });
    const seconds: number[] = [];
    for (let count = 0; count < bench.turns.rounds; count++) seconds.push((await gateway.startAgain()) / 1000);
    const found = spread(seconds);
    return {
      lines: [{ name: "nekzus", values: { seconds: found.median, "the very first": gateway.firstStart / 1000 } }],
      gates: [
        { what: "start to first answer", measured: found.median, budget: 1.5, strict: true, unit: "s", spread: found },
      ],
    };
  },
};

/** All processes together when nobody asks anything. */
export const atRest: Row = {
  id: "at-rest",
  title: "Memory at rest, all processes",
  async run(bench) {
    const gateway = await bench.freshGateway({ config: routesTo(bench.lab) });
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    const { edges, others } = gateway.processes();
    const [edge, rest] = [readMemory(edges), readMemory(others)];
    return {
      lines: [
        { name: "edge", values: { "memory MB": edge } },
        { name: "core and supervisor", values: { "memory MB": rest } },
        { name: "all", values: { "memory MB": edge + rest } },
      ],
      gates: [{ what: "memory of all processes", measured: edge + rest, budget: 200, strict: true, unit: "MB" }],
    };
  },
};
