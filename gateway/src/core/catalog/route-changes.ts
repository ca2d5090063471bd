import { isDeepStrictEqual } from "node:util";
import type { PortExposure } from "@nekzus/contract";
import type { Clock } from "../../kit/clock.ts";
import type { Resolve } from "../../kit/outbound.ts";
import { Problem } from "../../kit/problem.ts";
import type { Principal } from "../../wire/principal.ts";
import type { CoreBus } from "../events/topics.ts";
import type { Storage, Write } from "../storage/storage.ts";
import { readCaFile } from "./ca-files.ts";
import { checkVersion } from "./checks.ts";
import { lastAppVersion, lastRouteVersion } from "./deletion-store.ts";
import { removeIcon } from "./icon-store.ts";
import { checkPrivileged, type Privileged } from "./privileged.ts";
import { checkedRoute } from "./route-faults.ts";
import { checkSubdomain, createRouting, type RoutingSettings } from "./routing.ts";
import { optionsOf, sealHeaders } from "./secret-headers.ts";
import type { SensitiveApps } from "./sensitive-apps.ts";
import type { Origin, RouteOptions, StoredApp, StoredRoute } from "./store.ts";
import * as store from "./store.ts";
import { classifyUpstream, type SocketPlaces } from "./upstream.ts";

/** What the parts of the catalog share. */
export type CatalogParts = {
  storage: Storage;
  clock: Clock;
  bus: CoreBus;
  resolve: Resolve;
  isOwnListener(address: string, port: number): boolean;
  /** Where sockets of apps may lie. */
  sockets(): SocketPlaces;
  /** Scopes that every route without its own asks for besides `access:<app>`. */
  defaultScopes(): readonly string[];
  /** By which names routes are reached now. */
  routing(): RoutingSettings;
  sensitiveApps: SensitiveApps;
};

/** What was changed and is announced once it is committed. */
export type Changes = {
  appIds: Set<string>;
  /** The routes that were changed, as they are now; as they were when they are gone. */
  routes: StoredRoute[];
  events: ((bus: CoreBus) => void)[];
};

/** No change yet, of these apps. */
export function noChanges(...appIds: string[]): Changes {
  return { appIds: new Set(appIds), routes: [], events: [] };
}

/** Notes what happened to a route. */
export function noteRoute(
  changes: Changes,
  event: "route_added" | "route_changed" | "route_removed",
  route: StoredRoute,
): void {
  const { routeId, appId } = route;
  changes.routes.push(route);
  changes.events.push((bus) => bus.emit(event, { routeId, appId }));
}

/** The largest number of apps and of routes. */
const LIMITS = { apps: 2000, routes: 5000 } as const;

/** How often a change is made anew when another one came between. */
const ATTEMPTS = 3;

export type RouteChange = {
  routeId: string;
  /** Makes the new options from the present route. May throw a `Problem`. */
  options(present: StoredRoute | undefined): RouteOptions;
  /** What is said about the app; the rest stays, or takes its default when the app is new. */
  app(
    present: StoredApp | undefined,
  ): Partial<Pick<StoredApp, "name" | "icon" | "group" | "description" | "tags" | "endpoints" | "discoveryMeta">>;
  /** Who asks. Absent for discovery and the configuration file, which need no scope. */
  principal?: Principal;
  ifMatch?: number;
  origin: Origin;
  /** The app must not exist yet. */
  newApp?: boolean;
  /** The upstream must stay in its class of addresses. */
  sameClass?: boolean;
  proposalId?: string;
  /** Ways to a new app beside the gateway's sign-in. */
  exposure?: PortExposure | undefined;
  /** What may be had without access:admin where there is no route yet; default: the strict default. */
  proposed?: Privileged;
};

export type SavedRoute = { app: StoredApp; route: StoredRoute; changes: Changes };

/**
 * Creates or replaces a route, and its app when it is missing. Nothing is written when nothing changes. Throws
 * `VALIDATION_FAILED`, `FORBIDDEN` (ruling R30), `VERSION_CONFLICT`, `ROUTE_CONFLICT`.
 */
export async function saveRoute(parts: CatalogParts, change: RouteChange): Promise<SavedRoute> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const present = await store.readRoute(parts.storage.db, change.routeId);
    checkVersion(change.ifMatch, present?.version);
    const next = await prepare(parts, change, present);
    const saved = await parts.storage.write((tx) => commit(tx, parts, change, present, next));
    if (saved) return saved;
  }
  throw movedOn();
}

