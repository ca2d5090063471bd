import { appPatch, routePut, routesList } from "../../api/endpoints.gen.ts";
import { asFailure, type Failure } from "../../api/failure.ts";
import { send } from "../../api/gateway.ts";
import type { PictureChange } from "../../catalog/icon-picker.tsx";
import { freeId } from "../../catalog/route-places.ts";
import { savePicture } from "./edit-save.ts";
import { changesOf, NEW_VALUES, type RouteValues } from "./route-values.ts";

/** A route that is to be made. */
export type NewRoute = {
  appId: string;
  /** The app is there already: nothing is said about it. */
  isKnownApp: boolean;
  values: RouteValues;
  picture: PictureChange;
};

/** Makes the route, and its app with name and icon. Answers the route's id. Throws a `Failure`. */
export async function addRoute({ appId, isKnownApp, values }: NewRoute): Promise<string> {
  const { to, ...options } = changesOf(NEW_VALUES, values).route;
  const said = isKnownApp ? {} : { appName: values.name, ...(values.icon && { icon: values.icon }) };
  // Read at the last moment: a route with the same id would be replaced.
  const { data: present } = await send(routesList);
  const routeId = freeId(
    appId,
    present.map((route) => route.routeId),
  );
  await send(routePut, { params: { routeId }, body: { appId, to: values.to, ...options, ...said } });
  return routeId;
}

/** What of a new app is said after its route was made. Answers why it could not be, else nothing. */
export async function finishApp({ appId, isKnownApp, values, picture }: NewRoute): Promise<Failure | undefined> {
  if (isKnownApp) return undefined;
  const { name: _name, icon: _icon, ...rest } = changesOf(NEW_VALUES, values).app;
  try {
    if (Object.keys(rest).length > 0) await send(appPatch, { params: { appId }, body: rest });
    await savePicture(appId, picture, undefined);
    return undefined;
  } catch (error) {
    return asFailure(error);
  }
}
