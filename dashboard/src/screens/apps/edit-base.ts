import { appGet, routeGet } from "../../api/endpoints.gen.ts";
import { send } from "../../api/gateway.ts";
import type { App, RouteListed } from "../../catalog/app.ts";
import { type RouteValues, valuesOf } from "./route-values.ts";

/** A route and its app as the gateway had them when they were read: what an edit is compared with. */
export type EditBase = {
  routeId: string;
  appId: string;
  values: RouteValues;
  routeVersion: number;
  appVersion: number;
  /** Of the uploaded picture, when there is one. */
  iconVersion: string | undefined;
};

/** The base of an edit. */
export function baseOf(route: Omit<RouteListed, "appName" | "status" | "healthInfo">, app: App): EditBase {
  return {
    routeId: route.routeId,
    appId: app.id,
    values: valuesOf(route, app),
    routeVersion: route.version,
    appVersion: app.version,
    iconVersion: app.iconVersion,
  };
}

/** Reads the base anew. Throws a `Failure`. */
export async function readBase({ routeId, appId }: Pick<EditBase, "routeId" | "appId">): Promise<EditBase> {
  const [route, app] = await Promise.all([
    send(routeGet, { params: { routeId } }),
    send(appGet, { params: { appId } }),
  ]);
  return baseOf(route.data, app.data);
}