/** Everything that needs no transaction: the DNS may take seconds. */
async function prepare(
  parts: CatalogParts,
  change: RouteChange,
  present: StoredRoute | undefined,
): Promise<StoredRoute> {
  const { options: checked, upstream } = checkedRoute(change.options(present), present);
  const { setRequestHeaders, ...options } = checked;
  if (change.principal) {
    const before = present ? optionsOf(present) : change.proposed;
    checkPrivileged(change.principal, before, { ...options, setRequestHeaders }, parts.defaultScopes());
  }
  if (options.subdomain !== present?.subdomain) checkSubdomain(options.subdomain, parts.routing());
  if (options.caFile && options.caFile !== present?.caFile) await readCaFile(options.caFile);
  // A class once settled stays while the address is the same, so that DNS rebinding cannot widen it by a later save.
  const settled = present && !present.classAssumed && present.to === upstream.text;
  const found = settled
    ? { addressClass: present.upstreamClass, assumed: false }
    : await classifyUpstream(upstream, parts);
  if (change.sameClass && found.addressClass !== present?.upstreamClass) {
    const reason = `it lies in "${found.addressClass}", the route was approved for "${present?.upstreamClass}"`;
    throw new Problem("VALIDATION_FAILED", `The new upstream address is refused: ${reason}.`, [{ path: "to", reason }]);
  }
  return {
    ...options,
    sealedRequestHeaders: sealHeaders(setRequestHeaders, present?.sealedRequestHeaders ?? {}, parts.storage),
    to: upstream.text,
    routeId: change.routeId,
    upstreamClass: found.addressClass,
    classAssumed: found.assumed,
    origin: present?.origin ?? change.origin,
    version: present?.version ?? 1,
  };
}

/** Answers undefined when the route was changed since it was read. */
async function commit(
  tx: Write,
  parts: CatalogParts,
  change: RouteChange,
  present: StoredRoute | undefined,
  next: StoredRoute,
): Promise<SavedRoute | undefined> {
  const now = await store.readRoute(tx, change.routeId);
  if (now?.version !== present?.version) return undefined;
  const unchanged = present !== undefined && isDeepStrictEqual(present, next);
  if (!unchanged) await checkFree(tx, parts, next);
  const changes = noChanges();
  const app = await saveApp(tx, parts, change, next.appId, changes);
  if (unchanged) return { app, route: present, changes };
  changes.appIds.add(app.id);
  if (present) {
    // A person took it over: from now on the configuration file leaves it alone.
    const replaced = { ...next, origin: adopted(present.origin, change.origin) };
    if (!(await store.updateRoute(tx, replaced, parts.clock.now()))) throw movedOn();
    const route = { ...replaced, version: replaced.version + 1 };
    noteRoute(changes, "route_changed", route);
    return { app, route, changes };
  }
  const first = !(await store.readRoutesOf(tx, app.id)).length;
  const route = await addRoute(tx, parts, next);
  noteRoute(changes, "route_added", route);
  if (first) {
    const proposal = change.proposalId ? { proposalId: change.proposalId } : {};
    const registered = { appId: app.id, appName: app.name, proxyPath: next.pathBase, ...proposal };
    changes.events.push((bus) => bus.emit("app_registered", registered));
    if (change.exposure) {
      const timestamp = Math.floor(parts.clock.now() / 1000);
      const warning = { appId: app.id, appName: app.name, ...change.exposure, timestamp };
      changes.events.push((bus) => bus.emit("port_exposure_warning", warning));
    }
  }
  return { app, route, changes };
}

async function saveApp(
  tx: Write,
  parts: CatalogParts,
  change: RouteChange,
  appId: string,
  changes: Changes,
): Promise<StoredApp> {
  const present = await store.readApp(tx, appId);
  if (present && change.newApp) {
    const reason = "belongs to another app";
    throw new Problem("ROUTE_CONFLICT", `The id "${appId}" ${reason}. Choose another one.`, [
      { path: "appId", reason },
    ]);
  }
  const said = change.app(present);
  if (present) {
    const app = { ...present, ...said };
    if (isDeepStrictEqual(app, present)) return app;
    changes.appIds.add(appId);
    return replaceApp(tx, parts, { ...app, origin: adopted(app.origin, change.origin) });
  }
  const app = await addApp(tx, parts, { ...newApp(appId, change.origin), ...said });
  // What an app of this id had before it was deleted is not the new one's.
  await removeIcon(tx, appId);
  changes.appIds.add(appId);
  return app;
}

