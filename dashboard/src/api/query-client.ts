import type { EndpointSpec } from "@nekzus/contract";
import { QueryClient, type QueryKey } from "@tanstack/react-query";
import type { Data, Endpoint, Input, InputArgument } from "./endpoint.ts";
import { asFailure } from "./failure.ts";
import { mayRetry, retryPause } from "./retry.ts";

/** What was read is shown without asking again for this long, in ms: two panels of a screen share one call. */
const FRESH_MS = 2000;

/** The cache of everything that was read. Reads are retried here and nowhere else; changes never are. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      // Whether the gateway can be reached is nothing that the browser knows.
      networkMode: "always",
      refetchOnReconnect: false,
      retry: (failures, error) => mayRetry(failures, asFailure(error), Date.now()),
      retryDelay: (failures, error) => retryPause(failures, asFailure(error), Date.now(), Math.random()),
    },
    mutations: { networkMode: "always", retry: false },
  },
});

/** The key under which a read is kept. */
export function keyOf<S extends EndpointSpec>(endpoint: Endpoint<S>, input: Input<S> | undefined): QueryKey {
  const { params, query } = (input ?? {}) as Input<EndpointSpec>;
  return [endpoint.id, params ?? {}, query ?? {}];
}

/** What was read before; undefined when nothing was. */
export function cachedData<S extends EndpointSpec>(
  endpoint: Endpoint<S>,
  ...[input]: InputArgument<S>
): Data<S> | undefined {
  return queryClient.getQueryData(keyOf(endpoint, input)) as Data<S> | undefined;
}

/** Puts data where a read would, made from what is there; what is not there is left to the next read. */
export function putData<S extends EndpointSpec>(
  endpoint: Endpoint<S>,
  input: Input<S>,
  change: (old: Data<S>) => Data<S>,
): void {
  const queryKey = keyOf(endpoint, input);
  const old = queryClient.getQueryData(queryKey);
  if (old === undefined) return;
  // An answer that is on its way knows nothing of it.
  void queryClient.cancelQueries({ queryKey, exact: true });
  queryClient.setQueryData(queryKey, change(old as Data<S>));
}

/** Reads again what is on screen, and the rest when it is shown next. Never throws. */
export async function refresh(...endpoints: readonly Endpoint[]): Promise<void> {
  await Promise.all(endpoints.map(({ id }) => queryClient.invalidateQueries({ queryKey: [id] })));
}
