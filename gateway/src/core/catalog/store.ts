import { catalog as contract } from "@nekzus/contract";
import { LRUCache } from "lru-cache";
import type { z } from "zod";
import type { ReachableKind } from "../../kit/outbound.ts";
import { fromJson, toJson } from "../storage/codec.ts";
import type { AppRow, RouteRow } from "../storage/schema.ts";
import type { Database, Write } from "../storage/storage.ts";

export type Origin = "api" | "discovery" | "config";

export type StoredApp = {
  id: string;
  name: string;
  icon: string;
  group: string;
  description: string;
  tags: string[];
  endpoints: Record<string, string>;
  discoveryMeta: Record<string, string>;
  origin: Origin;
  version: number;
};

/** Everything a person can say about a route. */
export type RouteOptions = z.output<typeof contract.RouteFields>;

export type StoredRoute = Omit<RouteOptions, "setRequestHeaders"> & {
  routeId: string;
  /** `setRequestHeaders` with sealed values, see `secret-headers.ts`: they may be credentials. */
  sealedRequestHeaders: Readonly<Record<string, string>>;
  upstreamClass: ReachableKind;
  /** The upstream's name had no address when the route was saved: its class is settled by the next save. */
  classAssumed: boolean;
  origin: Origin;
  version: number;
};

/** Reads on {@link Database} or inside a transaction. */
type Reading = Database | Write;

const { setRequestHeaders: NO_HEADERS, ...UNSET } = contract.RouteFields.parse({ appId: "none", to: "none" });
/** Options that were stored before a field existed take its default. */
const DEFAULTS = { ...UNSET, sealedRequestHeaders: NO_HEADERS };

/** A route that was stored elsewhere, perhaps before some of its fields existed. */
export function withDefaults(route: StoredRoute): StoredRoute {
  return { ...DEFAULTS, ...route };
}

/** All apps, in no order. */
export async function readApps(db: Reading): Promise<StoredApp[]> {
  return (await db.selectFrom("apps").selectAll().execute()).map(appOf);
}

