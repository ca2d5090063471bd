import type { catalog as contract } from "@nekzus/contract";
import type { ConfigApp, ConfigRoute } from "@nekzus/contract/config";
import type { z } from "zod";
import type { Clock } from "../../kit/clock.ts";
import type { Logger } from "../../kit/log.ts";
import { type Resolve, resolveHost } from "../../kit/outbound.ts";
import { Problem } from "../../kit/problem.ts";
import type { Principal } from "../../wire/principal.ts";
import type { RouteEntry, Upstream } from "../../wire/snapshot.ts";
import type { CoreBus } from "../events/topics.ts";
import type { Storage } from "../storage/storage.ts";
import {
  type AppAnswer,
  appAnswer,
  type HealthView,
  maySeeBareApp,
  maySeeRoute,
  primaryRoute,
  type RouteAnswer,
  type RouteListed,
  routeAnswer,
  routeEntry,
  routeListed,
  upstreamOf,
  type Viewer,
} from "./answers.ts";
import { createAppChanges } from "./app-changes.ts";
import { reconcile } from "./configured.ts";
import { createDeletions } from "./deletions.ts";
import { createDiscovered } from "./discovered.ts";
import { readIconVersion, readIconVersions } from "./icon-store.ts";
import { createPresence } from "./presence.ts";
import { createRemovals, type Decisions } from "./removals.ts";
import { announce, type CatalogParts, saveRoute } from "./route-changes.ts";
import type { RouteOptions, StoredApp, StoredRoute } from "./store.ts";
import * as store from "./store.ts";

type RoutePut = z.output<typeof contract.routePut.body>;
type RoutePatch = z.output<typeof contract.routePatch.body>;

export type { Registration } from "./discovered.ts";
export type { Decisions } from "./removals.ts";

/** An app with the route that stands for it: what health checks and icons talk to. */
export type AppTarget = { app: StoredApp; route: StoredRoute; upstream: Upstream };

export type Catalog = ReturnType<typeof createCatalog>;

/**
 * Apps and routes. A caller sees an app when it may open one of its routes, or when it may change the catalog.
 * Every change is announced on the bus after it is committed.
 */
