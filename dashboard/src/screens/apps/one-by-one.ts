import { asFailure, type Failure } from "../../api/failure.ts";

/** How one of several things went. */
export type Outcome<Item, Result> = { item: Item; result?: Result; failure?: Failure };

/**
 * Does the same to several things, one after the other, so that each is told apart and the gateway is not flooded. A
 * failure ends nothing but its own item. `signal` ends it before the next item; what was not begun has no outcome.
 * Never throws.
 */
export async function oneByOne<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  onDone: (count: number) => void,
  signal: AbortSignal,
): Promise<Outcome<Item, Result>[]> {
  const outcomes: Outcome<Item, Result>[] = [];
  for (const item of items) {
    if (signal.aborted) break;
    try {
      outcomes.push({ item, result: await work(item) });
    } catch (error) {
      outcomes.push({ item, failure: asFailure(error) });
    }
    onDone(outcomes.length);
  }
  return outcomes;
}
