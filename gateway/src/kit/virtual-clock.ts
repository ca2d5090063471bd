import type { Clock } from "./clock.ts";

/** A clock that a test moves by hand. */
export type VirtualClock = Clock & {
  /** Moves time forward by `ms`, running what falls due in order and letting promises settle in between. */
  advance(ms: number): Promise<void>;
  /** Sets what {@link Clock.now} says forward by `ms`, or back, as a person or a time server does; nothing falls due. */
  set(ms: number): void;
};

/** Makes a clock that stands at `start` (milliseconds since 1970) until it is advanced. */
export function createVirtualClock(start = Date.UTC(2026, 0, 1)): VirtualClock {
  let time = start;
  let wrong = 0;
  let sequence = 0;
  const due: { at: number; order: number; run: () => void; every?: number }[] = [];

  function schedule(ms: number, run: () => void, every?: number) {
    const entry = { at: time + ms, order: sequence++, run, every };
    due.push(entry);
    return {
      cancel() {
        entry.every = undefined;
        const at = due.indexOf(entry);
        if (at >= 0) due.splice(at, 1);
      },
    };
  }

  return {
    now: () => time + wrong,
    monotonic: () => time - start,
    after: (ms, run) => schedule(ms, run),
    every: (ms, run) => schedule(ms, run, ms),
    set(ms) {
      wrong += ms;
    },
    async advance(ms) {
      const end = time + ms;
      for (;;) {
        due.sort((a, b) => a.at - b.at || a.order - b.order);
        const next = due[0];
        if (!next || next.at > end) break;
        due.shift();
        time = Math.max(time, next.at);
        if (next.every !== undefined) due.push({ ...next, at: next.at + next.every, order: sequence++ });
        next.run();
        await settle();
      }
      time = end;
      await settle();
    },
  };
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
