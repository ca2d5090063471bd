/** Longest name that is compared, so that a huge key costs nothing. */
const MAX_NAME = 80;

/**
 * The candidate that is nearest to a name, by the number of letters to add, drop, change or swap. Case,
 * hyphens and underscores do not count. Dotted names also match by their last part alone, which finds keys
 * that were written in the wrong section. Undefined only when there are no candidates.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = plain(name);
  let best: string | undefined;
  let bestScore = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const other = plain(candidate);
    const misplaced = lastPart(other) === lastPart(wanted) ? 1 : Number.POSITIVE_INFINITY;
    const score = Math.min(editDistance(wanted, other), misplaced);
    if (score < bestScore) [best, bestScore] = [candidate, score];
  }
  return best;
}

/**
 * Letters to add, drop, change or swap with their neighbour to turn one text into the other (optimal string
 * alignment).
 */
export function editDistance(from: string, to: string): number {
  const [a, b] = [from.slice(0, MAX_NAME), to.slice(0, MAX_NAME)];
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(at(above, j) + 1, at(row, j - 1) + 1, at(above, j - 1) + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, at(before, j - 2) + 1);
      row.push(cost);
    }
    [before, above] = [above, row];
  }
  return at(above, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, "");
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