/** An app about which nothing is said yet. */
export function newApp(id: string, origin: Origin): StoredApp {
  const texts = { name: id, icon: "", group: "", description: "" };
  return { id, ...texts, tags: [], endpoints: {}, discoveryMeta: {}, origin, version: 1 };
}

/**
 * Stores an app that does not exist and answers it with its version: above that of a deleted one with the same id, so
 * that an If-Match meant for that one never fits. Throws `VALIDATION_FAILED` at the limit.
 */
export async function addApp(tx: Write, parts: CatalogParts, app: StoredApp): Promise<StoredApp> {
  await checkRoom(tx, "apps");
  const added = { ...app, version: (await lastAppVersion(tx, app.id)) + 1 };
  if (!(await store.insertApp(tx, added, parts.clock.now()))) throw movedOn();
  return added;
}

/** Stores a route that does not exist, as {@link addApp} does. The caller has looked for conflicts. */
export async function addRoute(tx: Write, parts: CatalogParts, route: StoredRoute): Promise<StoredRoute> {
  await checkRoom(tx, "routes");
  const added = { ...route, version: (await lastRouteVersion(tx, route.routeId)) + 1 };
  if (!(await store.insertRoute(tx, added, parts.clock.now()))) throw movedOn();
  return added;
}

/** Stores an app that exists and answers it with its new version. Throws `VERSION_CONFLICT`. */
export async function replaceApp(tx: Write, parts: CatalogParts, app: StoredApp): Promise<StoredApp> {
  if (!(await store.updateApp(tx, app, parts.clock.now()))) throw movedOn();
  return { ...app, version: app.version + 1 };
}

/** Who owns an object after a change: what the configuration file made and a person changed belongs to the person. */
export function adopted(present: Origin, by: Origin): Origin {
  return present === "config" && by === "api" ? "api" : present;
}

/** Tells everybody what was committed. */
export function announce({ bus, sensitiveApps }: CatalogParts, changes: Changes): void {
  if (!changes.appIds.size) return;
  sensitiveApps.during(changes.routes, () => {
    for (const event of changes.events) event(bus);
    bus.emit("catalog-changed", { appIds: [...changes.appIds] });
  });
}

async function checkRoom(tx: Write, table: keyof typeof LIMITS): Promise<void> {
  if ((await store.countRows(tx, table)) < LIMITS[table]) return;
  throw new Problem(
    "VALIDATION_FAILED",
    `There are already ${LIMITS[table]} ${table}. Remove some before adding more.`,
  );
}

/** Throws `ROUTE_CONFLICT` when another route has the path or host name of this one. */
export async function checkFree(tx: Write, parts: CatalogParts, route: StoredRoute): Promise<void> {
  const conflict = (await store.findConflict(tx, route)) ?? (await findNamesake(tx, parts, route));
  if (conflict) throw conflictProblem(route, conflict);
}

/** Another route that nobody gave a subdomain, and that is served at this name because its app's id says so. */
async function findNamesake(tx: Write, parts: CatalogParts, { routeId, subdomain }: StoredRoute) {
  const settings = parts.routing();
  if (!subdomain || !settings.baseDomain) return undefined;
  const others = (await store.readRoutesAround(tx, subdomain)).filter((other) => other.routeId !== routeId);
  const routing = createRouting(others, settings);
  const namesake = others.find((other) => routing(other).host === `${subdomain}.${settings.baseDomain}`);
  return namesake && { routeId: namesake.routeId, pathBase: namesake.pathBase, subdomain };
}

/** Says which route has the path or subdomain. */
function conflictProblem(route: StoredRoute, other: { routeId: string; pathBase: string; subdomain: string }): Problem {
  const name = route.subdomain && route.subdomain === other.subdomain;
  const what = name ? `The subdomain ${route.subdomain}` : `The path ${route.pathBase}`;
  const how = name || other.pathBase === route.pathBase ? "is already used by" : `overlaps ${other.pathBase} of`;
  const reason = `${how} the route "${other.routeId}"`;
  return new Problem("ROUTE_CONFLICT", `${what} ${reason}.`, [{ path: name ? "subdomain" : "pathBase", reason }]);
}

function movedOn(): Problem {
  return new Problem(
    "VERSION_CONFLICT",
    "Others change the same thing at this moment. Read it again and repeat the change.",
  );
}
