import type { App, RouteListed } from "../../catalog/app.ts";
import { matches } from "../../text/search.ts";

/** How an app's route is doing. `off`: switched off; `none`: the app has no route; `unchecked`: nobody asks it. */
export type RowState = "failing" | "unsteady" | "unknown" | "unchecked" | "running" | "off" | "none";

/** The states, the most urgent first. */
export const STATES: readonly RowState[] = ["failing", "unsteady", "unknown", "unchecked", "running", "off", "none"];

/** How an app is checked and what came of it. */
export type Health = NonNullable<RouteListed["healthInfo"]>;

/** A line of the list: a route with its app, or an app without one. */
export type AppRow = {
  id: string;
  app: Pick<App, "id" | "name"> & Partial<App>;
  route: RouteListed | undefined;
  /** The app's health, also on the routes that it is not checked through. */
  health: Health | undefined;
  state: RowState;
};

/**
 * Every route, and every app without one. Apps that are not known (yet) are shown by what the routes say of them.
 */
export function rowsOf(routes: readonly RouteListed[], apps: readonly App[]): AppRow[] {
  const known = new Map(apps.map((app) => [app.id, app]));
  const health = new Map(
    routes.map(({ appId, healthInfo }) => [appId, healthInfo] as const).filter(([, info]) => info),
  );
  const rows = routes.map((route): AppRow => {
    const { appId, appName, routeId } = route;
    const shared = route.enabled ? health.get(appId) : undefined;
    const app = known.get(appId) ?? { id: appId, name: appName };
    return { id: routeId, app, route, health: shared, state: stateOf(route, shared) };
  });
  const routed = new Set(routes.map(({ appId }) => appId));
  for (const app of apps) {
    // No id of a route begins like this.
    if (!routed.has(app.id))
      rows.push({ id: `app ${app.id}`, app, route: undefined, health: undefined, state: "none" });
  }
  return rows;
}

function stateOf(route: RouteListed, health: Health | undefined): RowState {
  if (!route.enabled) return "off";
  if (!health) return "unchecked";
  if (health.status === "unhealthy") return "failing";
  if (health.status === "degraded") return "unsteady";
  if (health.status === "unknown") return "unknown";
  // What is never asked counts as healthy to the gateway.
  return health.lastCheck === undefined ? "unchecked" : "running";
}

/** The rows in which all words occur and whose state is the wanted one; empty takes all. */
export function filterRows(rows: readonly AppRow[], words: string, state: RowState | ""): AppRow[] {
  const wanted = words.trim();
  return rows.filter((row) => (state === "" || row.state === state) && (wanted === "" || matches(wanted, textOf(row))));
}

function textOf({ app, route }: AppRow): string {
  const said = [app.name, app.id, app.group, app.description, ...(app.tags ?? [])];
  return [...said, route?.routeId, route?.pathBase, route?.to, route?.subdomain, ...(route?.scopes ?? [])].join("\n");
}

/** How many rows there are of each state. */
export function countStates(rows: readonly AppRow[]): Map<RowState, number> {
  const counts = new Map<RowState, number>();
  for (const { state } of rows) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}

/** The state that the address names; empty when it names none. */
export function readState(text: string): RowState | "" {
  return STATES.find((state) => state === text) ?? "";
}

/** Whose apps disappear when these rows are deleted: a route takes its app with it when it is the last one. */
export function appsThatGo(all: readonly AppRow[], going: readonly AppRow[]): AppRow["app"][] {
  const ids = new Set(going.map(({ id }) => id));
  const staying = new Set(all.filter(({ id }) => !ids.has(id)).map(({ app }) => app.id));
  const gone = new Map(going.map(({ app }) => [app.id, app]));
  return [...gone.values()].filter(({ id }) => !staying.has(id));
}

/** Why the last check failed, without the words that every such sentence begins with and without its full stop. */
export function reasonOf({ lastError = "" }: Pick<Health, "lastError">): string {
  const reason = lastError.replace(/^request failed: /, "").replace(/\.$/, "");
  return reason.charAt(0).toUpperCase() + reason.slice(1);
}
