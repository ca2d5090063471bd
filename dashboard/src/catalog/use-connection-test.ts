import { useCallback, useEffect, useRef, useState } from "react";
import { routeTest } from "../api/endpoints.gen.ts";
import { asFailure, type Failure } from "../api/failure.ts";
import { send } from "../api/gateway.ts";
import type { ConnectionTarget } from "./connection-fixes.ts";
import type { ConnectionReport } from "./connection-verdicts.ts";

/** A connection test as a panel shows it. */
export type ConnectionTestState = {
  isRunning: boolean;
  /** What the last test found. */
  report: ConnectionReport | undefined;
  /** Why the last test could not be made. */
  failure: Failure | undefined;
  /** What was tested last. */
  tested: ConnectionTarget | undefined;
  /** Tests this target; a test that is under way is given up. */
  run(target: ConnectionTarget): void;
  /** Gives the test up. */
  cancel(): void;
};

/** Tests connections from the gateway. A test that nobody waits for any more is given up when the component goes. */
export function useConnectionTest(): ConnectionTestState {
  const [state, setState] = useState<Pick<ConnectionTestState, "isRunning" | "report" | "failure" | "tested">>({
    isRunning: false,
    report: undefined,
    failure: undefined,
    tested: undefined,
  });
  const running = useRef<AbortController>(undefined);

  const cancel = useCallback(() => {
    running.current?.abort();
    running.current = undefined;
    setState((before) => ({ ...before, isRunning: false }));
  }, []);

  const run = useCallback(async (target: ConnectionTarget) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setState({ isRunning: true, report: undefined, failure: undefined, tested: target });
    const found = await send(routeTest, { body: target }, { signal: controller.signal }).then(
      ({ data }) => ({ report: data, failure: undefined }),
      (error: unknown) => ({ report: undefined, failure: asFailure(error) }),
    );
    if (controller.signal.aborted) return;
    running.current = undefined;
    setState({ isRunning: false, tested: target, ...found });
  }, []);

  useEffect(() => () => running.current?.abort(), []);

  return { ...state, run, cancel };
}
