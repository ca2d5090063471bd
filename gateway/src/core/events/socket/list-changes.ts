import type { Clock, Timer } from "../../../kit/clock.ts";

/** How long changes of one list are gathered before they are told, in ms. */
const GATHER_MS = 250;

/** Gathers which lists changed, and by whom: many changes within a moment are told as one. */
export function createListChanges(clock: Clock, tell: (area: string, by: ReadonlySet<string>) => void) {
  const waiting = new Map<string, Set<string>>();
  let timer: Timer | undefined;

  function flush(): void {
    timer = undefined;
    const changes = [...waiting];
    waiting.clear();
    for (const [area, by] of changes) tell(area, by);
  }

  return {
    /** `by`: the id of the principal who changed it; undefined when the gateway did. */
    add(area: string, by: string | undefined): void {
      const all = waiting.get(area) ?? new Set();
      waiting.set(area, by === undefined ? all : all.add(by));
      timer ??= clock.after(GATHER_MS, flush);
    },
    stop: () => timer?.cancel(),
  };
}
