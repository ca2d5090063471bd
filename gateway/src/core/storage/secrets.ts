import { systemClock } from "../../kit/clock.ts";
import type { Storage } from "./storage.ts";

/**
 * The secret stored under a name. The first call makes and seals it; when several make it at once, all of them get
 * the one that was stored. Throws when it cannot be unsealed.
 */
export async function namedSecret(
  storage: Storage,
  name: string,
  make: () => string,
  clock = systemClock,
): Promise<string> {
  const known = await storage.db.selectFrom("secrets").select("sealed").where("name", "=", name).executeTakeFirst();
  if (known) return storage.unseal(known.sealed);
  const stored = await storage.write(async (tx) => {
    await tx
      .insertInto("secrets")
      .values({ name, sealed: storage.seal(make()), created_at: clock.now() })
      .onConflict((c) => c.column("name").doNothing())
      .execute();
    return tx.selectFrom("secrets").select("sealed").where("name", "=", name).executeTakeFirstOrThrow();
  });
  return storage.unseal(stored.sealed);
}
