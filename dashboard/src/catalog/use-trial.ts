import { useCallback, useEffect, useRef, useState } from "react";
import { asFailure, type Failure } from "../api/failure.ts";

/** Something that the gateway tries when a person asks, as a panel shows it. */
export type Trial<Target, Report> = {
  isRunning: boolean;
  /** What the last trial found. */
  report: Report | undefined;
  /** Why the last trial could not be made. */
  failure: Failure | undefined;
  /** What was tried last. */
  tried: Target | undefined;
  /** Tries this target; a trial that is under way is given up. */
  run(target: Target): void;
  /** Gives the trial up. */
  cancel(): void;
};

type State<Target, Report> = Pick<Trial<Target, Report>, "isRunning" | "report" | "failure" | "tried">;

/**
 * Lets the gateway try something. A trial that nobody waits for any more is given up when the component goes. `ask` must
 * stay the same function.
 */
export function useTrial<Target, Report>(
  ask: (target: Target, signal: AbortSignal) => Promise<Report>,
): Trial<Target, Report> {
  const [state, setState] = useState<State<Target, Report>>({
    isRunning: false,
    report: undefined,
    failure: undefined,
    tried: undefined,
  });
  const running = useRef<AbortController>(undefined);

  const cancel = useCallback(() => {
    running.current?.abort();
    running.current = undefined;
    setState((before) => ({ ...before, isRunning: false }));
  }, []);

  const run = useCallback(
    async (target: Target) => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      setState({ isRunning: true, report: undefined, failure: undefined, tried: target });
      const found = await ask(target, controller.signal).then(
        (report) => ({ report, failure: undefined }),
        (error: unknown) => ({ report: undefined, failure: asFailure(error) }),
      );
      if (controller.signal.aborted) return;
      running.current = undefined;
      setState({ isRunning: false, tried: target, ...found });
    },
    [ask],
  );

  useEffect(() => () => running.current?.abort(), []);

  return { ...state, run, cancel };
}
