import type { Migration } from "./migration.ts";

/** What people see and keep of their account: who uses a session, and how they want the dashboard. */
export const account: Migration = {
  number: 2,
  name: "account",
  async up({ schema, types, tableEnd }) {
    const { text, int } = types;
    for (const column of ["user_agent", "address"]) {
      await schema
        .alterTable("sessions")
        .addColumn(column, text, (c) => c.notNull().defaultTo(""))
        .execute();
    }
    await schema
      .createTable("preferences")
      .addColumn("user_id", int, (c) => c.primaryKey().notNull().references("users.id").onDelete("cascade"))
      .addColumn("body", text, (c) => c.notNull())
      .addColumn("updated_at", int, (c) => c.notNull())
      .modifyEnd(tableEnd)
      .execute();
  },
};
