import type { EndpointSpec } from "@nekzus/contract";
import { useMutation } from "@tanstack/react-query";
import { useCallback, useLayoutEffect, useRef } from "react";
import type { Endpoint, Input, InputArgument } from "./endpoint.ts";
import { asFailure, type Failure } from "./failure.ts";
import { send } from "./gateway.ts";
import { refresh } from "./query-client.ts";
import type { Reply } from "./request.ts";

export type ChangeOptions<S extends EndpointSpec> = {
  /** Reads that are old after the change: those on screen are asked again. */
  refreshes?: readonly Endpoint[];
  /** Called after a change that went well, also when the component is gone by then. */
  onDone?(reply: Reply<S>, input: Input<S>): void;
};

export type Change<S extends EndpointSpec> = {
  /**
   * Asks the gateway for the change, once. Never throws: undefined when it failed, and `failure` says why. Stays the
   * same function.
   */
  run(...input: InputArgument<S>): Promise<Reply<S> | undefined>;
  isRunning: boolean;
  /** Why the last run failed, until the next run or `reset`. */
  failure: Failure | undefined;
  /** The input of the last run. */
  input: Input<S> | undefined;
  reset(): void;
};

/** Changes something at the gateway. A change is never repeated by itself. */
export function useChange<S extends EndpointSpec>(endpoint: Endpoint<S>, options: ChangeOptions<S> = {}): Change<S> {
  const mutation = useMutation({
    mutationFn: (input: Input<S>) =>
      send(endpoint as Endpoint, input as Input<EndpointSpec>) as unknown as Promise<Reply<S>>,
  });

  const { mutateAsync } = mutation;
  const latest = useRef(options);
  useLayoutEffect(() => {
    latest.current = options;
  });

  const run = useCallback(
    async (...[given]: InputArgument<S>): Promise<Reply<S> | undefined> => {
      const input = (given ?? {}) as Input<S>;
      const reply = await mutateAsync(input).catch(() => undefined);
      if (!reply) return undefined;
      void refresh(...(latest.current.refreshes ?? []));
      latest.current.onDone?.(reply, input);
      return reply;
    },
    [mutateAsync],
  );

  return {
    run,
    isRunning: mutation.isPending,
    failure: mutation.error ? asFailure(mutation.error) : undefined,
    input: mutation.variables,
    reset: mutation.reset,
  };
}
