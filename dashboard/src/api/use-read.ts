import type { EndpointSpec } from "@nekzus/contract";
import { hashKey, useQuery } from "@tanstack/react-query";
import { useCallback, useState, useSyncExternalStore } from "react";
import type { Data, Endpoint, Input, InputArgument } from "./endpoint.ts";
import { asFailure, Failure } from "./failure.ts";
import { connection, send } from "./gateway.ts";
import { live, pauseWhileLive } from "./live-state.ts";
import { keyOf } from "./query-client.ts";
import { pollPause } from "./retry.ts";

export type ReadOptions = {
  /** Asks again after so many ms, while it is on screen and the page is visible. */
  every?: number;
  /** The same, only until the first good answer. */
  untilRead?: number;
  /** false: does not ask. */
  enabled?: boolean;
};

/** A read as a panel shows it. */
export type Read<D> = {
  /** Undefined until the first good answer. */
  data: D | undefined;
  /** Why the last try failed, until one goes well; with `data` it is what was read before. */
  failure: Failure | undefined;
  /** The first answer is still to come, and nothing failed yet. */
  isLoading: boolean;
  /** After a failure: it is asked again just now. */
  isRetrying: boolean;
  /** Newer data was asked for and did not come. */
  isStale: boolean;
  /** When `data` was read, in ms since 1970; 0 before. */
  updatedAt: number;
  /** Asks again now. Never throws. Stays the same function. */
  again(): Promise<void>;
};

/** Reads an endpoint while the component is on screen; components that read the same share one call. */
export function useRead<S extends EndpointSpec>(
  endpoint: Endpoint<S> & { method: "GET" },
  ...[input, options = {}]: [...input: InputArgument<S>, options?: ReadOptions]
): Read<Exclude<Data<S>, undefined>> {
  const { every, untilRead = every, enabled = true } = options as ReadOptions;
  const liveState = useSyncExternalStore(live.subscribe, live.get);
  const queryKey = keyOf<S>(endpoint, input as Input<S> | undefined);
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => read(endpoint, input as Input<S> | undefined, signal),
    enabled,
    refetchInterval: ({ state }) => {
      // The link's return reads everything on screen again.
      const pause = state.data === undefined ? untilRead : every;
      if (!pause || connection.link.get().state === "away") return false;
      return pollPause(
        pauseWhileLive(endpoint.id, pause, liveState, state.data),
        state.error && asFailure(state.error),
        Date.now(),
      );
    },
  });
  const { refetch } = query;
  const again = useCallback(async () => {
    await refetch();
  }, [refetch]);
  const error = useLastError(hashKey(queryKey), query);
  const failure = error ? asFailure(error) : undefined;
  return {
    data: query.data,
    failure,
    isLoading: query.isLoading && !failure,
    isRetrying: failure !== undefined && query.isFetching,
    isStale: query.data !== undefined && failure !== undefined,
    updatedAt: query.dataUpdatedAt,
    again,
  };
}

/** What failed last stays until a try goes well, so that the button which tries again keeps its place and the focus. */
function useLastError(key: string, { error, isSuccess }: { error: Error | null; isSuccess: boolean }): Error | null {
  const [last, setLast] = useState({ key, error });
  const now = error || isSuccess || last.key !== key ? error : last.error;
  if (last.key !== key || last.error !== now) setLast({ key, error: now });
  return now;
}

async function read<S extends EndpointSpec>(
  endpoint: Endpoint<S>,
  input: Input<S> | undefined,
  signal: AbortSignal,
): Promise<Exclude<Data<S>, undefined>> {
  const { data } = await send(endpoint as Endpoint, input as Input<EndpointSpec>, { signal });
  if (data === undefined) throw new Failure("unreadable", `${endpoint.id}: the answer is empty`);
  return data as Exclude<Data<S>, undefined>;
}
