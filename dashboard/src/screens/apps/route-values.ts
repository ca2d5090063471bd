import type { catalog } from "@nekzus/contract";
import type { Input } from "../../api/endpoint.ts";
import type { App, RouteListed } from "../../catalog/app.ts";
import { OPTION_OF, type Option, type OptionValues, optionFrom, optionValuesOf } from "./route-option-values.ts";

type RoutePatch = Partial<Input<typeof catalog.routePut>["body"]>;
type AppPatch = Partial<Input<typeof catalog.appPut>["body"]>;

/** What is said about an app, as the form holds it. */
type AppValues = Required<Pick<AppPatch, "name" | "icon" | "group" | "description">> & { tags: string[] };

/**
 * Everything that the form holds. Names are those of the contract, but for options of several parts; `rewriteHTML` is
 * undefined where the gateway decides.
 */
export type RouteValues = AppValues &
  OptionValues &
  Required<Omit<RoutePatch, "appId" | "appName" | "icon" | "rewriteHTML" | Option>> & {
    rewriteHTML: boolean | undefined;
  };

/** The name of one entry of the form. */
export type RouteField = keyof RouteValues;

const APP_FIELDS = ["name", "icon", "group", "description", "tags"] as const satisfies RouteField[];

/** A new route about which nothing is said: what is left like this, the gateway fills in itself. */
export const NEW_VALUES: RouteValues = {
  name: "",
  icon: "",
  group: "",
  description: "",
  tags: [],
  to: "",
  pathBase: "",
  containerId: "",
  scopes: [],
  publicAccess: false,
  sensitive: false,
  websocket: false,
  stripPrefix: false,
  stripResponseCookies: false,
  rewriteCookiePaths: false,
  rewriteHTML: undefined,
  persistCookies: false,
  routingMode: "",
  subdomain: "",
  excludePaths: [],
  healthCheckPath: "",
  healthCheckTimeout: "",
  healthCheckInterval: "",
  expectedStatusCodes: [],
  skipHealthCheck: false,
  healthGate: false,
  connectTimeout: "",
  timeout: "",
  idleTimeout: "",
  serverName: "",
  caFile: "",
  insecureSkipVerify: false,
  preserveHost: true,
  identityHeaders: false,
  setRequestHeaders: [],
  removeRequestHeaders: [],
  setResponseHeaders: [],
  removeResponseHeaders: [],
  allowNetworks: [],
  denyNetworks: [],
  maxBodyBytes: "",
  ratePerMinute: "",
  rateBurst: "",
  cacheEnabled: false,
  cacheTtl: "",
  cacheMaxBytes: "",
  maintenance: false,
  maintenanceMessage: "",
  enabled: true,
};

/** All entries, in the order of the form. */
export const ROUTE_FIELDS = Object.keys(NEW_VALUES) as RouteField[];

type StoredRoute = Omit<RouteListed, "appName" | "status" | "healthInfo">;

/** A stored route and its app as the form holds them. An app that is not known keeps the route's side only. */
export function valuesOf(route: StoredRoute, app: App | undefined): RouteValues {
  const said = {
    name: app?.name ?? "",
    icon: app?.icon ?? "",
    group: app?.group ?? "",
    description: app?.description ?? "",
    tags: app?.tags ?? [],
  };
  const options = Object.fromEntries(
    ROUTE_FIELDS.filter((field) => !isAppField(field)).map((field) => [field, route[field as keyof StoredRoute]]),
  );
  return { ...NEW_VALUES, ...options, ...said, ...optionValuesOf(route) } as RouteValues;
}

/** The entries that differ. */
export function changedFields(before: RouteValues, after: RouteValues): RouteField[] {
  return ROUTE_FIELDS.filter((field) => !isSame(before[field], after[field]));
}

/** What was changed, as the gateway takes it: of the route and of the app nothing but what differs. */
export function changesOf(before: RouteValues, after: RouteValues): { route: RoutePatch; app: AppPatch } {
  const route: Record<string, unknown> = {};
  const app: Record<string, unknown> = {};
  for (const field of changedFields(before, after)) {
    if (isAppField(field)) app[field] = after[field];
    else if (isOptionValue(field)) route[OPTION_OF[field]] = optionFrom(after, OPTION_OF[field]);
    else route[field] = after[field];
  }
  return { route: route as RoutePatch, app: app as AppPatch };
}

/** What I changed since `before`, put over what others made of it. */
export function carriedOver(before: RouteValues, mine: RouteValues, theirs: RouteValues): RouteValues {
  const kept = Object.fromEntries(changedFields(before, mine).map((field) => [field, mine[field]]));
  return { ...theirs, ...kept } as RouteValues;
}

function isOptionValue(field: RouteField): field is keyof OptionValues {
  return field in OPTION_OF;
}

/** Does the entry belong to the app and not to the route? */
function isAppField(field: RouteField): boolean {
  return (APP_FIELDS as readonly RouteField[]).includes(field);
}

function isSame(a: RouteValues[RouteField], b: RouteValues[RouteField]): boolean {
  return Array.isArray(a) && Array.isArray(b)
    ? a.length === b.length && a.every((entry, index) => entry === b[index])
    : a === b;
}
