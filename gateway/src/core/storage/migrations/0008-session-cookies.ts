import type { Migration } from "./migration.ts";

/**
 * Cookies that apps set and that are kept for a device. They go with the device and with the app. What names a cookie may
 * be too long for an index, so that its hash is in the key.
 */
export const sessionCookies: Migration = {
  number: 8,
  name: "session-cookies",
  async up({ schema, types, tableEnd }) {
    const { text, int, blob } = types;
    await schema
      .createTable("session_cookies")
      .addColumn("device_id", text, (c) => c.notNull().references("devices.id").onDelete("cascade"))
      .addColumn("app_id", text, (c) => c.notNull().references("apps.id").onDelete("cascade"))
      .addColumn("key_hash", text, (c) => c.notNull())
      .addColumn("name", text, (c) => c.notNull())
      .addColumn("domain", text, (c) => c.notNull())
      .addColumn("path", text, (c) => c.notNull())
      .addColumn("host_only", int, (c) => c.notNull())
      .addColumn("secure", int, (c) => c.notNull())
      .addColumn("http_only", int, (c) => c.notNull())
      .addColumn("same_site", text, (c) => c.notNull())
      .addColumn("created_at", int, (c) => c.notNull())
      .addColumn("set_at", int, (c) => c.notNull())
      .addColumn("expires_at", int)
      .addColumn("sealed", blob, (c) => c.notNull())
      .addPrimaryKeyConstraint("session_cookies_key", ["device_id", "app_id", "key_hash"])
      .modifyEnd(tableEnd)
      .execute();
    for (const column of ["app_id", "expires_at"]) {
      await schema.createIndex(`session_cookies_${column}`).on("session_cookies").column(column).execute();
    }
  },
};
