import { randomId } from "../../kit/ids.ts";
import type { Principal } from "../../wire/principal.ts";
import type { Write } from "../storage/storage.ts";
import { checkVersion } from "./checks.ts";
import { insertDeletion, type StoredDeletion } from "./deletion-store.ts";
import { checkSpecial } from "./privileged.ts";
import { announce, type CatalogParts, type Changes, noChanges, noteRoute } from "./route-changes.ts";
import type { StoredApp, StoredRoute } from "./store.ts";
import * as store from "./store.ts";

/** How long a deletion can be undone, in ms. */
const KEPT_MS = 30 * 24 * 3_600_000;
/** The most deletions that are kept. */
const KEPT_DELETIONS = 200;

/**
 * What discovery keeps of its decision about an app while the app is deleted: with it, a restored app follows its
 * service as before, and is not served while the service is not there.
 */
export type Decisions = {
  /** What was decided about the app of this service, in discovery's own words; undefined when nothing was. */
  of(appId: string, identity: string): Promise<string | undefined>;
  /** Restores the app, and lets the decision hold again. Throws `ROUTE_CONFLICT` when the service has another app. */
  resume<T>(decision: string, restore: () => Promise<T>): Promise<T>;
};

/** How apps and routes are deleted. What goes is kept, so that the deletion can be undone. */
export function createRemovals(parts: CatalogParts, decisions: () => Decisions) {
  const { storage, clock } = parts;

  async function decisionAbout(appId: string | undefined): Promise<string | undefined> {
    const app = appId === undefined ? undefined : await store.readApp(storage.db, appId);
    const identity = app?.discoveryMeta.identity;
    return app && identity ? decisions().of(app.id, identity) : undefined;
  }

  async function keep(
    tx: Write,
    what: Pick<StoredDeletion, "kind" | "app" | "routes" | "decision">,
    principal: Principal,
  ): Promise<string> {
    const id = randomId("deletion_", 12);
    const now = clock.now();
    const deletedBy = principal.kind === "user" ? principal.name : "";
    await insertDeletion(tx, { ...what, id, deletedAt: now, deletedBy, expiresAt: now + KEPT_MS }, KEPT_DELETIONS);
    return id;
  }

  async function remove(
    tx: Write,
    principal: Principal,
    what: { app: StoredApp; routes: StoredRoute[]; decision: string | undefined },
  ): Promise<{ id: string; changes: Changes }> {
    const { app, routes } = what;
    const appId = app.id;
    for (const route of routes) checkSpecial(principal, route, parts.defaultScopes(), "Removing");
    for (const { routeId } of routes) await store.deleteRoute(tx, routeId);
    const changes = noChanges(appId);
    for (const route of routes) noteRoute(changes, "route_removed", route);
    const stays = (await store.readRoutesOf(tx, appId)).length > 0;
    if (!stays) {
      await store.deleteApp(tx, appId);
      changes.events.push((bus) => bus.emit("app_removed", { appId }));
    }
    const id = await keep(tx, { ...what, kind: stays ? "route" : "app" }, principal);
    return { id, changes };
  }

  /** Tells everybody, and answers the id with which it is undone. */
  function done(removed: { id: string; changes: Changes } | undefined): string | undefined {
    if (removed) announce(parts, removed.changes);
    return removed?.id;
  }

  return {
    /**
     * Removes an app with its routes. An app that does not exist is already removed. Answers the id of the deletion.
     * Throws `VERSION_CONFLICT`, `FORBIDDEN` (ruling R30).
     */
    async deleteApp(principal: Principal, appId: string, ifMatch?: number): Promise<string | undefined> {
      const decision = await decisionAbout(appId);
      const removed = await storage.write(async (tx) => {
        const app = await store.readApp(tx, appId);
        if (!app) return undefined;
        checkVersion(ifMatch, app.version);
        return remove(tx, principal, { app, routes: await store.readRoutesOf(tx, appId), decision });
      });
      return done(removed);
    },

    /** Removes a route, and its app with the last one; otherwise as {@link deleteApp}. */
    async deleteRoute(principal: Principal, routeId: string, ifMatch?: number): Promise<string | undefined> {
      const decision = await decisionAbout((await store.readRoute(storage.db, routeId))?.appId);
      const removed = await storage.write(async (tx) => {
        const route = await store.readRoute(tx, routeId);
        const app = route && (await store.readApp(tx, route.appId));
        if (!route || !app) return undefined;
        checkVersion(ifMatch, route.version);
        return remove(tx, principal, { app, routes: [route], decision });
      });
      return done(removed);
    },
  };
}
