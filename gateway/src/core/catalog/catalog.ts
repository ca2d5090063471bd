import type { catalog as contract, ErrorDetail } from "@nekzus/contract";
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
  type Origins,
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
import { createCaFiles } from "./ca-files.ts";
import { reconcile } from "./configured.ts";
import { createDeletions } from "./deletions.ts";
import { createDiscovered } from "./discovered.ts";
import { readIconVersion, readIconVersions } from "./icon-store.ts";
import { createPresence } from "./presence.ts";
import { createRemovals, type Decisions } from "./removals.ts";
import { announce, type CatalogParts, saveRoute } from "./route-changes.ts";
import { patchFaults } from "./route-faults.ts";
import { createRouting, type Routing, type RoutingSettings } from "./routing.ts";
import { optionsOf } from "./secret-headers.ts";
import { createSensitiveApps } from "./sensitive-apps.ts";
import type { RouteOptions, StoredApp, StoredRoute } from "./store.ts";
import * as store from "./store.ts";
import type { SocketPlaces } from "./upstream.ts";

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
  /** Where sockets of apps may lie; default: nowhere. */
  sockets?(): SocketPlaces;
  /** Public origins for someone who came by no request. */
  origins(): Origins;
  /** Asked at each call, because the health checks read the catalog themselves. */
  health(): HealthView;
  /** `auth.default_scopes`: asked for besides `access:<app>` where a route has no scopes of its own. */
  defaultScopes?(): readonly string[];
  /** The settings by which routes have host names; default: there are none. */
  routing?(): RoutingSettings;
  /** Discovery's memory of deleted apps; asked at each call, because discovery reads the catalog itself. */
  decisions?(): Decisions;
}) {
  const { storage, bus } = options;
  const { resolve = resolveHost, defaultScopes = () => [], decisions = () => NO_DECISIONS } = options;
  const { routing: routingSettings = () => BY_PATH } = options;
  const { sockets = () => NO_SOCKETS } = options;
  const sensitiveApps = createSensitiveApps(
    () => store.readRoutes(storage.db),
    (error) => options.log.error({ err: error }, "it could not be read which apps are sensitive"),
  );
  const parts: CatalogParts = { ...options, resolve, defaultScopes, routing: routingSettings, sockets, sensitiveApps };
  const caFiles = createCaFiles(options.log);

  const presence = createPresence();
  /** What the configuration file names, as it was last applied. */
  let configured: Record<"app" | "route", ReadonlySet<string>> = { app: new Set(), route: new Set() };

  const routingOf = (routes: readonly StoredRoute[]) => createRouting(routes, routingSettings());

  async function grouped(): Promise<Map<string, StoredRoute[]>> {
    return byApp(await store.readRoutes(storage.db));
  }

  /** The app for this caller: with the first of its routes that the caller may open. Undefined: not to be seen. */
  function shownApp(
    viewer: Viewer,
    app: StoredApp,
    routes: readonly StoredRoute[],
    routing: (route: StoredRoute) => Routing,
    iconVersion: string | undefined,
  ): AppAnswer | undefined {
    if (!mayBeSeen(viewer.principal, app, routes)) return undefined;
    const route = primaryRoute(routesFor(viewer.principal, routes));
    const found = route && { route, routing: routing(route) };
    return appAnswer(app, found, { origins: viewer.origins, health: options.health(), iconVersion });
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
    return route && { app, route, upstream: upstreamOf(route, { sockets, caFiles }) };
  }

  async function appWithRoutes(appId: string) {
    const [app, around] = await Promise.all([
      store.readApp(storage.db, appId),
      store.readRoutesAround(storage.db, appId),
    ]);
    return { app, routes: around.filter((route) => route.appId === appId), routing: routingOf(around) };
  }

  async function answerOf(route: StoredRoute): Promise<RouteAnswer> {
    return routeAnswer(route, routingOf(await store.readRoutesAround(storage.db, route.appId))(route));
  }

  function entry(route: StoredRoute, app: StoredApp | undefined, routing: Routing): RouteEntry {
    const absent = presence.isAbsent(route, app);
    const surroundings = { sockets, caFiles, storage };
    return { ...routeEntry(route, app?.name ?? route.appId, parts.defaultScopes(), routing, surroundings), absent };
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
    const [{ app, routes, routing }, icon] = await Promise.all([
      appWithRoutes(appId),
      readIconVersion(storage.db, appId),
    ]);
    const shown = app && shownApp(viewer, app, routes, routing, icon);
    if (!shown) throw new Problem("APP_NOT_FOUND", `No app has the id "${appId}".`);
    return shown;
  }

  async function save(change: Parameters<typeof saveRoute>[1]) {
    const saved = await saveRoute(parts, change);
    announce(parts, saved.changes);
    return saved;
  }

  return {
    ...createAppChanges(parts, getApp),
    ...createRemovals(parts, decisions),
    ...createDeletions(parts, { decisions, mayBeSeen, isConfigured: (kind, id) => configured[kind].has(id) }),
    ...createDiscovered(parts, {
      save,
      async show(app, route) {
        const routing = routingOf(await store.readRoutesAround(storage.db, route.appId))(route);
        const shown = appAnswer(app, { route, routing }, { origins: options.origins(), health: options.health() });
        return { app: shown, route: routeAnswer(route, routing) };
      },
    }),
    getApp,

    /** Apps that a device must have been given by name (ruling R7); known from `start` on. */
    sensitiveApps: sensitiveApps.ids,

    start: sensitiveApps.read,

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
        store.readRoutes(storage.db),
        readIconVersions(storage.db),
      ]);
      const [routing, ofApp] = [routingOf(routes), byApp(routes)];
      return apps
        .map((app) => shownApp(viewer, app, ofApp.get(app.id) ?? [], routing, icons.get(app.id)))
        .filter((app) => app !== undefined)
        .sort(byName);
    },

    /** The routes this caller may open or change, by id. */
    async listRoutes(principal: Principal): Promise<RouteListed[]> {
      const [names, routes] = await Promise.all([store.readAppNames(storage.db), store.readRoutes(storage.db)]);
      const routing = routingOf(routes);
      const primaries = new Set([...byApp(routes).values()].map((ofApp) => primaryRoute(ofApp)));
      return routes
        .filter((route) => maySeeRoute(principal, route, parts.defaultScopes()))
        .map((route) =>
          routeListed(route, {
            appName: names.get(route.appId) ?? route.appId,
            primary: primaries.has(route),
            health: options.health(),
            routing: routing(route),
          }),
        );
    },

    /** Throws `NOT_FOUND`. */
    async getRoute(principal: Principal, routeId: string): Promise<RouteListed> {
      const route = await findRoute(principal, routeId);
      const { app, routes, routing } = await appWithRoutes(route.appId);
      return routeListed(route, {
        appName: app?.name ?? route.appId,
        primary: primaryRoute(routes)?.routeId === route.routeId,
        health: options.health(),
        routing: routing(route),
      });
    },

    /** Lets the edges forget what they keep of a route's answers. */
    async emptyCache(principal: Principal, routeId: string): Promise<void> {
      await findRoute(principal, routeId);
      bus.emit("cache-emptied", { routeId });
    },

    /** The same for all routes of an app; answers how many there are. Throws `APP_NOT_FOUND`. */
    async emptyCachesOf(appId: string): Promise<number> {
      const { app, routes } = await appWithRoutes(appId);
      if (!app) throw new Problem("APP_NOT_FOUND", `There is no app ${appId}.`);
      for (const { routeId } of routes) bus.emit("cache-emptied", { routeId });
      return routes.length;
    },

    /** Creates or replaces a route; creates its app when it is missing (ruling R10). */
    async putRoute(principal: Principal, routeId: string, body: RoutePut, ifMatch?: number): Promise<RouteAnswer> {
      const { appName, icon, ...fields } = body;
      const app = () => given({ name: appName, icon });
      const saved = await save({ routeId, options: () => fields, app, principal, ifMatch, origin: "api" });
      return answerOf(saved.route);
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
      return answerOf(saved.route);
    },

    /** What else is wrong with a change that the schema refuses; nothing where the caller sees no such route. */
    async patchFaults(principal: Principal, routeId: string, body: unknown): Promise<ErrorDetail[]> {
      const route = await store.readRoute(storage.db, routeId);
      return route && maySeeRoute(principal, route, parts.defaultScopes()) ? patchFaults(body, route) : [];
    },

    /** The enabled routes as edges need them, with the files that they name read anew. */
    async routeEntries(): Promise<RouteEntry[]> {
      const [apps, routes] = await Promise.all([store.readApps(storage.db), store.readRoutes(storage.db)]);
      await caFiles.refresh(routes.map(({ caFile }) => caFile));
      const byId = new Map(apps.map((app) => [app.id, app]));
      const routing = routingOf(routes);
      return usable(routes, (route) => entry(route, byId.get(route.appId), routing(route)));
    },

    /** The enabled routes of one app, the one that stands for it first. Empty when there is none. */
    async entriesOf(appId: string): Promise<RouteEntry[]> {
      const { app, routes, routing } = await appWithRoutes(appId);
      return app ? usable(routes, (route) => entry(route, app, routing(route))) : [];
    },

    /** The enabled route that has this host name (lower case, without port); undefined when there is none. */
    async entryAt(host: string): Promise<RouteEntry | undefined> {
      const { baseDomain } = routingSettings();
      if (!baseDomain || !host.endsWith(`.${baseDomain}`)) return undefined;
      const around = await store.readRoutesAround(storage.db, host.slice(0, -baseDomain.length - 1));
      const routing = routingOf(around);
      const route = around.find((one) => one.enabled && routing(one).host === host);
      const app = route && (await store.readApp(storage.db, route.appId));
      return route && usable([route], (one) => entry(one, app, routing(one)))[0];
    },

    /** Says that enabled routes lack the host name they ask for, with the reason of the first; else undefined. */
    async withoutHostName(): Promise<string | undefined> {
      const routes = await store.readRoutes(storage.db);
      const routing = routingOf(routes);
      const lacking = routes.filter((route) => route.enabled && routing(route).remark !== undefined);
      const [first] = lacking;
      if (!first) return undefined;
      const others = lacking.length > 1 ? ` So are ${lacking.length - 1} others, each with its reason.` : "";
      return `The route "${first.routeId}" is served by its path only: ${routing(first).remark}${others}`;
    },

    /** How many apps there are, for metrics. */
    countApps: () => store.countRows(storage.db, "apps"),

    /** The ids of all routes, also of those that are switched off. */
    async routeIds(): Promise<ReadonlySet<string>> {
      return new Set(await store.readRouteIds(storage.db));
    },

    /** Every app that has a route, with the one that stands for it; files that routes name are read anew. */
    async targets(): Promise<AppTarget[]> {
      const [apps, routes] = await Promise.all([store.readApps(storage.db), grouped()]);
      await caFiles.refresh([...routes.values()].flat().map(({ caFile }) => caFile));
      return apps.map((app) => targetOf(app, routes.get(app.id) ?? [])).filter((target) => target !== undefined);
    },

    /** One app with the route that stands for it; undefined when it does not exist, has none, or is not to be seen. */
    async target(principal: Principal, appId: string): Promise<AppTarget | undefined> {
      const { app, routes } = await appWithRoutes(appId);
      if (!app || !mayBeSeen(principal, app, routes)) return undefined;
      await caFiles.know(primaryRoute(routes)?.caFile ?? "");
      return targetOf(app, routes);
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
      announce(parts, changes);
      return warnings;
    },
  };
}

const BY_PATH: RoutingSettings = { mode: "path", baseDomain: "", ownNames: [] };

const NO_SOCKETS: SocketPlaces = { folder: "", never: [] };

/** Without discovery nothing was ever decided. */
const NO_DECISIONS: Decisions = { of: async () => undefined, resume: (_decision, restore) => restore() };

function byApp(routes: readonly StoredRoute[]): Map<string, StoredRoute[]> {
  return Map.groupBy(routes, (route) => route.appId);
}

const collator = new Intl.Collator("en", { sensitivity: "base", numeric: true });

function byName(a: AppAnswer, b: AppAnswer): number {
  return collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);
}

/** Without the fields that were not given. */
function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
