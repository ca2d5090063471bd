import { fromJson, toJson } from "../../storage/codec.ts";
import type { ApiKeyRow } from "../../storage/schema.ts";
import type { Storage, Write } from "../../storage/storage.ts";

/** An API key as it is stored. Times are milliseconds since 1970. */
export type StoredKey = {
  id: string;
  name: string;
  prefix: string;
  /** SHA-256 of the key in hex. */
  hash: string;
  /** The same of its secret before, which is good until `oldUntil`. */
  oldHash: string | undefined;
  oldUntil: number | undefined;
  scopes: string[];
  networks: string[];
  perMinute: number;
  expiresAt: number | undefined;
  usedAt: number | undefined;
  usedAddress: string;
  createdAt: number;
  /** The subject that made it; `local` for the machine itself. */
  createdBy: string;
  revokedAt: number | undefined;
};

/** Table `api_keys`. */
export function createApiKeyStore(storage: Storage) {
  const { db } = storage;
  return {
    /** All keys, the newest first. */
    async all(): Promise<StoredKey[]> {
      const rows = await db.selectFrom("api_keys").selectAll().orderBy("created_at", "desc").orderBy("id").execute();
      return rows.map(keyOf);
    },

    async byId(id: string): Promise<StoredKey | undefined> {
      const row = await db.selectFrom("api_keys").selectAll().where("id", "=", id).executeTakeFirst();
      return row && keyOf(row);
    },

    async byHash(hash: string): Promise<StoredKey | undefined> {
      const row = await db
        .selectFrom("api_keys")
        .selectAll()
        .where((where) => where.or([where("hash", "=", hash), where("old_hash", "=", hash)]))
        .executeTakeFirst();
      return row && keyOf(row);
    },

    async insert(key: StoredKey): Promise<void> {
      await storage.write((tx) => tx.insertInto("api_keys").values(rowOf(key)).execute());
    },

    /** Gives the key another secret. Answers the key as it is then; undefined when there is none that is good. */
    async replace(id: string, secret: Pick<StoredKey, "hash" | "prefix" | "oldUntil">): Promise<StoredKey | undefined> {
      const row = await storage.write((tx) =>
        tx
          .updateTable("api_keys")
          .set((eb) => ({
            old_hash: eb.ref("hash"),
            old_until: secret.oldUntil ?? null,
            hash: secret.hash,
            prefix: secret.prefix,
          }))
          .where("id", "=", id)
          .where("revoked_at", "is", null)
          .returningAll()
          .executeTakeFirst(),
      );
      return row && keyOf(row);
    },

    /** Writes down the last uses. */
    async used(uses: readonly { id: string; at: number; address: string }[]): Promise<void> {
      await storage.write(async (tx) => {
        for (const { id, at, address } of uses) {
          await tx.updateTable("api_keys").set({ used_at: at, used_address: address }).where("id", "=", id).execute();
        }
      });
    },

    /** Revokes all keys that these subjects made, and those made with them; answers their ids. */
    async revokeOf(makers: readonly string[], now: number): Promise<string[]> {
      return storage.write((tx) => revokeOf(tx, makers, now));
    },

    /** Revokes one key with its descendants; `permanent` removes it. Undefined when there is none. */
    async revoke(id: string, options: { now: number; permanent: boolean }): Promise<string[] | undefined> {
      return storage.write(async (tx) => {
        const row = await tx.selectFrom("api_keys").select("revoked_at").where("id", "=", id).executeTakeFirst();
        if (!row) return undefined;
        const below = await revokeOf(tx, [`apikey:${id}`], options.now);
        if (options.permanent) await tx.deleteFrom("api_keys").where("id", "=", id).execute();
        else if (row.revoked_at === null) {
          await tx.updateTable("api_keys").set({ revoked_at: options.now }).where("id", "=", id).execute();
        }
        return row.revoked_at === null ? [id, ...below] : below;
      });
    },
  };
}

async function revokeOf(tx: Write, makers: readonly string[], now: number): Promise<string[]> {
  const all: string[] = [];
  let next = [...makers];
  while (next.length) {
    const rows = await tx
      .updateTable("api_keys")
      .set({ revoked_at: now })
      .where("created_by", "in", next)
      .where("revoked_at", "is", null)
      .returning("id")
      .execute();
    all.push(...rows.map(({ id }) => id));
    next = rows.map(({ id }) => `apikey:${id}`);
  }
  return all;
}

function keyOf(row: ApiKeyRow): StoredKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    hash: row.hash,
    oldHash: row.old_hash ?? undefined,
    oldUntil: row.old_until ?? undefined,
    scopes: fromJson(row.scopes),
    networks: fromJson(row.networks),
    perMinute: row.per_minute,
    expiresAt: row.expires_at ?? undefined,
    usedAt: row.used_at ?? undefined,
    usedAddress: row.used_address,
    createdAt: row.created_at,
    createdBy: row.created_by,
    revokedAt: row.revoked_at ?? undefined,
  };
}

function rowOf(key: StoredKey): ApiKeyRow {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    hash: key.hash,
    old_hash: key.oldHash ?? null,
    old_until: key.oldUntil ?? null,
    scopes: toJson(key.scopes),
    networks: toJson(key.networks),
    per_minute: key.perMinute,
    expires_at: key.expiresAt ?? null,
    used_at: key.usedAt ?? null,
    used_address: key.usedAddress,
    created_at: key.createdAt,
    created_by: key.createdBy,
    revoked_at: key.revokedAt ?? null,
  };
}
