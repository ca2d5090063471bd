import type { ConfigFault } from "./faults.ts";

/** Where a value came from. */
export type Source =
  | { from: "default" }
  | { from: "file"; file: string; line: number; column: number }
  | { from: "environment"; name: string }
  | { from: "option" };

/** A value as one source gives it, before it is known which source wins. */
export type Given = { value: unknown; source: Source };

/** Where a value stands, in the terms of a fault. */
export function placeOf(source: Source | undefined): Pick<ConfigFault, "file" | "line" | "column" | "env"> {
  if (source?.from === "file") return { file: source.file, line: source.line, column: source.column };
  return source?.from === "environment" ? { env: source.name } : {};
}

/** Where a value came from, in words: `default`, `nekzus.yaml:3`, `environment NEKZUS_ADDR`, `option`. */
export function sourceText(source: Source): string {
  if (source.from === "file") return `${source.file}:${source.line}`;
  return source.from === "environment" ? `environment ${source.name}` : source.from;
}
