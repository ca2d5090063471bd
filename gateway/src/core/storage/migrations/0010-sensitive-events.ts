import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/**
 * Whether an event, or an entry of the activity feed, is about an app that was sensitive when it happened. Of what is
 * about apps that are gone nobody knows any more, so it counts as such. And what it takes to be told a message that waits.
 */
export const sensitiveEvents: Migration = {
  number: 10,
  name: "sensitive-events",
  async up({ db, schema, types: { int, text } }) {
    const mark = (table: string, initially: number) =>
      schema
        .alterTable(table)
        .addColumn("sensitive", int, (c) => c.notNull().defaultTo(initially))
        .execute();
    // An event names its app only within its data; those that are left from before will soon be gone.
    await mark("events", 1);
    await mark("activity", 0);
    await sql`update activity set sensitive = 1
      where scope like 'access:%' and substr(scope, 8) not in (select id from apps)`.execute(db);
    await schema
      .alterTable("notifications")
      .addColumn("about", text, (c) => c.notNull().defaultTo("[]"))
      .execute();
  },
};
