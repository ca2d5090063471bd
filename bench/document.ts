import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../tools/delivery/bundle.ts";
import { describeMachine } from "./machine.ts";
import { holds, type Line, type Result } from "./result.ts";
import { budgetText, columnsOf, number } from "./text.ts";

const FILE = join(ROOT, "docs/benchmarks.md");
const BEGIN = "<!-- figures: written by `npm run bench -- --write` -->";
const END = "<!-- end of figures -->";

/** Puts the figures between the marks of docs/benchmarks.md. `remark` goes before them. Throws without the marks. */
export function writeDocument(results: readonly Result[], remark: string): void {
  const text = readFileSync(FILE, "utf8");
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${FILE} has no place for the figures: ${BEGIN} … ${END}`);
  const figures = [
    `Taken on ${new Date().toISOString().slice(0, 10)}, ${remark}.`,
    describeMachine()
      .map((line) => `- ${line}`)
      .join("\n"),
    "### Budgets",
    budgets(results),
    ...results.flatMap((result) => [`### ${result.title}`, ...details(result)]),
  ];
  writeFileSync(FILE, `${text.slice(0, begin)}${BEGIN}\n\n${figures.join("\n\n")}\n\n${text.slice(end)}`);
}

function budgets(results: readonly Result[]): string {
  const rows = results.flatMap(({ title, gates }) =>
    gates.map((gate) => [
      title,
      gate.what,
      `${number(gate.measured)} ${gate.unit}`,
      gate.spread ? `${number(gate.spread.min)} to ${number(gate.spread.max)}` : "",
      budgetText(gate),
      holds(gate) ? "yes" : "**no**",
    ]),
  );
  return table(["row", "what", "measured", "rounds from – to", "budget", "within"], rows);
}

function details({ lines, notes, failures }: Result): string[] {
  const remarks = [...notes, ...failures.map((failure) => `failed: ${failure}`)];
  return [
    ...(lines.length ? [table(["", ...columnsOf(lines)], lines.map(cells(columnsOf(lines))))] : []),
    ...(remarks.length ? [remarks.map((remark) => `- ${remark}`).join("\n")] : []),
  ];
}

function cells(columns: readonly string[]): (line: Line) => string[] {
  return ({ name, values }) => [name, ...columns.map((column) => cell(values[column]))];
}

function cell(value: number | undefined): string {
  return value === undefined ? "" : number(value);
}

/** Columns are as wide as their widest cell, at least three: as the style check wants tables. */
function table(head: readonly string[], rows: readonly string[][]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, column) => text.padEnd(widths[column] as number)).join(" | ")} |`;
  return [head, widths.map((width) => "-".repeat(width)), ...rows].map(line).join("\n");
}
