import { routeTest } from "../api/endpoints.gen.ts";
import { send } from "../api/gateway.ts";
import type { ConnectionTarget } from "./connection-fixes.ts";
import type { ConnectionReport } from "./connection-verdicts.ts";
import { type Trial, useTrial } from "./use-trial.ts";

/** Tests connections from the gateway. */
export function useConnectionTest(): Trial<ConnectionTarget, ConnectionReport> {
  return useTrial(test);
}

async function test(target: ConnectionTarget, signal: AbortSignal): Promise<ConnectionReport> {
  return (await send(routeTest, { body: target }, { signal })).data;
}
