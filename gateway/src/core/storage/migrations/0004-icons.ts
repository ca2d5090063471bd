import type { Migration } from "./migration.ts";

/**
 * Icons that people uploaded. The row does not go with its app, so that a deletion that is undone brings it back. The
 * image comes last: what else is read of a row is then not behind it in the file.
 */
export const icons: Migration = {
  number: 4,
  name: "icons",
  async up({ schema, types, tableEnd }) {
    const { text, blob } = types;
    await schema
      .createTable("app_icons")
      .addColumn("app_id", text, (c) => c.primaryKey().notNull())
      .addColumn("version", text, (c) => c.notNull())
      .addColumn("type", text, (c) => c.notNull())
      .addColumn("image", blob, (c) => c.notNull())
      .modifyEnd(tableEnd)
      .execute();
  },
};
