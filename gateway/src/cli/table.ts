/** Rows of cells in columns; the last cell of a row is left as it is. */
export function aligned(rows: readonly string[][]): string {
  const columns = Math.max(...rows.map((row) => row.length)) - 1;
  const widths = Array.from({ length: columns }, (_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) => `${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}\n`).join("");
}

/** An instant to the minute, in UTC like everything that the program writes. */
export function minute(instant: string): string {
  return `${instant.slice(0, 16).replace("T", " ")}Z`;
}
