import {
  appDelete,
  appsList,
  deletionRestore,
  deletionsList,
  routeCachePurge,
  routeDelete,
  routePatch,
  routesList,
} from "../../api/endpoints.gen.ts";
import { asFailure, type Failure } from "../../api/failure.ts";
import { send } from "../../api/gateway.ts";
import { refresh } from "../../api/query-client.ts";
import type { RouteListed } from "../../catalog/app.ts";
import type { AppRow } from "./apps-model.ts";

/** Reads what the screen shows anew. Never throws. */
export function readAnew(): Promise<void> {
  return refresh(routesList, appsList, deletionsList);
}

/** Switches a route on or off, if nobody changed it since; answers its new version. Throws a Failure. */
export async function switchRoute(
  { routeId, version }: Pick<RouteListed, "routeId" | "version">,
  enabled: boolean,
): Promise<number> {
  const { data } = await send(routePatch, { params: { routeId }, body: { enabled }, version });
  return data.version;
}

/** Lets the gateway forget the answers that it keeps for a route. Throws a Failure. */
export async function emptyRouteCache(routeId: string): Promise<void> {
  await send(routeCachePurge, { params: { routeId } });
}

/**
 * Deletes a route, or an app without one, if nobody changed it since. Answers the id with which it is undone; undefined
 * when it was gone already. Throws a Failure.
 */
export async function deleteRow({ app, route }: AppRow): Promise<string | undefined> {
  const version = route?.version ?? app.version;
  const guarded = version === undefined ? {} : { version };
  const { deletionId } = route
    ? await send(routeDelete, { params: { routeId: route.routeId }, ...guarded })
    : await send(appDelete, { params: { appId: app.id }, ...guarded });
  return deletionId;
}

/** Undoes deletions, the last one first: the app that went with its last route returns before the others. Throws a Failure. */
export async function restoreDeletions(deletionIds: readonly string[]): Promise<void> {
  let first: Failure | undefined;
  for (const deletionId of [...deletionIds].reverse()) {
    try {
      await send(deletionRestore, { params: { deletionId } });
    } catch (error) {
      first ??= asFailure(error);
    }
  }
  await readAnew();
  if (first) throw first;
}
