/** One script of the built dashboard, as the bundler tells of it. Files are named relative to the built folder. */
export type Chunk = {
  fileName: string;
  isEntry: boolean;
  /** The sources that went into it, as absolute paths. */
  moduleIds: readonly string[];
  /** Files of the scripts that it cannot start without. */
  imports: readonly string[];
  /** Files of the styles that it cannot be shown without. */
  styles: readonly string[];
};

/** The most that the first view may weigh, in bytes after brotli (40 F10). */
export const BUDGETS = { script: 120_000, style: 25_000 } as const;

export type Weight = { file: string; kind: keyof typeof BUDGETS; bytes: number };

/**
 * The files that a browser fetches before the first view is of use: the entry and what holds the given sources, each
 * with all that it imports at once. Throws when no script holds one of them, since its weight would go unseen.
 */
export function firstViewFiles(chunks: readonly Chunk[], sources: readonly string[]): string[] {
  const files = new Set<string>();
  const visit = ({ fileName, imports, styles }: Chunk): void => {
    if (files.has(fileName)) return;
    for (const file of [fileName, ...styles]) files.add(file);
    for (const chunk of chunks) if (imports.includes(chunk.fileName)) visit(chunk);
  };
  for (const chunk of chunks) if (chunk.isEntry) visit(chunk);
  for (const source of sources) {
    const holder = chunks.find(({ moduleIds }) => moduleIds.includes(source));
    if (!holder) throw new Error(`${source} is in no script: correct FIRST_VIEWS in tools/delivery/dashboard.ts`);
    visit(holder);
  }
  return [...files].sort();
}

/** The weight of scripts and styles, in a line for people. Throws with a table of files when it is too much. */
export function checkBudgets(view: string, weights: readonly Weight[]): string {
  const sums = { script: 0, style: 0 };
  for (const { kind, bytes } of weights) sums[kind] += bytes;
  const kinds = Object.keys(BUDGETS) as Weight["kind"][];
  const text = kinds.map((kind) => `${kilobytes(sums[kind])} of ${BUDGETS[kind] / 1000} kB ${kind}`).join(", ");
  if (kinds.every((kind) => sums[kind] <= BUDGETS[kind])) return `${view}: ${text}`;
  const rows = weights
    .toSorted((a, b) => b.bytes - a.bytes)
    .map(({ file, kind, bytes }) => `${kilobytes(bytes).padStart(8)} kB  ${kind}  ${file}`);
  throw new Error(`The first view of the dashboard, ${view}, is too heavy (brotli): ${text}.\n${rows.join("\n")}`);
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}
