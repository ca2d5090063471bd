import type { Database, Write } from "./storage.ts";

/** The value of a setting; undefined when it was never set. Reads in a transaction too. */
export async function getSetting(db: Database, name: string): Promise<string | undefined> {
  const row = await db.selectFrom("settings").select("value").where("name", "=", name).executeTakeFirst();
  return row?.value;
}

/** Sets a setting, whatever it was before. */
export async function setSetting(tx: Write, name: string, value: string): Promise<void> {
  await tx
    .insertInto("settings")
    .values({ name, value })
    .onConflict((c) => c.column("name").doUpdateSet({ value }))
    .execute();
}

/** Sets a setting unless it has a value, and answers the value that holds from now on. */
export async function setOnce(tx: Write, name: string, value: string): Promise<string> {
  await tx
    .insertInto("settings")
    .values({ name, value })
    .onConflict((c) => c.column("name").doNothing())
    .execute();
  const row = await tx.selectFrom("settings").select("value").where("name", "=", name).executeTakeFirstOrThrow();
  return row.value;
}
