import type { catalog } from "@nekzus/contract";
import type { Data } from "../api/endpoint.ts";

/** An app as the list of apps shows it. */
export type App = Data<typeof catalog.appsList>[number];

/** A route as the list of routes shows it. */
export type RouteListed = Data<typeof catalog.routesList>[number];

/** The sign that discovery gives an app whose labels name no icon: it is nobody's choice, and a letter tells more. */
export const NO_ICON = "📦";

type Here = Pick<Location, "protocol" | "port">;

/** The address of an app's host name. The gateway answers to it where it answers to this page: `here` is that place. */
export function addressAt(host: string, here: Here = location): string {
  return `${here.protocol}//${host}${here.port && `:${here.port}`}/`;
}

/**
 * Where a click on the app leads: to its host name, else to its path on this origin, from which the gateway moves on
 * to the apps' own.
 */
export function addressOf(app: Pick<App, "id" | "proxyPath" | "host">, here?: Here): string {
  if (app.host) return addressAt(app.host, here);
  return app.proxyPath?.startsWith("/apps/") ? app.proxyPath : `/apps/${encodeURIComponent(app.id)}/`;
}

/** Where a click on a route leads; undefined for a path that is not one of an app. */
export function addressOfRoute({ host, pathBase }: Pick<RouteListed, "host" | "pathBase">): string | undefined {
  if (host) return addressAt(host);
  return pathBase.startsWith("/apps/") ? pathBase : undefined;
}
