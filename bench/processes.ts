import { readdirSync, readFileSync } from "node:fs";

/** CPU time of some processes at one moment. */
export type CpuReading = {
  /** By thread, in nanoseconds: what the scheduler counted, not what its ticks happened to see. */
  threads: ReadonlyMap<string, bigint>;
  /** Ticks in user mode and in the kernel: only good for the share of each. */
  userTicks: number;
  systemTicks: number;
};

/** CPU time between two readings, in microseconds. */
export type CpuTime = { total: number; user: number; system: number };

/** Reads the CPU time of these processes. One that has ended counts nothing. */
export function readCpu(pids: readonly number[]): CpuReading {
  const threads = new Map<string, bigint>();
  let [userTicks, systemTicks] = [0, 0];
  for (const pid of pids) {
    const stat = readProc(`${pid}/stat`);
    if (stat === undefined) continue;
    // The name of the program stands in brackets and may hold blanks.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    userTicks += Number(fields[11]);
    systemTicks += Number(fields[12]);
    for (const thread of entries(`${pid}/task`)) {
      const spent = readProc(`${pid}/task/${thread}/schedstat`)?.split(" ")[0];
      if (spent !== undefined) threads.set(thread, BigInt(spent));
    }
  }
  return { threads, userTicks, systemTicks };
}

/** What was spent from one reading to the next; threads that began meanwhile count from nothing. */
export function cpuBetween(before: CpuReading, after: CpuReading): CpuTime {
  let spent = 0n;
  for (const [thread, time] of after.threads) spent += time - (before.threads.get(thread) ?? 0n);
  const total = Number(spent) / 1000;
  const user = after.userTicks - before.userTicks;
  const system = after.systemTicks - before.systemTicks;
  const share = user + system > 0 ? user / (user + system) : 1;
  return { total, user: total * share, system: total * (1 - share) };
}

/** Memory of these processes in MB (10^6 bytes): pages that several processes share are split among them (PSS). */
export function readMemory(pids: readonly number[]): number {
  let kilobytes = 0;
  for (const pid of pids)
    kilobytes += Number(/^Pss:\s+(\d+) kB$/m.exec(readProc(`${pid}/smaps_rollup`) ?? "")?.[1] ?? 0);
  return (kilobytes * 1024) / 1e6;
}

/** A process and all below it. */
export function family(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(family)];
}

/** The children of all threads of a process. */
export function childrenOf(pid: number): number[] {
  return entries(`${pid}/task`)
    .flatMap((thread) => (readProc(`${pid}/task/${thread}/children`) ?? "").split(" "))
    .filter((text) => text !== "")
    .map(Number);
}

/** The arguments a process was started with, joined by blanks. */
export function commandLine(pid: number): string {
  return (readProc(`${pid}/cmdline`) ?? "").replaceAll("\0", " ").trim();
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch {
    return undefined;
  }
}

function entries(path: string): string[] {
  try {
    return readdirSync(`/proc/${path}`);
  } catch {
    return [];
  }
}