/** The names of all apps, by id. */
export async function readAppNames(db: Reading): Promise<Map<string, string>> {
  const rows = await db.selectFrom("apps").select(["id", "name"]).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export async function readApp(db: Reading, id: string): Promise<StoredApp | undefined> {
  const row = await db.selectFrom("apps").selectAll().where("id", "=", id).executeTakeFirst();
  return row && appOf(row);
}

/** All routes, by id. */
export async function readRoutes(db: Reading): Promise<StoredRoute[]> {
  return byId(await db.selectFrom("routes").selectAll().execute());
}

export async function readRoutesOf(db: Reading, appId: string): Promise<StoredRoute[]> {
  return byId(await db.selectFrom("routes").selectAll().where("app_id", "=", appId).execute());
}

/** The routes of an app, and the one that has the same text as its subdomain: all that can claim this name. By id. */
export async function readRoutesAround(db: Reading, label: string): Promise<StoredRoute[]> {
  const either = db.selectFrom("routes").selectAll();
  const rows = await either.where((where) => where.or([where("app_id", "=", label), where("subdomain", "=", label)]));
  return byId(await rows.execute());
}

export async function readRoute(db: Reading, routeId: string): Promise<StoredRoute | undefined> {
  const row = await db.selectFrom("routes").selectAll().where("route_id", "=", routeId).executeTakeFirst();
  return row && routeOf(row);
}

export async function readRouteIds(db: Reading): Promise<string[]> {
  const rows = await db.selectFrom("routes").select("route_id").execute();
  return rows.map(({ route_id }) => route_id);
}

export async function countRows(db: Reading, table: "apps" | "routes"): Promise<number> {
  const row = await db
    .selectFrom(table)
    .select((all) => all.fn.countAll().as("count"))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Adds an app. Answers false when the id is taken. */
export async function insertApp(tx: Write, app: StoredApp, now: number): Promise<boolean> {
  const row = { id: app.id, ...appColumns(app), version: app.version, created_at: now, updated_at: now };
  const done = await tx
    .insertInto("apps")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

/** Replaces an app whose version is still `app.version` and raises it. Answers false when it moved on. */
export async function updateApp(tx: Write, app: StoredApp, now: number): Promise<boolean> {
  const done = await tx
    .updateTable("apps")
    .set({ ...appColumns(app), version: app.version + 1, updated_at: now })
    .where("id", "=", app.id)
    .where("version", "=", app.version)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** Removes an app with its routes and its health. */
export async function deleteApp(tx: Write, id: string): Promise<void> {
  await tx.deleteFrom("routes").where("app_id", "=", id).execute();
  await tx.deleteFrom("service_health").where("app_id", "=", id).execute();
  await tx.deleteFrom("apps").where("id", "=", id).execute();
}

/** Adds a route. Answers false when its id, path or subdomain is taken. */
export async function insertRoute(tx: Write, route: StoredRoute, now: number): Promise<boolean> {
  const { routeId, version } = route;
  const row = { route_id: routeId, ...routeColumns(route), version, created_at: now, updated_at: now };
  const done = await tx
    .insertInto("routes")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

/** Replaces a route whose version is still `route.version` and raises it. Answers false when it moved on. */
export async function updateRoute(tx: Write, route: StoredRoute, now: number): Promise<boolean> {
  const done = await tx
    .updateTable("routes")
    .set({ ...routeColumns(route), version: route.version + 1, updated_at: now })
    .where("route_id", "=", route.routeId)
    .where("version", "=", route.version)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

export async function deleteRoute(tx: Write, routeId: string): Promise<void> {
  await tx.deleteFrom("routes").where("route_id", "=", routeId).execute();
}

/**
 * Another route that stands in the way: one with the same path or subdomain, or one of another app whose path
 * contains this one or lies within it.
 */
export async function findConflict(
  db: Reading,
  route: { routeId: string; appId: string; pathBase: string; subdomain: string },
): Promise<{ routeId: string; pathBase: string; subdomain: string } | undefined> {
  const { pathBase } = route;
  const row = await db
    .selectFrom("routes")
    .select(["route_id", "path_base", "subdomain"])
    .where("route_id", "!=", route.routeId)
    .where((where) =>
      where.or([
        where("path_base", "=", pathBase),
        ...(route.subdomain ? [where("subdomain", "=", route.subdomain)] : []),
        where.and([
          where("app_id", "!=", route.appId),
          where.or([
            where("path_base", "in", prefixesOf(pathBase)),
            // What begins with it: paths compare by their bytes, and `0` follows `/`.
            where.and([where("path_base", ">", pathBase), where("path_base", "<", `${pathBase.slice(0, -1)}0`)]),
          ]),
        ]),
      ]),
    )
    .orderBy("route_id")
    .executeTakeFirst();
  return row && { routeId: row.route_id, pathBase: row.path_base, subdomain: row.subdomain ?? "" };
}

/** `/apps/a/b/` → `/apps/a/`, `/apps/a/b/`. */
function prefixesOf(pathBase: string): string[] {
  const segments = pathBase.split("/").slice(1, -1);
  return segments.slice(1).map((_, at) => `/${segments.slice(0, at + 2).join("/")}/`);
}

function byId(rows: RouteRow[]): StoredRoute[] {
  return rows.map(routeOf).sort((a, b) => (a.routeId < b.routeId ? -1 : 1));
}

function appOf(row: AppRow): StoredApp {
  return {
    id: row.id,
    name: row.name,
    icon: row.icon,
    group: row.group_name,
    description: row.description,
    tags: fromJson(row.tags),
    endpoints: fromJson(row.endpoints),
    discoveryMeta: fromJson(row.discovery_meta),
    origin: row.origin as Origin,
    version: row.version,
  };
}

function appColumns(app: StoredApp) {
  return {
    name: app.name,
    icon: app.icon,
    group_name: app.group,
    description: app.description,
    tags: toJson(app.tags),
    endpoints: toJson(app.endpoints),
    discovery_meta: toJson(app.discoveryMeta),
    origin: app.origin,
  };
}

type Options = Omit<RouteOptions, "setRequestHeaders"> & Pick<StoredRoute, "classAssumed" | "sealedRequestHeaders">;

/** Options by their text, for at most so many characters: reading them is most of the work of a long list. */
const readOptions = new LRUCache<string, Options>({
  maxSize: 8 * 1024 * 1024,
  sizeCalculation: (_, text) => text.length,
});

/** What a row's text says. Everybody gets the same values, so nobody may change them. */
function optionsIn(text: string): Options {
  const known = readOptions.get(text);
  if (known) return known;
  const options = { ...DEFAULTS, ...fromJson<Options>(text) };
  for (const value of Object.values(options)) Object.freeze(value);
  readOptions.set(text, Object.freeze(options));
  return options;
}

function routeOf(row: RouteRow): StoredRoute {
  return {
    ...optionsIn(row.options),
    routeId: row.route_id,
    appId: row.app_id,
    pathBase: row.path_base,
    subdomain: row.subdomain ?? "",
    to: row.target,
    upstreamClass: row.upstream_class as ReachableKind,
    origin: row.origin as Origin,
    version: row.version,
  };
}

function routeColumns(route: StoredRoute) {
  const { routeId: _id, appId, pathBase, subdomain, to, upstreamClass, origin, version: _version, ...options } = route;
  return {
    app_id: appId,
    path_base: pathBase,
    subdomain: subdomain || null,
    target: to,
    upstream_class: upstreamClass,
    options: toJson(options),
    origin,
  };
}
