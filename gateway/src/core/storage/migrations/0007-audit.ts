import type { Migration } from "./migration.ts";

/** Who changed what, and who tried to get in and failed. */
export const audit: Migration = {
  number: 7,
  name: "audit",
  async up({ schema, types, tableEnd }) {
    const { text, int, numbered } = types;
    await schema
      .createTable("audit_log")
      .addColumn("number", int, (c) => numbered(c))
      .addColumn("at", int, (c) => c.notNull())
      .addColumn("action", text, (c) => c.notNull())
      .addColumn("actor", text, (c) => c.notNull())
      .addColumn("actor_name", text, (c) => c.notNull())
      .addColumn("address", text, (c) => c.notNull())
      .addColumn("target", text, (c) => c.notNull())
      .addColumn("details", text)
      .addColumn("success", int, (c) => c.notNull())
      .addColumn("error", text, (c) => c.notNull())
      .modifyEnd(tableEnd)
      .execute();
    for (const column of ["at", "action", "actor"]) {
      await schema.createIndex(`audit_log_${column}`).on("audit_log").column(column).execute();
    }
  },
};
