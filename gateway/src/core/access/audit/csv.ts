const COLUMNS = [
  "timestamp",
  "action",
  "actorId",
  "actorName",
  "actorIp",
  "targetId",
  "success",
  "error",
  "details",
] as const;

type Row = Readonly<Partial<Record<(typeof COLUMNS)[number], unknown>>>;

/** A table for spreadsheets (RFC 4180), with a line of names. */
export function csvOf(rows: readonly Row[]): string {
  const lines = rows.map((row) => COLUMNS.map((name) => cell(row[name])).join(","));
  return `${[COLUMNS.join(","), ...lines].join("\r\n")}\r\n`;
}

/** What begins like a formula is text to a spreadsheet only behind an apostrophe (CWE-1236). */
function cell(value: unknown): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
