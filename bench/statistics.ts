/** The middle and the ends of several values. */
export type Spread = { min: number; median: number; max: number };

/** Throws for no values. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { min: at(sorted, 0), median: medianOfSorted(sorted), max: at(sorted, sorted.length - 1) };
}

/** Of an even number the mean of the two in the middle. Throws for no values. */
export function median(values: readonly number[]): number {
  return medianOfSorted(values.toSorted((a, b) => a - b));
}

/**
 * The smallest value that at least `percent` (0 to 100) of all do not exceed (nearest rank). `sorted` is ascending.
 * Throws for no values.
 */
export function percentile(sorted: ArrayLike<number>, percent: number): number {
  return at(sorted, Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1));
}

function medianOfSorted(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  return (at(sorted, Math.ceil(middle) - 1) + at(sorted, Math.floor(middle))) / 2;
}

function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new Error("there is nothing to take a figure from");
  return value;
}
