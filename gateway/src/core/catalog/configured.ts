import { isDeepStrictEqual } from "node:util";
import type { ConfigApp, ConfigRoute } from "@nekzus/contract/config";
import { Problem } from "../../kit/problem.ts";
import type { Write } from "../storage/storage.ts";
import {
  addApp,
  type CatalogParts,
  type Changes,
  newApp,
  noChanges,
  noteRoute,
  replaceApp,
  saveRoute,
} from "./route-changes.ts";
import type { StoredApp } from "./store.ts";
import * as store from "./store.ts";

/**
 * Makes the catalog hold what the configuration file says. Entry by entry, so that a bad one hurts only itself. What
 * is not the file's own is never touched: it is reported.
 */
export async function reconcile(
  parts: CatalogParts,
  apps: readonly ConfigApp[],
  routes: readonly ConfigRoute[],
): Promise<{ changes: Changes; warnings: string[] }> {
  const { storage } = parts;
  const changes = noChanges();
  const warnings: string[] = [];
  const add = (more: Changes) => {
    for (const id of more.appIds) changes.appIds.add(id);
    changes.routes.push(...more.routes);
    changes.events.push(...more.events);
  };
  const guarded = async (entry: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      warnings.push(`${entry} of the configuration was not applied: ${error.message}`);
    }
  };

  const stored = await store.readRoutes(storage.db);
  const wanted = new Set(routes.map((route) => route.routeId));
  for (const route of stored.filter((one) => one.origin === "config" && !wanted.has(one.routeId))) {
    await storage.write((tx) => store.deleteRoute(tx, route.routeId));
    changes.appIds.add(route.appId);
    noteRoute(changes, "route_removed", route);
  }
  for (const app of apps) {
    await guarded(`the app "${app.id}"`, async () => {
      if (await storage.write((tx) => saveConfigApp(tx, parts, app))) changes.appIds.add(app.id);
    });
  }
  for (const route of routes) {
    await guarded(`the route "${route.routeId}"`, async () => add(await saveConfiguredRoute(parts, route)));
  }
  const kept = new Set([...apps.map((app) => app.id), ...routes.map((route) => route.appId)]);
  for (const app of (await store.readApps(storage.db)).filter((one) => one.origin === "config" && !kept.has(one.id))) {
    add(await storage.write((tx) => removeBareApp(tx, app.id)));
  }
  return { changes, warnings };
}

async function saveConfigApp(tx: Write, parts: CatalogParts, app: ConfigApp): Promise<boolean> {
  const present = await store.readApp(tx, app.id);
  if (present && present.origin !== "config") throw taken(`the app "${app.id}"`);
  const next: StoredApp = { ...newApp(app.id, "config"), ...app, version: present?.version ?? 1 };
  if (!present) await addApp(tx, parts, next);
  else if (isDeepStrictEqual(present, next)) return false;
  else await replaceApp(tx, parts, next);
  return true;
}

async function saveConfiguredRoute(parts: CatalogParts, entry: ConfigRoute): Promise<Changes> {
  const { routeId, ...fields } = entry;
  const saved = await saveRoute(parts, {
    routeId,
    options: (present) => {
      if (present && present.origin !== "config") throw taken(`the route "${routeId}"`);
      return fields;
    },
    app: () => ({}),
    origin: "config",
  });
  return saved.changes;
}

/** An app that the file no longer names goes, unless somebody gave it a route. */
async function removeBareApp(tx: Write, appId: string): Promise<Changes> {
  if ((await store.readRoutesOf(tx, appId)).length) return noChanges();
  await store.deleteApp(tx, appId);
  return { ...noChanges(appId), events: [(bus) => bus.emit("app_removed", { appId })] };
}

function taken(what: string): Problem {
  return new Problem(
    "ROUTE_CONFLICT",
    `${what} was made or changed outside the file, and stays as it is. Remove it there to use the file's.`,
  );
}
