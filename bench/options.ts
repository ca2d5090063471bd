import { parseArgs } from "node:util";
import { ROWS } from "./rows/all.ts";
import type { Row } from "./rows/row.ts";

export const HELP = `Usage: npm run bench -- [--rows ID,ID] [--quick] [--check] [--write] [--json FILE] [--no-build]

Measures the shipped gateway beside nginx, HAProxy and Caddy of the lab.

Options:
  --rows ID,ID   Only these of: ${ROWS.map(({ id }) => id).join(", ")}
  --quick        Short windows and few rounds: to see the direction, not to compare versions
  --check        Exit code 1 when a budget is missed or something could not be measured
  --write        Put the figures into docs/benchmarks.md
  --json FILE    Write all figures to a file
  --no-build     Measure gateway/dist as it is
`;

/** What was asked for on the command line. */
export type Options = {
  rows: readonly Row[];
  quick: boolean;
  check: boolean;
  write: boolean;
  build: boolean;
  json?: string;
};

/** Reads the arguments; undefined when help is wanted. Throws with a text for people. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      rows: { type: "string" },
      quick: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      build: { type: "boolean", default: true },
      json: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return undefined;
  const { rows, help: _, ...rest } = values;
  const wanted = rows?.split(",").map((id) => {
    const row = ROWS.find((one) => one.id === id);
    if (!row) throw new Error(`there is no row ${id}; there are ${ROWS.map((one) => one.id).join(", ")}`);
    return row;
  });
  if (wanted && rest.write) throw new Error("--write needs all rows: leave --rows out");
  return { ...rest, rows: wanted ?? ROWS };
}
