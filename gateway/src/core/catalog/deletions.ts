import { isDeepStrictEqual } from "node:util";
import type { deletions as contract, EndpointOutput } from "@nekzus/contract";
import { Problem } from "../../kit/problem.ts";
import type { Principal } from "../../wire/principal.ts";
import { toInstant } from "../storage/codec.ts";
import type { Write } from "../storage/storage.ts";
import { deleteDeletion, readDeletion, readDeletions, type StoredDeletion } from "./deletion-store.ts";
import { checkSpecial } from "./privileged.ts";
import type { Decisions } from "./removals.ts";
import {
  addApp,
  addRoute,
  announce,
  type CatalogParts,
  type Changes,
  checkFree,
  newApp,
  noChanges,
  noteRoute,
} from "./route-changes.ts";
import type { Origin, StoredApp, StoredRoute } from "./store.ts";
import * as store from "./store.ts";

type DeletionsAnswer = EndpointOutput<typeof contract.deletionsList>;
type RestoredAnswer = EndpointOutput<typeof contract.deletionRestore>;

/** Undoes deletions. Apps and routes return exactly as they were, with a higher version. */
export function createDeletions(
  parts: CatalogParts,
  options: {
    decisions(): Decisions;
    /** Does the configuration file name the app or route today? */
    isConfigured(kind: "app" | "route", id: string): boolean;
    mayBeSeen(principal: Principal, app: StoredApp, routes: readonly StoredRoute[]): boolean;
  },
) {
  const { storage, clock } = parts;

  /** What the file made is the file's again only while it names it: else the next look at the file would remove it. */
  function originOf(kind: "app" | "route", id: string, origin: Origin): Origin {
    return origin === "config" && !options.isConfigured(kind, id) ? "api" : origin;
  }

  async function restoreApp(tx: Write, { kind, app }: StoredDeletion): Promise<StoredApp> {
    const present = await store.readApp(tx, app.id);
    if (!present) {
      const whole = { ...newApp(app.id, app.origin), ...app };
      return addApp(tx, parts, { ...whole, origin: originOf("app", app.id, app.origin) });
    }
    // Another deletion of the same app may have been undone before. Anything else must not get these routes.
    if (kind === "route" ? isSameService(present, app) : isSameApp(present, app)) return present;
    throw new Problem(
      "ROUTE_CONFLICT",
      `The app "${app.id}" was changed or made anew meanwhile. Delete that one first to restore this one.`,
    );
  }

  async function restoreRoute(tx: Write, route: StoredRoute): Promise<StoredRoute> {
    if (await store.readRoute(tx, route.routeId)) {
      throw new Problem(
        "ROUTE_CONFLICT",
        `The route "${route.routeId}" was made anew meanwhile. Delete that one first to restore this one.`,
      );
    }
    await checkFree(tx, parts, route);
    return addRoute(tx, parts, { ...route, origin: originOf("route", route.routeId, route.origin) });
  }

  async function bringBack(tx: Write, principal: Principal, id: string) {
    const deletion = await readDeletion(tx, id, clock.now());
    if (!deletion) {
      throw new Problem(
        "NOT_FOUND",
        `Nothing is kept of the deletion "${id}": it was undone already, or it is too long ago.`,
      );
    }
    const routes = deletion.routes.map(store.withDefaults);
    for (const route of routes) checkSpecial(principal, route, parts.defaultScopes(), "Restoring");
    const app = await restoreApp(tx, deletion);
    const isFirst = !(await store.readRoutesOf(tx, app.id)).length;
    const restored: StoredRoute[] = [];
    for (const route of routes) restored.push(await restoreRoute(tx, route));
    await deleteDeletion(tx, id);
    return { app, routes: restored, changes: changesOf(app, restored, isFirst) };
  }

  return {
    /** What this caller could see while it was there and what can be restored, newest first. */
    async listDeletions(principal: Principal): Promise<DeletionsAnswer> {
      const kept = await readDeletions(storage.db, clock.now());
      return kept.filter(({ app, routes }) => options.mayBeSeen(principal, app, routes)).map(shown);
    },

    /**
     * Undoes a deletion as a whole. Throws `NOT_FOUND`, `FORBIDDEN` (ruling R30), and `ROUTE_CONFLICT` when something
     * took the place.
     */
    async restore(principal: Principal, id: string): Promise<RestoredAnswer> {
      const decision = (await readDeletion(storage.db, id, clock.now()))?.decision;
      const restore = () => storage.write((tx) => bringBack(tx, principal, id));
      const restored = await (decision === undefined ? restore() : options.decisions().resume(decision, restore));
      const { app, routes, changes } = restored;
      announce(parts, changes);
      return { appId: app.id, routeIds: routes.map(({ routeId }) => routeId) };
    },
  };
}

function changesOf(app: StoredApp, routes: readonly StoredRoute[], isFirst: boolean): Changes {
  const appId = app.id;
  const changes = noChanges(appId);
  for (const route of routes) noteRoute(changes, "route_added", route);
  const [route] = routes;
  if (isFirst && route) {
    const registered = { appId, appName: app.name, proxyPath: route.pathBase };
    changes.events.push((bus) => bus.emit("app_registered", registered));
  }
  return changes;
}

function shown({ id, kind, app, routes, deletedAt, deletedBy, expiresAt }: StoredDeletion): DeletionsAnswer[number] {
  return {
    id,
    kind,
    appId: app.id,
    name: app.name,
    routeIds: routes.map(({ routeId }) => routeId),
    deletedAt: toInstant(deletedAt),
    deletedBy,
    keptUntil: toInstant(expiresAt),
  };
}

/** What was approved for one service must never reach another one. */
function isSameService(present: StoredApp, deleted: StoredApp): boolean {
  return present.discoveryMeta.identity === deleted.discoveryMeta.identity;
}

function isSameApp(present: StoredApp, deleted: StoredApp): boolean {
  const { version: _present, origin: _by, ...now } = present;
  const { version: _deleted, origin: _once, ...then } = deleted;
  return isDeepStrictEqual(now, then);
}
