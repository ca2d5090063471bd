/** The first steps after the administrator was made, in their order. Their ids stand in addresses and preferences. */
export const STEP_IDS = ["addresses", "certificate", "discovery", "apps", "done"] as const;

export type StepId = (typeof STEP_IDS)[number];

/** The step that an address names; the first when it names none. */
export function stepOf(text: string): StepId {
  return STEP_IDS.find((id) => id === text) ?? STEP_IDS[0];
}

/** The step before or after; the same at either end. */
export function stepBeside(step: StepId, by: -1 | 1): StepId {
  return STEP_IDS[STEP_IDS.indexOf(step) + by] ?? step;
}

/** The skipped steps once a step was done or skipped: in their order, and without those of other versions. */
export function skippedAfter(skipped: readonly string[], step: StepId, how: "done" | "skipped"): StepId[] {
  return STEP_IDS.filter((id) => (id === step ? how === "skipped" : skipped.includes(id)));
}
