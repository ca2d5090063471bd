import type { connectionTest as contract } from "@nekzus/contract";
import type { z } from "zod";
import type { Clock } from "../../kit/clock.ts";

type Step = z.output<typeof contract.ConnectionStep>;
export type StepName = Step["name"];

const NAMES: readonly StepName[] = ["resolve", "connect", "tls", "http", "websocket"];

export type StepLog = {
  /** Runs and times a step. It has passed when the work succeeds, failed with the error's message when it throws. */
  run<T>(name: StepName, work: () => Promise<T>): Promise<T>;
  /** Says more about a step, or otherwise than {@link StepLog.run} did. */
  note(name: StepName, more: Partial<Omit<Step, "name">>): void;
  /** All steps in their order; what was not run is skipped. */
  all(): Step[];
};

/** Writes down how the steps of one connection test went. */
export function createStepLog(clock: Clock): StepLog {
  const seen = new Map<StepName, Step>();

  function note(name: StepName, more: Partial<Omit<Step, "name">>): void {
    seen.set(name, { ...(seen.get(name) ?? { name, status: "skipped" }), ...more });
  }

  return {
    note,
    async run(name, work) {
      const began = clock.monotonic();
      const ms = () => Math.round(clock.monotonic() - began);
      try {
        const result = await work();
        note(name, { status: "passed", ms: ms() });
        return result;
      } catch (error) {
        note(name, { status: "failed", ms: ms(), detail: (error as Error).message });
        throw error;
      }
    },
    all: () => NAMES.map((name) => seen.get(name) ?? { name, status: "skipped" }),
  };
}
