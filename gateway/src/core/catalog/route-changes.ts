import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../kit/clock.ts";
import type { Resolve } from "../../kit/outbound.ts";
import { Problem } from "../../kit/problem.ts";
import { grants } from "../../kit/scopes.ts";
import type { Principal } from "../../wire/principal.ts";
import type { CoreBus } from "../events/topics.ts";
import type { Storage, Write } from "../storage/storage.ts";
import { effectiveScopes } from "./answers.ts";
import { checkedOptions, checkVersion } from "./checks.ts";
import type { Origin, RouteOptions, StoredApp, StoredRoute } from "./store.ts";
import * as store from "./store.ts";
import { classifyUpstream, parseUpstream } from "./upstream.ts";

/** What the parts of the catalog share. */
export type CatalogParts = {
  storage: Storage;
  clock: Clock;
  bus: CoreBus;
  resolve: Resolve;
  isOwnListener(address: string, port: number): boolean;
  /** Scopes that every route without its own asks for besides `access:<app>`. */
  defaultScopes(): readonly string[];
};

/** What was changed and is announced once it is committed. */
export type Changes = { appIds: Set<string>; events: ((bus: CoreBus) => void)[] };

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
  ): Partial<Pick<StoredApp, "name" | "icon" | "tags" | "endpoints" | "discoveryMeta">>;
  /** Who asks. Absent for discovery and the configuration file, which need no scope. */
  principal?: Principal;
  ifMatch?: number;
  origin: Origin;
  /** The app must not exist yet. */
  newApp?: boolean;
  /** The upstream must stay in its class of addresses. */
  sameClass?: boolean;
  proposalId?: string;
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
  const options = checkedOptions(change.options(present));
  if (present && present.appId !== options.appId) {
    const reason = `the route belongs to the app "${present.appId}"; delete it and make a new one for another app`;
    throw new Problem("VALIDATION_FAILED", `The app of a route cannot be changed: ${reason}.`, [
      { path: "appId", reason },
    ]);
  }
  if (change.principal) checkPrivileged(change.principal, present, options, parts.defaultScopes());
  const upstream = parseUpstream(options.to);
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
  const conflict = unchanged ? undefined : await store.findConflict(tx, next);
  if (conflict) throw conflictProblem(next, conflict);
  const changes: Changes = { appIds: new Set(), events: [] };
  const app = await saveApp(tx, parts, change, next.appId, changes);
  if (unchanged) return { app, route: present, changes };
  changes.appIds.add(app.id);
  const ids = { routeId: next.routeId, appId: next.appId };
  if (present) {
    // A person took it over: from now on the configuration file leaves it alone.
    const route = { ...next, origin: adopted(present.origin, change.origin) };
    if (!(await store.updateRoute(tx, route, parts.clock.now()))) throw movedOn();
    changes.events.push((bus) => bus.emit("route_changed", ids));
    return { app, route: { ...route, version: route.version + 1 }, changes };
  }
  await checkRoom(tx, "routes");
  const first = !(await store.readRoutesOf(tx, app.id)).length;
  if (!(await store.insertRoute(tx, next, parts.clock.now()))) throw movedOn();
  changes.events.push((bus) => bus.emit("route_added", ids));
  if (first) {
    const proposal = change.proposalId ? { proposalId: change.proposalId } : {};
    const registered = { appId: app.id, appName: app.name, proxyPath: next.pathBase, ...proposal };
    changes.events.push((bus) => bus.emit("app_registered", registered));
  }
  return { app, route: next, changes };
}

async function saveApp(
  tx: Write,
  parts: CatalogParts,
  change: RouteChange,
  appId: string,
  changes: Changes,
): Promise<StoredApp> {
  const present = await store.readApp(tx, appId);
  if (present && change.newApp) throw new Problem("ROUTE_CONFLICT", `An app with the id "${appId}" already exists.`);
  const said = change.app(present);
  if (present) {
    const app = { ...present, ...said };
    if (isDeepStrictEqual(app, present)) return app;
    changes.appIds.add(appId);
    return replaceApp(tx, parts, { ...app, origin: adopted(app.origin, change.origin) });
  }
  const app = { ...newApp(appId, change.origin), ...said };
  await addApp(tx, parts, app);
  changes.appIds.add(appId);
  return app;
}

/** An app about which nothing is said yet. */
export function newApp(id: string, origin: Origin): StoredApp {
  const texts = { name: id, icon: "", group: "", description: "" };
  return { id, ...texts, tags: [], endpoints: {}, discoveryMeta: {}, origin, version: 1 };
}