export function createCatalog(options: {
  storage: Storage;
  clock: Clock;
  bus: CoreBus;
  log: Logger;
  /** Is this address and port one of the gateway's own listeners? */
  isOwnListener(address: string, port: number): boolean;
  resolve?: Resolve;
  /** Public origin of the apps for someone who came by no request. */
  appsUrl(): string;
  /** Asked at each call, because the health checks read the catalog themselves. */
  health(): HealthView;
  /** `auth.default_scopes`: asked for besides `access:<app>` where a route has no scopes of its own. */
  defaultScopes?(): readonly string[];
  /** Discovery's memory of deleted apps; asked at each call, because discovery reads the catalog itself. */
  decisions?(): Decisions;
}) {
  const { storage, bus } = options;
  const { resolve = resolveHost, defaultScopes = () => [], decisions = () => NO_DECISIONS } = options;
  const parts: CatalogParts = { ...options, resolve, defaultScopes };

  const presence = createPresence();
  /** What the configuration file names, as it was last applied. */
  let configured: Record<"app" | "route", ReadonlySet<string>> = { app: new Set(), route: new Set() };

  async function grouped(): Promise<Map<string, StoredRoute[]>> {
    return Map.groupBy(await store.readRoutes(storage.db), (route) => route.appId);
  }

  /** The app for this caller: with the first of its routes that the caller may open. Undefined: not to be seen. */
  function shownApp(
    viewer: Viewer,
    app: StoredApp,
    routes: readonly StoredRoute[],
    iconVersion: string | undefined,
  ): AppAnswer | undefined {
    if (!mayBeSeen(viewer.principal, app, routes)) return undefined;
    const seen = routesFor(viewer.principal, routes);
    return appAnswer(app, primaryRoute(seen), { appsUrl: viewer.appsUrl, health: options.health(), iconVersion });
  }

  function routesFor(principal: Principal, routes: readonly StoredRoute[]): StoredRoute[] {
    return routes.filter((route) => maySeeRoute(principal, route, parts.defaultScopes()));
  }

  function mayBeSeen(principal: Principal, app: StoredApp, routes: readonly StoredRoute[]): boolean {
    return routes.length ? routesFor(principal, routes).length > 0 : maySeeBareApp(principal, app.id);
  }

  async function findRoute(principal: Principal, routeId: string): Promise<StoredRoute> {
    const route = await store.readRoute(storage.db, routeId);
    if (route && maySeeRoute(principal, route, parts.defaultScopes())) return route;
    throw new Problem("NOT_FOUND", `No route has the id "${routeId}".`);
  }

  function targetOf(app: StoredApp, routes: readonly StoredRoute[]): AppTarget | undefined {
    const route = primaryRoute(routes);
    return route && { app, route, upstream: upstreamOf(route) };
  }

  async function appWithRoutes(appId: string) {
    const [app, routes] = await Promise.all([store.readApp(storage.db, appId), store.readRoutesOf(storage.db, appId)]);
    return { app, routes };
  }

  function entry(route: StoredRoute, app: StoredApp | undefined): RouteEntry {
    const absent = presence.isAbsent(route, app);
    return { ...routeEntry(route, app?.name ?? route.appId, parts.defaultScopes()), absent };
  }

  /** The enabled routes. One that an earlier version allowed and this one does not is left out: it hurts only itself. */
  function usable(routes: readonly StoredRoute[], entryOf: (route: StoredRoute) => RouteEntry): RouteEntry[] {
    return routes.flatMap((route) => {
      if (!route.enabled) return [];
      try {
        return [entryOf(route)];
      } catch (error) {
        options.log.error({ err: error, route: route.routeId }, "a stored route cannot be served; change or remove it");
        return [];
      }
    });
  }

  async function getApp(viewer: Viewer, appId: string): Promise<AppAnswer> {
    const [{ app, routes }, icon] = await Promise.all([appWithRoutes(appId), readIconVersion(storage.db, appId)]);
    const shown = app && shownApp(viewer, app, routes, icon);
    if (!shown) throw new Problem("APP_NOT_FOUND", `No app has the id "${appId}".`);
    return shown;
  }

  async function save(change: Parameters<typeof saveRoute>[1]) {
    const saved = await saveRoute(parts, change);
    announce(bus, saved.changes);
    return saved;
  }

  return {
    ...createAppChanges(parts, getApp),
    ...createRemovals(parts, decisions),
    ...createDeletions(parts, { decisions, mayBeSeen, isConfigured: (kind, id) => configured[kind].has(id) }),
    ...createDiscovered(parts, {
      save,
      showApp: (app, route) => appAnswer(app, route, { appsUrl: options.appsUrl(), health: options.health() }),
    }),
    getApp,

    /** A source is about to look for the first time: see {@link Presence}. */
    holdDiscovered: (source: string) => presence.hold(source),

    /** What a source misses, by app; undefined when it is switched off or blind. */
    setAbsent(source: string, appIds: readonly string[] | undefined): void {
      const news = appIds ? presence.seen(source, appIds) : presence.release(source);
      if (news) bus.emit("catalog-changed", { appIds: appIds ?? [] });
    },

    /** The apps this caller sees, by name. */
    async listApps(viewer: Viewer): Promise<AppAnswer[]> {
      const [apps, routes, icons] = await Promise.all([
        store.readApps(storage.db),
        grouped(),
        readIconVersions(storage.db),
      ]);
      return apps
        .map((app) => shownApp(viewer, app, routes.get(app.id) ?? [], icons.get(app.id)))
        .filter((app) => app !== undefined)
        .sort(byName);
    },

    /** The routes this caller may open or change, by id. */
    async listRoutes(principal: Principal): Promise<RouteListed[]> {
      const [names, all] = await Promise.all([store.readAppNames(storage.db), grouped()]);
      const primaries = new Set([...all.values()].map((routes) => primaryRoute(routes)));
      return [...all.values()]
        .flat()
        .filter((route) => maySeeRoute(principal, route, parts.defaultScopes()))
        .sort((a, b) => (a.routeId < b.routeId ? -1 : 1))
        .map((route) =>
          routeListed(route, {
            appName: names.get(route.appId) ?? route.appId,
            primary: primaries.has(route),
            health: options.health(),
          }),
        );
    },

    /** Throws `NOT_FOUND`. */
    async getRoute(principal: Principal, routeId: string): Promise<RouteListed> {
      const route = await findRoute(principal, routeId);
      const { app, routes } = await appWithRoutes(route.appId);
      return routeListed(route, {
        appName: app?.name ?? route.appId,
        primary: primaryRoute(routes)?.routeId === route.routeId,
        health: options.health(),
      });
    },

    /** Creates or replaces a route; creates its app when it is missing (ruling R10). */
    async putRoute(principal: Principal, routeId: string, body: RoutePut, ifMatch?: number): Promise<RouteAnswer> {
      const { appName, icon, ...fields } = body;
      const app = () => given({ name: appName, icon });
      const saved = await save({ routeId, options: () => fields, app, principal, ifMatch, origin: "api" });
      return routeAnswer(saved.route);
    },

    /** Changes what is given. Throws `NOT_FOUND`. */
    async patchRoute(principal: Principal, routeId: string, body: RoutePatch, ifMatch?: number): Promise<RouteAnswer> {
      const { appName, icon, ...fields } = body;
      const merged = (present: StoredRoute | undefined): RouteOptions => {
        if (!present) throw new Problem("NOT_FOUND", `No route has the id "${routeId}".`);
        return { ...optionsOf(present), ...given(fields) };
      };
      await findRoute(principal, routeId);
      const app = () => given({ name: appName, icon });
      const saved = await save({ routeId, options: merged, app, principal, ifMatch, origin: "api" });
      return routeAnswer(saved.route);
    },

    /** The enabled routes as edges need them. */
    async routeEntries(): Promise<RouteEntry[]> {
      const [apps, routes] = await Promise.all([store.readApps(storage.db), store.readRoutes(storage.db)]);
      const byId = new Map(apps.map((app) => [app.id, app]));
      return usable(routes, (route) => entry(route, byId.get(route.appId)));
    },

    /** The enabled routes of one app, the one that stands for it first. Empty when there is none. */
    async entriesOf(appId: string): Promise<RouteEntry[]> {
      const { app, routes } = await appWithRoutes(appId);
      return app ? usable(routes, (route) => entry(route, app)) : [];
    },

    /** How many there are, for metrics. */
    async counts(): Promise<{ apps: number; routes: number }> {
      const [apps, routes] = await Promise.all([
        store.countRows(storage.db, "apps"),
        store.countRows(storage.db, "routes"),
      ]);
      return { apps, routes };
    },

    /** Every app that has a route, with the one that stands for it. */
    async targets(): Promise<AppTarget[]> {
      const [apps, routes] = await Promise.all([store.readApps(storage.db), grouped()]);
      return apps.map((app) => targetOf(app, routes.get(app.id) ?? [])).filter((target) => target !== undefined);
    },

    /** One app with the route that stands for it; undefined when it does not exist, has none, or is not to be seen. */
    async target(principal: Principal, appId: string): Promise<AppTarget | undefined> {
      const { app, routes } = await appWithRoutes(appId);
      return app && mayBeSeen(principal, app, routes) ? targetOf(app, routes) : undefined;
    },

    /** Does the app exist, and may this caller see it? */
    async isVisible(principal: Principal, appId: string): Promise<boolean> {
      const { app, routes } = await appWithRoutes(appId);
      return app !== undefined && mayBeSeen(principal, app, routes);
    },

    /**
     * Makes the catalog hold the apps and routes of the configuration file. Only what the file made before is
     * changed or removed; what a person changed since, or made, stays. Answers what could not be applied, one
     * sentence each.
     */
    async reconcileConfig(apps: readonly ConfigApp[], routes: readonly ConfigRoute[]): Promise<string[]> {
      configured = {
        app: new Set([...apps.map(({ id }) => id), ...routes.map(({ appId }) => appId)]),
        route: new Set(routes.map(({ routeId }) => routeId)),
      };
      const { changes, warnings } = await reconcile(parts, apps, routes);
      announce(bus, changes);
      return warnings;
    },
  };
}

/** Without discovery nothing was ever decided. */
const NO_DECISIONS: Decisions = { of: async () => undefined, resume: (_decision, restore) => restore() };

const collator = new Intl.Collator("en", { sensitivity: "base", numeric: true });

function byName(a: AppAnswer, b: AppAnswer): number {
  return collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);
}

/** Without the fields that were not given. */
function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

function optionsOf(route: StoredRoute): RouteOptions {
  const {
    routeId: _id,
    upstreamClass: _class,
    classAssumed: _assumed,
    origin: _origin,
    version: _version,
    ...options
  } = route;
  return options;
}
