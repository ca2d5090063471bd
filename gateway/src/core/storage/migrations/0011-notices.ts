import type { Migration } from "./migration.ts";

/** Which entries of the activity feed somebody should look at, and who did. What was there before is no notice. */
export const notices: Migration = {
  number: 11,
  name: "notices",
  async up({ schema, types, tableEnd }) {
    const { int } = types;
    await schema
      .alterTable("activity")
      .addColumn("notice", int, (c) => c.notNull().defaultTo(0))
      .execute();
    await schema
      .createTable("notices_read")
      .addColumn("user_id", int, (c) => c.notNull().references("users.id").onDelete("cascade"))
      .addColumn("number", int, (c) => c.notNull().references("activity.number").onDelete("cascade"))
      .addPrimaryKeyConstraint("notices_read_key", ["user_id", "number"])
      .modifyEnd(tableEnd)
      .execute();
    // Entries go from the old end of the feed, each with those who read it.
    await schema.createIndex("notices_read_number").on("notices_read").column("number").execute();
  },
};
