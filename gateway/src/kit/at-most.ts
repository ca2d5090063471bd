/** Runs work in turn; see {@link atMost}. */
export type Turn = {
  <T>(work: () => Promise<T>): Promise<T>;
  /** How many wait for a place. */
  waiting(): number;
};

/** Makes a function that runs work, at most `most` pieces at a time; the rest waits its turn. */
export function atMost(most: number): Turn {
  let running = 0;
  const queue: (() => void)[] = [];

  async function run<T>(work: () => Promise<T>): Promise<T> {
    if (running >= most) await new Promise<void>((go) => queue.push(go));
    else running++;
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody can slip in between.
      const next = queue.shift();
      if (next) next();
      else running--;
    }
  }
  return Object.assign(run, { waiting: () => queue.length });
}
