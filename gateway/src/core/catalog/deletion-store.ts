import { fromJson, toJson } from "../storage/codec.ts";
import type { DeletionRow } from "../storage/schema.ts";
import type { Database, Write } from "../storage/storage.ts";
import type { StoredApp, StoredRoute } from "./store.ts";

/** What was deleted. Times in ms since 1970. */
export type StoredDeletion = {
  id: string;
  /** `app`: the app went with all its routes; `route`: it stayed. */
  kind: "app" | "route";
  app: StoredApp;
  /** By id. */
  routes: StoredRoute[];
  /** What discovery wants to know when the app returns. */
  decision: string | undefined;
  deletedAt: number;
  /** The user's name; empty when it was not a person. */
  deletedBy: string;
  /** Until when it can be restored. */
  expiresAt: number;
};

/** The deletions that can still be undone, newest first. */
export async function readDeletions(db: Database, now: number): Promise<StoredDeletion[]> {
  const rows = await db
    .selectFrom("deletions")
    .selectAll()
    .where("expires_at", ">", now)
    .orderBy("deleted_at", "desc")
    .orderBy("id")
    .execute();
  const routes = await db.selectFrom("deleted_routes").selectAll().orderBy("route_id").execute();
  const byDeletion = Map.groupBy(routes, (route) => route.deletion_id);
  return rows.map((row) => deletionOf(row, byDeletion.get(row.id) ?? []));
}

/** One deletion that can still be undone. */
export async function readDeletion(db: Database | Write, id: string, now: number): Promise<StoredDeletion | undefined> {
  const row = await db
    .selectFrom("deletions")
    .selectAll()
    .where("id", "=", id)
    .where("expires_at", ">", now)
    .executeTakeFirst();
  if (!row) return undefined;
  const routes = await db
    .selectFrom("deleted_routes")
    .selectAll()
    .where("deletion_id", "=", id)
    .orderBy("route_id")
    .execute();
  return deletionOf(row, routes);
}

/** Keeps a deletion, and of all of them only the newest `most`. */
export async function insertDeletion(tx: Write, deletion: StoredDeletion, most: number): Promise<void> {
  const { id, kind, app, routes, decision, deletedAt, deletedBy, expiresAt } = deletion;
  await tx
    .insertInto("deletions")
    .values({
      id,
      kind,
      app_id: app.id,
      app_version: app.version,
      app: toJson(app),
      decision: decision ?? null,
      deleted_at: deletedAt,
      deleted_by: deletedBy,
      expires_at: expiresAt,
    })
    .execute();
  for (const route of routes) {
    await tx
      .insertInto("deleted_routes")
      .values({ deletion_id: id, route_id: route.routeId, version: route.version, route: toJson(route) })
      .execute();
  }
  const { count } = await tx
    .selectFrom("deletions")
    .select((all) => all.fn.countAll().as("count"))
    .executeTakeFirstOrThrow();
  const oldest = tx
    .selectFrom("deletions")
    .select("id")
    .where("id", "!=", id)
    .orderBy("deleted_at")
    .orderBy("id")
    .limit(Math.max(0, Number(count) - most));
  await tx.deleteFrom("deletions").where("id", "in", oldest).execute();
}

/** Forgets a deletion. */
export async function deleteDeletion(tx: Write, id: string): Promise<void> {
  await tx.deleteFrom("deletions").where("id", "=", id).execute();
}

/** The highest version that a deleted app of this id had; 0 when none is known. */
export async function lastAppVersion(tx: Write, appId: string): Promise<number> {
  const row = await tx
    .selectFrom("deletions")
    .select((of) => of.fn.max("app_version").as("version"))
    .where("app_id", "=", appId)
    .executeTakeFirst();
  return Number(row?.version ?? 0);
}

/** The highest version that a deleted route of this id had; 0 when none is known. */
export async function lastRouteVersion(tx: Write, routeId: string): Promise<number> {
  const row = await tx
    .selectFrom("deleted_routes")
    .select((of) => of.fn.max("version").as("version"))
    .where("route_id", "=", routeId)
    .executeTakeFirst();
  return Number(row?.version ?? 0);
}

function deletionOf(row: DeletionRow, routes: readonly { route: string }[]): StoredDeletion {
  return {
    id: row.id,
    kind: row.kind as StoredDeletion["kind"],
    app: fromJson(row.app),
    routes: routes.map(({ route }) => fromJson(route)),
    decision: row.decision ?? undefined,
    deletedAt: row.deleted_at,
    deletedBy: row.deleted_by,
    expiresAt: row.expires_at,
  };
}
