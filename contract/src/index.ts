import type { EndpointSpec } from "./endpoint.ts";
import * as auth from "./endpoints/auth.ts";
import * as catalog from "./endpoints/catalog.ts";
import * as discovery from "./endpoints/discovery.ts";
import * as health from "./endpoints/health.ts";
import * as system from "./endpoints/system.ts";

export * from "./endpoint.ts";
export * from "./errors.ts";
export * from "./messages/events.ts";
export * from "./shapes.ts";
export { auth, catalog, discovery, health, system };

/** Every endpoint of the contract. */
export const ENDPOINTS: readonly EndpointSpec[] = [health, auth, catalog, discovery, system].flatMap((group) =>
  Object.values(group).filter(isEndpoint),
);

function isEndpoint(value: unknown): value is EndpointSpec {
  return typeof value === "object" && value !== null && "access" in value && "answers" in value;
}
