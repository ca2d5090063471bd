import { appPatch, iconDelete, iconPut, routePatch } from "../../api/endpoints.gen.ts";
import { asFailure, type Failure } from "../../api/failure.ts";
import { send } from "../../api/gateway.ts";
import type { PictureChange } from "../../catalog/icon-picker.tsx";
import { type EditBase, readBase } from "./edit-base.ts";
import { changesOf, type RouteValues, valuesOf } from "./route-values.ts";

/** How saving an edit ended: `theirs` is what others made of it meanwhile. */
type SaveOutcome = { kind: "saved" } | { kind: "refused"; failure: Failure } | { kind: "conflict"; theirs: EditBase };

/**
 * Saves what differs from `base`, and nothing else: first the route, then the app, then its picture. `onSaved` tells what
 * is with the gateway already, so that another attempt saves only the rest.
 */
export async function saveEdit(
  base: EditBase,
  values: RouteValues,
  picture: PictureChange,
  onSaved: (base: EditBase) => void,
): Promise<SaveOutcome> {
  const { routeId, appId } = base;
  const { route, app } = changesOf(base.values, values);
  let saved = base;
  const keep = (more: Partial<EditBase>) => {
    saved = { ...saved, ...more };
    onSaved(saved);
  };
  try {
    if (Object.keys(route).length > 0) {
      const { data } = await send(routePatch, { params: { routeId }, body: route, version: base.routeVersion });
      const options = valuesOf(data, undefined);
      const { name, icon, group, description, tags } = base.values;
      keep({ values: { ...options, name, icon, group, description, tags }, routeVersion: data.version });
    }
    if (Object.keys(app).length > 0) {
      const { data } = await send(appPatch, { params: { appId }, body: app, version: base.appVersion });
      keep({ values: { ...saved.values, ...app } as RouteValues, appVersion: data.version });
    }
    await savePicture(appId, picture, base.iconVersion);
    return { kind: "saved" };
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code !== "VERSION_CONFLICT") return { kind: "refused", failure };
    return readBase(base).then(
      (theirs) => ({ kind: "conflict", theirs }) as const,
      (fault: unknown) => ({ kind: "refused", failure: asFailure(fault) }) as const,
    );
  }
}

/** Uploads the picture that was chosen for an app, or takes the present one away. Throws a `Failure`. */
export async function savePicture(
  appId: string,
  picture: PictureChange,
  iconVersion: string | undefined,
): Promise<void> {
  if (picture === undefined) return;
  if (picture !== "remove") await send(iconPut, { params: { appId }, body: { image: picture.base64 } });
  else if (iconVersion !== undefined) await send(iconDelete, { params: { appId } });
}
