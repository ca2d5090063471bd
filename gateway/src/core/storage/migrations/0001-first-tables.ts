import type { Migration } from "./migration.ts";

/** The tables of the first release. */
export const firstTables: Migration = {
  number: 1,
  name: "first tables",
  async up({ schema, types, tableEnd }) {
    const { text, int, real, blob, numbered } = types;
    const table = (name: string) => schema.createTable(name).modifyEnd(tableEnd);
    const index = (on: string, ...columns: string[]) =>
      schema
        .createIndex(`${on}_${columns.join("_")}`)
        .on(on)
        .columns(columns)
        .execute();

    await table("settings")
      .addColumn("name", text, (c) => c.primaryKey().notNull())
      .addColumn("value", text, (c) => c.notNull())
      .execute();
    await table("secrets")
      .addColumn("name", text, (c) => c.primaryKey().notNull())
      .addColumn("sealed", blob, (c) => c.notNull())
      .addColumn("created_at", int, (c) => c.notNull())
      .execute();

    await table("users")
      .addColumn("id", int, numbered)
      .addColumn("username", text, (c) => c.notNull().unique())
      .addColumn("role", text, (c) => c.notNull())
      .addColumn("password_hash", text, (c) => c.notNull())
      .addColumn("generation", int, (c) => c.notNull())
      .addColumn("is_active", int, (c) => c.notNull())
      .addColumn("created_at", int, (c) => c.notNull())
      .addColumn("last_login", int)
      .execute();
    await table("grants")
      .addColumn("user_id", int, (c) => c.notNull().references("users.id").onDelete("cascade"))
      .addColumn("scope", text, (c) => c.notNull())
      .addPrimaryKeyConstraint("grants_pkey", ["user_id", "scope"])
      .execute();
    await table("sessions")
      .addColumn("id", text, (c) => c.primaryKey().notNull())
      .addColumn("user_id", int, (c) => c.notNull().references("users.id").onDelete("cascade"))
      .addColumn("cookie_hash", text, (c) => c.notNull().unique())
      .addColumn("proof_hash", text, (c) => c.notNull())
      .addColumn("generation", int, (c) => c.notNull())
      .addColumn("created_at", int, (c) => c.notNull())
      .addColumn("seen_at", int, (c) => c.notNull())
      .addColumn("expires_at", int, (c) => c.notNull())
      .execute();
    await index("sessions", "user_id");
    await index("sessions", "expires_at");
    await table("revoked_credentials")
      .addColumn("id", text, (c) => c.primaryKey().notNull())
      .addColumn("expires_at", int, (c) => c.notNull())
      .execute();
    await index("revoked_credentials", "expires_at");

    await table("apps")
      .addColumn("id", text, (c) => c.primaryKey().notNull())
      .addColumn("name", text, (c) => c.notNull())
      .addColumn("icon", text, (c) => c.notNull())
      .addColumn("group_name", text, (c) => c.notNull())
      .addColumn("description", text, (c) => c.notNull())
      .addColumn("tags", text, (c) => c.notNull())
      .addColumn("endpoints", text, (c) => c.notNull())
      .addColumn("discovery_meta", text, (c) => c.notNull())
      .addColumn("origin", text, (c) => c.notNull())
      .addColumn("version", int, (c) => c.notNull())
      .addColumn("created_at", int, (c) => c.notNull())
      .addColumn("updated_at", int, (c) => c.notNull())
      .execute();
    await table("routes")
      .addColumn("route_id", text, (c) => c.primaryKey().notNull())
      .addColumn("app_id", text, (c) => c.notNull().references("apps.id").onDelete("cascade"))
      .addColumn("path_base", text, (c) => c.notNull().unique())
      .addColumn("subdomain", text, (c) => c.unique())
      .addColumn("target", text, (c) => c.notNull())
      .addColumn("upstream_class", text, (c) => c.notNull())
      .addColumn("options", text, (c) => c.notNull())
      .addColumn("origin", text, (c) => c.notNull())
      .addColumn("version", int, (c) => c.notNull())
      .addColumn("created_at", int, (c) => c.notNull())
      .addColumn("updated_at", int, (c) => c.notNull())
      .execute();
    await index("routes", "app_id");
    await table("service_health")
      .addColumn("app_id", text, (c) => c.primaryKey().notNull().references("apps.id").onDelete("cascade"))
      .addColumn("status", text, (c) => c.notNull())
      .addColumn("last_check", int)
      .addColumn("last_success", int)
      .addColumn("response_ms", int)
      .addColumn("status_code", int)
      .addColumn("consecutive_failures", int, (c) => c.notNull())
      .addColumn("message", text, (c) => c.notNull())
      .execute();

    await table("proposals")
      .addColumn("id", text, (c) => c.primaryKey().notNull())
      .addColumn("source", text, (c) => c.notNull())
      .addColumn("state", text, (c) => c.notNull())
      .addColumn("identity", text, (c) => c.notNull())
      .addColumn("app_id", text, (c) => c.notNull())
      .addColumn("body", text, (c) => c.notNull())
      .addColumn("first_seen", int, (c) => c.notNull())
      .addColumn("last_seen", int, (c) => c.notNull())
      .addColumn("missed_scans", int, (c) => c.notNull())
      .execute();
    await index("proposals", "source", "identity");
    await index("proposals", "state");
    await index("proposals", "app_id");

    await table("events")
      .addColumn("number", int, numbered)
      .addColumn("type", text, (c) => c.notNull())
      .addColumn("data", text, (c) => c.notNull())
      .addColumn("created_at", int, (c) => c.notNull())
      .execute();
    await table("jobs")
      .addColumn("id", text, (c) => c.primaryKey().notNull())
      .addColumn("kind", text, (c) => c.notNull())
      .addColumn("title", text, (c) => c.notNull())
      .addColumn("status", text, (c) => c.notNull())
      .addColumn("progress", real)
      .addColumn("message", text, (c) => c.notNull())
      .addColumn("output", text, (c) => c.notNull())
      .addColumn("cancellable", int, (c) => c.notNull())
      .addColumn("created_at", int, (c) => c.notNull())
      .addColumn("started_at", int)
      .addColumn("ended_at", int)
      .execute();
    await index("jobs", "created_at");
    await index("jobs", "status");
    await table("leases")
      .addColumn("name", text, (c) => c.primaryKey().notNull())
      .addColumn("holder", text, (c) => c.notNull())
      .addColumn("expires_at", int, (c) => c.notNull())
      .execute();
  },
};
