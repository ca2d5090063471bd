import { createRouteIndex } from "../../gateway/src/edge/decide/routes.ts";
import { testRoute } from "../../gateway/src/edge/test-route.ts";
import { type Spread, spread } from "../statistics.ts";
import type { Row } from "./row.ts";

const ROUTES = 1000;
const LOOK_UPS = 100_000;
const RUNS = 7;

/** Where every app has a prefix of its own, as nearly always; and where each second one lies below another. */
const SHAPES: Readonly<Record<string, (index: number) => string>> = {
  "prefixes apart": (index) => `/apps/app-${index}/`,
  "prefixes below one another": (index) => `/apps/app-${index - (index % 2)}/${index % 2 ? "api/" : ""}`,
};

/** Finding the route of a path among many, in the sources, without the program around them. */
export const lookup: Row = {
  id: "route-lookup",
  title: `Route look-up among ${ROUTES}`,
  async run() {
    const found = Object.entries(SHAPES).map(([name, shape]) => ({ name, micros: timeOf(shape) }));
    return {
      lines: found.map(({ name, micros }) => ({ name, values: { µs: micros.median } })),
      gates: found.map(({ name, micros }) => ({
        what: `route look-up, ${name}`,
        measured: micros.median,
        budget: 1,
        strict: true,
        unit: "µs",
        spread: micros,
      })),
    };
  },
};

function timeOf(shape: (index: number) => string): Spread {
  const prefixes = Array.from({ length: ROUTES }, (_, index) => shape(index));
  const index = createRouteIndex(prefixes.map((pathBase) => testRoute({ routeId: pathBase, pathBase })));
  const paths = prefixes.map((prefix) => `${prefix}static/some/page.html`);
  const micros: number[] = [];
  // The first run does not count: in it the code is compiled.
  for (let run = 0; run <= RUNS; run++) {
    let found = 0;
    const begun = process.cpuUsage();
    for (let count = 0; count < LOOK_UPS; count++) {
      if (index.match(paths[(count * 7) % ROUTES] as string).kind === "route") found++;
    }
    const { user, system } = process.cpuUsage(begun);
    if (run > 0) micros.push((user + system) / LOOK_UPS);
    if (found !== LOOK_UPS) throw new Error("not every path led to its route");
  }
  return spread(micros);
}
