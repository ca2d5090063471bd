import type { Migration } from "./migration.ts";

/** API keys. Of a key its SHA-256 is kept; `old_hash` is good until `old_until` after the secret was changed. */
export const apiKeys: Migration = {
  number: 6,
  name: "api-keys",
  async up({ schema, types, tableEnd }) {
    const { text, int } = types;
    await schema
      .createTable("api_keys")
      .addColumn("id", text, (c) => c.primaryKey().notNull())
      .addColumn("name", text, (c) => c.notNull())
      .addColumn("prefix", text, (c) => c.notNull())
      .addColumn("hash", text, (c) => c.notNull().unique())
      .addColumn("old_hash", text, (c) => c.unique())
      .addColumn("old_until", int)
      .addColumn("scopes", text, (c) => c.notNull())
      .addColumn("networks", text, (c) => c.notNull())
      .addColumn("per_minute", int, (c) => c.notNull())
      .addColumn("expires_at", int)
      .addColumn("used_at", int)
      .addColumn("used_address", text, (c) => c.notNull())
      .addColumn("created_at", int, (c) => c.notNull())
      .addColumn("created_by", text, (c) => c.notNull())
      .addColumn("revoked_at", int)
      .modifyEnd(tableEnd)
      .execute();
    await schema.createIndex("api_keys_created_by").on("api_keys").column("created_by").execute();
  },
};
