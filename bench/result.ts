import type { Spread } from "./statistics.ts";

/** A figure that must stay within a budget (design, "Budgets"). */
export type Gate = {
  /** `CPU per request, of nginx`: what was compared. */
  what: string;
  measured: number;
  budget: number;
  /** A budget that is reached is missed when it is strict (`<`). */
  strict?: boolean;
  unit: "×" | "ms" | "s" | "MB" | "µs";
  /** How far the rounds were apart. */
  spread?: Spread;
};

/** One line of a row's table; values by title of their column. */
export type Line = { name: string; values: Readonly<Record<string, number>> };

/** What one row of the bench found. */
export type Result = {
  id: string;
  title: string;
  lines: Line[];
  gates: Gate[];
  /** Windows that went wrong, each with its reason: the row counts as failed. */
  failures: string[];
  /** What a reader should know. */
  notes: string[];
};

/** Is the figure within its budget? */
export function holds({ measured, budget, strict }: Gate): boolean {
  return strict ? measured < budget : measured <= budget;
}
