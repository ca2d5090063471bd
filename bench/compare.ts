import { OURS } from "./contestants.ts";
import type { Gate, Line } from "./result.ts";
import type { Window } from "./rounds.ts";
import { median, spread } from "./statistics.ts";

/** What CPU is counted by: one request or message, or a MiB that was carried. */
export type Per = "request" | "message" | "MiB";

/** The windows that count. */
function good(windows: readonly Window[] | undefined): Window[] {
  return (windows ?? []).filter(({ failure, count }) => failure === undefined && count > 0);
}

/** The reasons of those that do not. */
export function failuresIn(windows: ReadonlyMap<string, readonly Window[]>): string[] {
  return [...windows].flatMap(([name, all]) =>
    all
      .filter((window) => !good([window]).length)
      .map(({ round, failure }) => `${name}, round ${round + 1}: ${failure ?? "nothing was answered"}`),
  );
}

/** One line for each contestant: medians over its windows. */
export function linesOf(windows: ReadonlyMap<string, readonly Window[]>, per: Per): Line[] {
  return [...windows].flatMap(([name, all]) => {
    const counted = good(all);
    if (counted.length === 0) return [];
    const middle = (figure: (window: Window) => number) => median(counted.map(figure));
    const ratios = name === OURS ? [] : ratiosOf(windows, per, name);
    return {
      name,
      values: {
        [`CPU/${per} µs`]: middle((window) => window.cpu.total / units(window, per)),
        user: middle((window) => window.cpu.user / units(window, per)),
        system: middle((window) => window.cpu.system / units(window, per)),
        ...(counted.some(({ besideCpu }) => besideCpu > 0)
          ? { "core µs": middle((window) => window.besideCpu / units(window, per)) }
          : {}),
        [`${per}/s`]: middle((window) => units(window, per) / window.seconds),
        "p50 ms": middle(({ p50 }) => p50),
        "p99 ms": middle(({ p99 }) => p99),
        "memory MB": middle(({ memory }) => memory),
        ...(ratios.length ? { [`${OURS} ×`]: median(ratios) } : {}),
      },
    };
  });
}

/** Our CPU against another's, each ratio of one round; none when no round has both. */
export function cpuGate(windows: ReadonlyMap<string, readonly Window[]>, per: Per, peer: string, budget: number): Gate {
  const ratios = ratiosOf(windows, per, peer);
  const found = ratios.length ? spread(ratios) : undefined;
  return {
    what: `CPU per ${per}, of ${peer}`,
    measured: found?.median ?? Number.NaN,
    budget,
    unit: "×",
    ...(found ? { spread: found } : {}),
  };
}

/** A figure of ours less that of another, round by round. */
export function differences(
  windows: ReadonlyMap<string, readonly Window[]>,
  peer: string,
  figure: (window: Window) => number,
): number[] {
  return pairs(windows, peer).map(([own, other]) => figure(own) - figure(other));
}

function ratiosOf(windows: ReadonlyMap<string, readonly Window[]>, per: Per, peer: string): number[] {
  return pairs(windows, peer).map(
    ([own, other]) => own.cpu.total / units(own, per) / (other.cpu.total / units(other, per)),
  );
}

function pairs(windows: ReadonlyMap<string, readonly Window[]>, peer: string): [Window, Window][] {
  const others = good(windows.get(peer));
  return good(windows.get(OURS)).flatMap((own) => {
    const other = others.find(({ round }) => round === own.round);
    return other ? [[own, other] as [Window, Window]] : [];
  });
}

function units({ count, bytes }: Window, per: Per): number {
  return per === "MiB" ? bytes / 2 ** 20 : count;
}
