import type { Database, Write } from "../storage/storage.ts";
import type { Icon } from "./icon-images.ts";

/** Reads on {@link Database} or inside a transaction. */
type Reading = Database | Write;

/** The versions of all uploaded icons, by app. */
export async function readIconVersions(db: Reading): Promise<Map<string, string>> {
  const rows = await db.selectFrom("app_icons").select(["app_id", "version"]).execute();
  return new Map(rows.map(({ app_id, version }) => [app_id, version]));
}

/** The version of an app's uploaded icon, without reading the image. */
export async function readIconVersion(db: Reading, appId: string): Promise<string | undefined> {
  const row = await db.selectFrom("app_icons").select("version").where("app_id", "=", appId).executeTakeFirst();
  return row?.version;
}

/** An app's uploaded icon. */
export async function readIcon(db: Reading, appId: string): Promise<Icon | undefined> {
  const row = await db
    .selectFrom("app_icons")
    .select(["type", "version", "image"])
    .where("app_id", "=", appId)
    .executeTakeFirst();
  return row && { body: Buffer.from(row.image), type: row.type, version: row.version };
}

/** Stores an app's icon in place of the one before. */
export async function writeIcon(tx: Write, appId: string, icon: Icon): Promise<void> {
  const { type, version, body: image } = icon;
  await tx
    .insertInto("app_icons")
    .values({ app_id: appId, type, version, image })
    .onConflict((conflict) => conflict.column("app_id").doUpdateSet({ type, version, image }))
    .execute();
}

/** Removes the icons of apps that are gone and cannot be restored any more. */
export async function removeOrphanIcons(tx: Write): Promise<void> {
  await tx
    .deleteFrom("app_icons")
    .where("app_id", "not in", (apps) => apps.selectFrom("apps").select("id"))
    .where("app_id", "not in", (deleted) => deleted.selectFrom("deletions").select("app_id"))
    .execute();
}

/** Removes an app's uploaded icon, if it has one. */
export async function removeIcon(tx: Write, appId: string): Promise<void> {
  await tx.deleteFrom("app_icons").where("app_id", "=", appId).execute();
}