/** Stores a new app. Throws `VALIDATION_FAILED` at the limit. */
export async function addApp(tx: Write, parts: CatalogParts, app: StoredApp): Promise<void> {
  await checkRoom(tx, "apps");
  if (!(await store.insertApp(tx, app, parts.clock.now()))) throw movedOn();
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

/** Removes a route, and its app with the last one. */
export async function removeRoute(tx: Write, route: StoredRoute): Promise<Changes> {
  const ids = { routeId: route.routeId, appId: route.appId };
  const changes: Changes = { appIds: new Set([route.appId]), events: [(bus) => bus.emit("route_removed", ids)] };
  await store.deleteRoute(tx, route.routeId);
  const rest = await store.readRoutesOf(tx, route.appId);
  if (!rest.length) {
    await store.deleteApp(tx, route.appId);
    changes.events.push((bus) => bus.emit("app_removed", { appId: route.appId }));
  }
  return changes;
}

/** Tells everybody what was committed. */
export function announce(bus: CoreBus, changes: Changes): void {
  if (!changes.appIds.size) return;
  for (const event of changes.events) event(bus);
  bus.emit("catalog-changed", { appIds: [...changes.appIds] });
}

type Privileged = Pick<RouteOptions, "appId" | "scopes" | "publicAccess" | "identityHeaders">;

/**
 * Ruling R30: who opens an app to others, or tells it who is signed in, must be an administrator. What a new route
 * is compared with is the strict default.
 */
function checkPrivileged(
  principal: Principal,
  present: StoredRoute | undefined,
  next: RouteOptions,
  defaultScopes: readonly string[],
): void {
  const changed = privilegedDifferences(present ?? strictDefault(next.appId), next, defaultScopes);
  if (!changed.length || grants(principal.scopes, "access:admin")) return;
  throw new Problem(
    "FORBIDDEN",
    `This would change ${changed.join(", ")} of the route, also by leaving it out. That needs the scope access:admin.`,
  );
}

/**
 * Ruling R30 for removals: whoever could not set what an administrator set must not get rid of it by removing the
 * route and making it again.
 */
export function checkRemoval(principal: Principal, route: StoredRoute, defaultScopes: readonly string[]): void {
  const special = privilegedDifferences(strictDefault(route.appId), route, defaultScopes);
  if (!special.length || grants(principal.scopes, "access:admin")) return;
  throw new Problem(
    "FORBIDDEN",
    `An administrator set ${special.join(", ")} of the route "${route.routeId}". Removing it needs the scope access:admin.`,
  );
}

function strictDefault(appId: string): Privileged {
  return { appId, scopes: [], publicAccess: false, identityHeaders: false };
}

/** Which privileged fields differ in effect. */
function privilegedDifferences(before: Privileged, next: Privileged, defaultScopes: readonly string[]): string[] {
  // While an app is public its scopes have no effect, but they will have one as soon as it is not.
  const own = (route: Privileged) =>
    [...new Set(effectiveScopes({ ...route, publicAccess: false }, defaultScopes))].sort();
  const changed: string[] = [];
  if (!isDeepStrictEqual(own(before), own(next))) changed.push("scopes");
  if (before.publicAccess !== next.publicAccess) changed.push("publicAccess");
  if (before.identityHeaders !== next.identityHeaders) changed.push("identityHeaders");
  return changed;
}

async function checkRoom(tx: Write, table: keyof typeof LIMITS): Promise<void> {
  if ((await store.countRows(tx, table)) < LIMITS[table]) return;
  throw new Problem(
    "VALIDATION_FAILED",
    `There are already ${LIMITS[table]} ${table}. Remove some before adding more.`,
  );
}

function conflictProblem(route: StoredRoute, other: { routeId: string; pathBase: string; subdomain: string }): Problem {
  const name = route.subdomain && route.subdomain === other.subdomain;
  const what = name ? `The subdomain ${route.subdomain}` : `The path ${route.pathBase}`;
  const how = name || other.pathBase === route.pathBase ? "is already used by" : `overlaps ${other.pathBase} of`;
  return new Problem("ROUTE_CONFLICT", `${what} ${how} the route "${other.routeId}".`);
}

function movedOn(): Problem {
  return new Problem(
    "VERSION_CONFLICT",
    "Others change the same thing at this moment. Read it again and repeat the change.",
  );
}
