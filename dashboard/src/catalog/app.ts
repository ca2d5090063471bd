import type { catalog } from "@nekzus/contract";
import type { Data } from "../api/endpoint.ts";

/** An app as the list of apps shows it. */
export type App = Data<typeof catalog.appsList>[number];

/** A route as the list of routes shows it. */
export type RouteListed = Data<typeof catalog.routesList>[number];

/** The sign that discovery gives an app whose labels name no icon: it is nobody's choice, and a letter tells more. */
export const NO_ICON = "📦";

/** Where a click on the app leads: its path on this origin, from which the gateway moves on to the apps' own. */
export function pathOf(app: Pick<App, "id" | "proxyPath">): string {
  return app.proxyPath?.startsWith("/apps/") ? app.proxyPath : `/apps/${encodeURIComponent(app.id)}/`;
}
