import { type Gate, holds, type Line, type Result } from "./result.ts";

/** A row for a terminal: its table, its gates, what went wrong. */
export function resultText({ title, id, lines, gates, failures, notes }: Result): string {
  return [
    `\n${title} (${id})`,
    ...tableText(lines),
    ...gates.map((gate) => `  ${holds(gate) ? "ok    " : "MISSED"}  ${gateText(gate)}`),
    ...notes.map((note) => `  note: ${note}`),
    ...failures.map((failure) => `  FAILED: ${failure}`),
  ].join("\n");
}

/** A gate in words: what, the measured figure with its spread, the budget. */
export function gateText(gate: Gate): string {
  const { what, spread, unit } = gate;
  const range = spread ? ` (${number(spread.min)} to ${number(spread.max)})` : "";
  return `${what}: ${number(gate.measured)} ${unit}${range}, budget ${budgetText(gate)}`;
}

/** `≤ 1.8 ×` */
export function budgetText({ budget, strict, unit }: Gate): string {
  return `${strict ? "<" : "≤"} ${budget} ${unit}`;
}

/** Three significant figures, no exponent. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toString();
  return value.toFixed(size >= 10 ? 1 : size >= 0.095 ? 2 : 3);
}

/** All titles of the columns, in the order in which they first appear. */
export function columnsOf(lines: readonly Line[]): string[] {
  return [...new Set(lines.flatMap(({ values }) => Object.keys(values)))];
}

function tableText(lines: readonly Line[]): string[] {
  if (lines.length === 0) return [];
  const columns = columnsOf(lines);
  const name = Math.max(...lines.map((line) => line.name.length));
  const cell = (line: Line, column: string): string => {
    const value = line.values[column];
    return value === undefined ? "" : number(value);
  };
  const widths = columns.map((column) => Math.max(column.length, ...lines.map((line) => cell(line, column).length)));
  const row = (first: string, cells: string[]): string =>
    `  ${first.padEnd(name)}  ${cells.map((text, index) => text.padStart(widths[index] as number)).join("  ")}`;
  return [
    row("", columns),
    ...lines.map((line) =>
      row(
        line.name,
        columns.map((column) => cell(line, column)),
      ),
    ),
  ];
}
