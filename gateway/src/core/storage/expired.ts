import type { Storage } from "./storage.ts";

/** The tables whose rows carry their own end and mean nothing after it. */
const TABLES = ["revoked_credentials", "sessions", "token_families", "leases", "deletions"] as const;

/** Removes every row whose `expires_at` has passed; answers how many. `now` is in milliseconds since 1970. */
export async function removeExpired(storage: Storage, now: number): Promise<number> {
  return storage.write(async (tx) => {
    let removed = 0;
    for (const table of TABLES) {
      const { numDeletedRows } = await tx.deleteFrom(table).where("expires_at", "<=", now).executeTakeFirstOrThrow();
      removed += Number(numDeletedRows);
    }
    return removed;
  });
}
