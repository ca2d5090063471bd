import { type ColumnDefinitionBuilder, type Kysely, type RawBuilder, type SchemaModule, sql } from "kysely";
import type { Storage } from "../storage.ts";

/**
 * One step of the database. Numbers grow by one; a released migration is never changed again, and there is no way
 * back. It runs inside a transaction, on SQLite with foreign keys checked at the end.
 */
export type Migration = {
  number: number;
  name: string;
  up(step: MigrationStep): Promise<void>;
};

export type MigrationStep = {
  /** For changes of the rows. Has no types: the tables of that time are not those of today. */
  db: Kysely<unknown>;
  schema: SchemaModule;
  types: ColumnTypes;
  /** The end of a `create table`, with which SQLite checks the types of columns as PostgreSQL does. */
  tableEnd: RawBuilder<unknown>;
};

/** The four types of the design (§6), in the words of each database. */
export type ColumnTypes = {
  /** Sorted byte by byte on both, whatever the server's language is. */
  text: RawBuilder<unknown>;
  /** 64 bits. */
  int: RawBuilder<unknown>;
  real: RawBuilder<unknown>;
  blob: RawBuilder<unknown>;
  /** Makes an integer column a primary key that is numbered by the database and never uses a number again. */
  numbered(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder;
};

const COLUMN_TYPES: Record<Storage["dialect"], ColumnTypes> = {
  sqlite: {
    text: sql`text`,
    int: sql`integer`,
    real: sql`real`,
    blob: sql`blob`,
    numbered: (column) => column.primaryKey().autoIncrement(),
  },
  postgres: {
    text: sql`text collate "C"`,
    int: sql`bigint`,
    real: sql`double precision`,
    blob: sql`bytea`,
    numbered: (column) => column.generatedByDefaultAsIdentity().primaryKey(),
  },
};

/** What a migration works with on the given database. */
export function migrationStep(db: Kysely<unknown>, dialect: Storage["dialect"]): MigrationStep {
  return {
    db,
    schema: db.schema,
    types: COLUMN_TYPES[dialect],
    tableEnd: dialect === "sqlite" ? sql`strict` : sql``,
  };
}
