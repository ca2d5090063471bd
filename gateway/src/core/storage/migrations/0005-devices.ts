import type { Migration } from "./migration.ts";

/** Paired devices, and the lines of tokens that are exchanged one for the next. */
export const devices: Migration = {
  number: 5,
  name: "devices",
  async up({ schema, types, tableEnd }) {
    const { text, int } = types;
    const table = (name: string) => schema.createTable(name).modifyEnd(tableEnd);

    await table("devices")
      .addColumn("id", text, (c) => c.primaryKey().notNull())
      .addColumn("user_id", int, (c) => c.notNull().references("users.id").onDelete("cascade"))
      .addColumn("name", text, (c) => c.notNull())
      .addColumn("platform", text, (c) => c.notNull())
      .addColumn("model", text, (c) => c.notNull())
      .addColumn("scopes", text, (c) => c.notNull())
      .addColumn("generation", int, (c) => c.notNull())
      .addColumn("pins", text, (c) => c.notNull())
      .addColumn("created_at", int, (c) => c.notNull())
      .addColumn("expires_at", int)
      .addColumn("seen_at", int, (c) => c.notNull())
      .addColumn("address", text, (c) => c.notNull())
      .addColumn("day", int, (c) => c.notNull())
      .addColumn("requests", int, (c) => c.notNull())
      .execute();
    await schema.createIndex("devices_user_id").on("devices").column("user_id").execute();

    await table("token_families")
      .addColumn("id", text, (c) => c.primaryKey().notNull())
      .addColumn("subject", text, (c) => c.notNull())
      .addColumn("newest", text, (c) => c.notNull())
      .addColumn("previous", text)
      .addColumn("replaced_at", int)
      .addColumn("expires_at", int, (c) => c.notNull())
      .execute();
    await schema.createIndex("token_families_subject").on("token_families").column("subject").execute();
    await schema.createIndex("token_families_expires_at").on("token_families").column("expires_at").execute();
  },
};
