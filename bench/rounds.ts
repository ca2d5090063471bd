import type { Contestant } from "./contestants.ts";
import { type CpuTime, cpuBetween, readCpu, readMemory } from "./processes.ts";

/** What a load program did to a contestant in one window. */
export type Load = {
  /** Requests or messages that were answered. */
  count: number;
  bytes: number;
  seconds: number;
  /** Latencies in ms. */
  p50: number;
  p99: number;
  /** Why the window does not count. */
  failure?: string;
};

/** One window: the load, and what it cost. */
export type Window = Load & {
  round: number;
  cpu: CpuTime;
  /** CPU of the processes beside those that forward, in µs. */
  besideCpu: number;
  /** Memory of all its processes at the end, in MB. */
  memory: number;
};

/** How often each contestant has its turn, and for how long. */
export type Turns = { rounds: number; windowMs: number };

/**
 * Lets all contestants do the same in turns: each once in every round, the first one another each time and every second
 * round backwards, after a warm-up that does not count. Windows that are compared lie next to each other.
 * A load that needs preparation which is not to count calls `begin` after it.
 */
export async function takeTurns(
  contestants: readonly Contestant[],
  { rounds, windowMs }: Turns,
  load: (contestant: Contestant, ms: number, begin: () => void) => Promise<Load>,
): Promise<Map<string, Window[]>> {
  const windows = new Map<string, Window[]>(contestants.map(({ name }) => [name, []]));
  for (const contestant of contestants) await load(contestant, contestant.warmUpMs, () => {});
  for (let round = 0; round < rounds; round++) {
    for (const contestant of inOrder(contestants, round)) {
      windows
        .get(contestant.name)
        ?.push({ round, ...(await measured(contestant, (begin) => load(contestant, windowMs, begin))) });
    }
  }
  return windows;
}

function inOrder<T>(all: readonly T[], round: number): T[] {
  const first = (round >> 1) % all.length;
  const order = [...all.slice(first), ...all.slice(0, first)];
  return round % 2 === 0 ? order : order.reverse();
}

async function measured(
  { processes }: Contestant,
  load: (begin: () => void) => Promise<Load>,
): Promise<Omit<Window, "round">> {
  const { forwarding, beside } = processes();
  const read = () => [readCpu(forwarding), readCpu(beside)] as const;
  let before = read();
  const done = await load(() => {
    before = read();
  });
  const after = read();
  return {
    ...done,
    cpu: cpuBetween(before[0], after[0]),
    besideCpu: cpuBetween(before[1], after[1]).total,
    memory: readMemory([...forwarding, ...beside]),
  };
}
