import type { Database, Storage, Write } from "./storage.ts";

/** What `openStorage` needs of a database, whichever it is. */
export type Engine = {
  dialect: Storage["dialect"];
  /** How messages name the database; never with a password. */
  where: string;
  /** Connects as migrations need it; `close` gives that connection back. */
  forMigrations(): Promise<{ db: Database; close(): Promise<void> }>;
  /** Makes the connections for daily use. Called once, after the migrations. */
  connect(): Promise<Connections>;
  close(): Promise<void>;
};

export type Connections = {
  reader: Database;
  writer: Database;
  /** Runs first in each write transaction. */
  begin?: (tx: Write) => Promise<void>;
};
