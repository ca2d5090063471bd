import type { ErrorDetail } from "@nekzus/contract";
import { isScope } from "../../catalog/scopes.ts";
import { readSize } from "../../text/size.ts";
import { FIELD_OF_PART, headerIn } from "./route-option-values.ts";
import { ROUTE_FIELDS, type RouteField, type RouteValues } from "./route-values.ts";

/** What can be wrong: an entry of the form, or the app's id, which only a new app has. */
export type FormField = RouteField | "appId";

/** What this page sees by itself; `fault-texts.ts` has the words. */
export type FaultCode =
  | "no-name"
  | "no-address"
  | "no-scheme"
  | "path"
  | "slash"
  | "duration"
  | "host-name"
  | "scope"
  | "status"
  | "header"
  | "header-line"
  | "network"
  | "number"
  | "size"
  | "burst"
  | "tag"
  | "id"
  | "id-reserved"
  | "id-taken";

/** What is wrong with an entry: something this page sees by itself, or the gateway's reason. */
export type Fault = FaultCode | { said: string };
export type Faults = Partial<Record<FormField, Fault>>;

const DURATION = /^(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h))+$/;
const APP_ID = /^[A-Za-z0-9_-]{1,64}$/;
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const HOST_LABEL = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?$/;

/** The entries of the form that hold several values. */
export type ListField =
  | "scopes"
  | "allowNetworks"
  | "denyNetworks"
  | "expectedStatusCodes"
  | "setRequestHeaders"
  | "removeRequestHeaders"
  | "setResponseHeaders"
  | "removeResponseHeaders"
  | "excludePaths"
  | "tags";

const isHeader = (text: string) => (HEADER.test(text) ? undefined : "header");
const isHeaderLine = (text: string) => (headerIn(text) ? undefined : "header-line");
/** Its form alone: the gateway tells whether there is such a network. */
const isNetwork = (text: string) => (/^[0-9a-f:.]+(?:\/\d{1,3})?$/i.test(text) ? undefined : "network");

/** What is wrong with one entry of a list; the same rules as the contract's, so that they are told while typing. */
export const entryFault: Readonly<Record<ListField, (text: string) => FaultCode | undefined>> = {
  scopes: (text: string) => (isScope(text) ? undefined : "scope"),
  expectedStatusCodes: (text: string) => (/^[1-5]\d\d$/.test(text) ? undefined : "status"),
  allowNetworks: isNetwork,
  denyNetworks: isNetwork,
  setRequestHeaders: isHeaderLine,
  removeRequestHeaders: isHeader,
  setResponseHeaders: isHeaderLine,
  removeResponseHeaders: isHeader,
  excludePaths: (text: string) => (text.startsWith("/") ? undefined : "slash"),
  tags: (text: string) => (text.length <= 50 ? undefined : "tag"),
};

/** What can be told without the gateway, which checks everything again. */
export function faultsOf(values: RouteValues): Faults {
  const faults: Faults = {};
  if (values.name.trim() === "") faults.name = "no-name";
  if (values.to.trim() === "") faults.to = "no-address";
  else if (!/^(?:https?:\/\/[^/]|unix:\/)/i.test(values.to.trim())) {
    faults.to = "no-scheme";
  }
  if (values.pathBase && !/^\/apps\/[^/]/.test(values.pathBase)) {
    faults.pathBase = "path";
  }
  if (values.healthCheckPath && !values.healthCheckPath.startsWith("/")) {
    faults.healthCheckPath = "slash";
  }
  if (values.caFile && !values.caFile.startsWith("/")) faults.caFile = "slash";
  for (const field of [
    "healthCheckTimeout",
    "healthCheckInterval",
    "connectTimeout",
    "timeout",
    "idleTimeout",
    "cacheTtl",
  ] as const) {
    if (values[field] && !DURATION.test(values[field])) faults[field] = "duration";
  }
  for (const field of ["maxBodyBytes", "cacheMaxBytes"] as const) {
    if (values[field] && readSize(values[field]) === undefined) faults[field] = "size";
  }
  for (const field of ["ratePerMinute", "rateBurst"] as const) {
    if (!/^\d{0,7}$/.test(values[field])) faults[field] = "number";
  }
  if (Number(values.rateBurst) && !Number(values.ratePerMinute)) faults.ratePerMinute ??= "burst";
  if (!HOST_LABEL.test(values.subdomain)) faults.subdomain = "host-name";
  for (const field of Object.keys(entryFault) as ListField[]) {
    const wrong = values[field].map(entryFault[field]).find(Boolean);
    if (wrong) faults[field] = wrong;
  }
  return faults;
}

/** What is wrong with the id of a new app. `taken` are the ids of all apps. */
export function idFault(id: string, taken: readonly string[]): FaultCode | undefined {
  if (!APP_ID.test(id)) return "id";
  if (id.toLowerCase() === "admin") return "id-reserved";
  if (taken.includes(id)) return "id-taken";
  return undefined;
}

/** The entry that a detail of the gateway's refusal is about; undefined where the form has none. */
function fieldOf(path: string): FormField | undefined {
  const [first = ""] = path.split(/[.[]/);
  if (first === "appName") return "name";
  if (first === "image") return "icon";
  const part = FIELD_OF_PART[path];
  if (part) return part;
  return [...ROUTE_FIELDS, "appId"].includes(first) ? (first as FormField) : undefined;
}

/** The gateway's reasons at the entries they are about; `rest` belongs to the form as a whole. */
export function faultsFrom(details: readonly ErrorDetail[]): { faults: Faults; rest: string[] } {
  const faults: Faults = {};
  const rest: string[] = [];
  for (const { path, reason } of details) {
    const field = fieldOf(path);
    if (field) faults[field] ??= { said: reason };
    else rest.push(path ? `${path}: ${reason}` : reason);
  }
  return { faults, rest };
}
