import type { Migration } from "./migration.ts";

/** Deleted apps and routes, kept for a while so that a deletion can be undone; since when an app's health is what it is. */
export const deletions: Migration = {
  number: 3,
  name: "deletions",
  async up({ schema, types, tableEnd }) {
    const { text, int } = types;
    const table = (name: string) => schema.createTable(name).modifyEnd(tableEnd);
    const index = (on: string, column: string) => schema.createIndex(`${on}_${column}`).on(on).column(column).execute();

    await table("deletions")
      .addColumn("id", text, (c) => c.primaryKey().notNull())
      .addColumn("kind", text, (c) => c.notNull())
      .addColumn("app_id", text, (c) => c.notNull())
      .addColumn("app_version", int, (c) => c.notNull())
      .addColumn("app", text, (c) => c.notNull())
      .addColumn("decision", text)
      .addColumn("deleted_at", int, (c) => c.notNull())
      .addColumn("deleted_by", text, (c) => c.notNull())
      .addColumn("expires_at", int, (c) => c.notNull())
      .execute();
    await index("deletions", "app_id");
    await index("deletions", "expires_at");
    await table("deleted_routes")
      .addColumn("deletion_id", text, (c) => c.notNull().references("deletions.id").onDelete("cascade"))
      .addColumn("route_id", text, (c) => c.notNull())
      .addColumn("version", int, (c) => c.notNull())
      .addColumn("route", text, (c) => c.notNull())
      .addPrimaryKeyConstraint("deleted_routes_pkey", ["deletion_id", "route_id"])
      .execute();
    await index("deleted_routes", "route_id");

    await schema.alterTable("service_health").addColumn("since", int).execute();
  },
};
