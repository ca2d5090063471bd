import type { Kysely, Transaction } from "kysely";
import type { Tables } from "./schema.ts";

export type Database = Kysely<Tables>;
export type Write = Transaction<Tables>;

/** The open storage of one gateway. */
export type Storage = {
  dialect: "sqlite" | "postgres";
  /** For reading. Sees everything that was committed. */
  db: Database;
  /** Runs `work` in one transaction on the writing connection; rolls back when it throws. */
  write<T>(work: (tx: Write) => Promise<T>): Promise<T>;
  /** Encrypts a secret with the key that is kept outside the database. */
  seal(plain: string): Uint8Array;
  /** Decrypts what {@link Storage.seal} made. Throws when it was tampered with or the key is another. */
  unseal(sealed: Uint8Array): string;
  /** Answers within 2 s or throws. */
  ping(): Promise<void>;
  close(): Promise<void>;
};
