import type { App, RouteListed } from "../../catalog/app.ts";
import { NEW_VALUES, type RouteValues, valuesOf } from "./route-values.ts";

/** What a person may not choose without `access:admin` (ruling R30). */
const OPENING_UP = {
  scopes: [],
  publicAccess: false,
  sensitive: false,
  identityHeaders: false,
  caFile: "",
  allowNetworks: [],
  denyNetworks: [],
} satisfies Partial<RouteValues>;

/**
 * What the form of a new route begins with: a copy of `from` without what belongs to one route only (its path, host name
 * and container, scopes that name its app, and headers whose values only the gateway knows), and the address `to`.
 * `mayOpenUp`: the person holds `access:admin`.
 */
export function startingValues(
  from: { route: RouteListed; app: App | undefined } | undefined,
  to: string,
  mayOpenUp: boolean,
): RouteValues {
  if (!from) return { ...NEW_VALUES, to };
  const { route, app } = from;
  const values = valuesOf(route, app);
  return {
    ...values,
    pathBase: "",
    subdomain: "",
    routingMode: "",
    containerId: "",
    enabled: true,
    maintenance: false,
    setRequestHeaders: [],
    setResponseHeaders: values.setResponseHeaders.filter((line) => mayOpenUp || !/^access-control-/i.test(line)),
    scopes: values.scopes.filter((scope) => scope !== `access:${route.appId}`),
    // The gateway answers what it made of it; what was meant is the same as stripPrefix.
    rewriteHTML: values.rewriteHTML === values.stripPrefix ? undefined : values.rewriteHTML,
    ...(mayOpenUp ? {} : OPENING_UP),
    ...(to && { to }),
  };
}
