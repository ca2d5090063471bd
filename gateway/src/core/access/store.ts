import { fromFlag, toFlag } from "../storage/codec.ts";
import type { SessionRow, UserRow } from "../storage/schema.ts";
import { getSetting } from "../storage/settings.ts";
import type { Database, Storage, Write } from "../storage/storage.ts";

/** A user as it is stored. The password hash never leaves this room. */
export type StoredUser = {
  id: number;
  username: string;
  role: string;
  passwordHash: string;
  generation: number;
  isActive: boolean;
  createdAt: number;
  lastLogin: number | undefined;
  /** Scopes granted one by one, `access:<app>`. */
  grants: string[];
};

type NewUser = {
  username: string;
  role: "admin" | "member";
  passwordHash: string;
  grants: readonly string[];
  createdAt: number;
};

/** Setting that says that an administrator was made once; it is never taken away (ruling R16). */
const SETUP_LATCH = "setup.completed";

type Inserted = "inserted" | "name-taken" | "setup-latched";

/** Tables `users` and `grants`, and the latch of the first setup. */
export function createUserStore(storage: Storage) {
  return {
    /**
     * Adds a user with grants. Names that differ only in case are one name. An administrator sets the latch of the
     * setup in the same transaction; with `first` the latch must not have been set before, so that of two setups
     * at the same moment one wins.
     */
    async insert(user: NewUser, options: { first: boolean }): Promise<{ result: Inserted; id?: number }> {
      try {
        return await storage.write(async (tx) => {
          if (user.role === "admin") {
            const latched = await latch(tx, user.createdAt);
            if (!latched && options.first) throw new Refused("setup-latched");
          }
          const same = await tx
            .selectFrom("users")
            .select("id")
            .where((eb) => eb(eb.fn<string>("lower", ["username"]), "=", user.username.toLowerCase()))
            .executeTakeFirst();
          if (same) throw new Refused("name-taken");
          const row = await tx
            .insertInto("users")
            .values({
              username: user.username,
              role: user.role,
              password_hash: user.passwordHash,
              generation: 1,
              is_active: toFlag(true),
              created_at: user.createdAt,
              last_login: null,
            })
            .onConflict((conflict) => conflict.doNothing())
            .returning("id")
            .executeTakeFirst();
          if (!row) throw new Refused("name-taken");
          if (user.grants.length) {
            const rows = [...new Set(user.grants)].map((scope) => ({ user_id: row.id, scope }));
            await tx.insertInto("grants").values(rows).execute();
          }
          return { result: "inserted" as const, id: row.id };
        });
      } catch (error) {
        if (error instanceof Refused) return { result: error.result };
        throw error;
      }
    },

    async latched(): Promise<boolean> {
      return (await getSetting(storage.db, SETUP_LATCH)) !== undefined;
    },

    async byId(id: number): Promise<StoredUser | undefined> {
      return folded(await withGrants(storage.db).where("users.id", "=", id).execute())[0];
    },

    /** The name must be spelled as it was when the user was made. */
    async byName(username: string): Promise<StoredUser | undefined> {
      return folded(await withGrants(storage.db).where("users.username", "=", username).execute())[0];
    },

    async all(): Promise<StoredUser[]> {
      return folded(await withGrants(storage.db).execute());
    },

    async count(): Promise<number> {
      const row = await storage.db
        .selectFrom("users")
        .select((eb) => eb.fn.countAll().as("count"))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },

    async setLastLogin(id: number, at: number): Promise<void> {
      await storage.write((tx) => tx.updateTable("users").set({ last_login: at }).where("id", "=", id).execute());
    },

    /** Stores the same password hashed anew, unless it was changed meanwhile. */
    async replaceHash(id: number, old: string, fresh: string): Promise<void> {
      await storage.write((tx) =>
        tx
          .updateTable("users")
          .set({ password_hash: fresh })
          .where("id", "=", id)
          .where("password_hash", "=", old)
          .execute(),
      );
    },

    /** Sets another password, raises the generation and ends the user's sessions. */
    async setPassword(id: number, hash: string, end: SessionsEnd): Promise<EndedSession[]> {
      return storage.write(async (tx) => {
        await tx.updateTable("users").set({ password_hash: hash }).where("id", "=", id).execute();
        return raiseGeneration(tx, id, end);
      });
    },

    /**
     * The same for a user who knows the present password. Undefined, and nothing is changed, when the hash is no
     * longer `current` or the session to keep has ended.
     */
    async changePassword(
      id: number,
      { current, fresh }: { current: string; fresh: string },
      end: SessionsEnd,
    ): Promise<EndedSession[] | undefined> {
      return storage.write(async (tx) => {
        const [user, kept] = [
          await tx.selectFrom("users").select("password_hash").where("id", "=", id).executeTakeFirst(),
          end.keep === undefined || (await sessionOf(tx, id, end.keep)),
        ];
        if (user?.password_hash !== current || !kept) return undefined;
        await tx.updateTable("users").set({ password_hash: fresh }).where("id", "=", id).execute();
        return raiseGeneration(tx, id, end);
      });
    },

    /** Makes all tokens of a user void and ends the sessions. */
    async signOut(id: number, end: SessionsEnd): Promise<EndedSession[]> {
      return storage.write((tx) => raiseGeneration(tx, id, end));
    },
  };
}

/** How sessions end: the one to keep, the time, and for how long cookies made from the others could still be good. */
export type SessionsEnd = { keep?: string | undefined; now: number; revokedForMs: number };

/** A session that was ended; it may have been past its times already. */
export type EndedSession = Pick<SessionRow, "id" | "seen_at" | "expires_at">;

/** Ends the sessions of a user, but for the one to keep; they count as revoked. */
export async function endSessionsOf(tx: Write, userId: number, end: SessionsEnd): Promise<EndedSession[]> {
  let ending = tx.deleteFrom("sessions").where("user_id", "=", userId);
  if (end.keep !== undefined) ending = ending.where("id", "!=", end.keep);
  const ended = await ending.returning(["id", "seen_at", "expires_at"]).execute();
  for (const { id, expires_at } of ended) await revoke(tx, id, Math.min(expires_at, end.now + end.revokedForMs));
  return ended;
}

/** Makes all that was given out before void (ruling R8), but for the session to keep, which moves along. */
async function raiseGeneration(tx: Write, userId: number, end: SessionsEnd): Promise<EndedSession[]> {
  const ended = await endSessionsOf(tx, userId, end);
  const { generation } = await tx
    .updateTable("users")
    .set((eb) => ({ generation: eb("generation", "+", 1) }))
    .where("id", "=", userId)
    .returning("generation")
    .executeTakeFirstOrThrow();
  await tx.updateTable("sessions").set({ generation }).where("user_id", "=", userId).execute();
  return ended;
}

async function sessionOf(tx: Write, userId: number, id: string): Promise<boolean> {
  const row = await tx
    .selectFrom("sessions")
    .select("id")
    .where("id", "=", id)
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Marks a token or session as withdrawn until `expiresAt`, after which it would be void anyway. */
export async function revoke(tx: Write, id: string, expiresAt: number): Promise<void> {
  await tx
    .insertInto("revoked_credentials")
    .values({ id, expires_at: expiresAt })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
}

/** Ends a transaction that must not happen, with the reason. */
class Refused extends Error {
  readonly result: Inserted;
  constructor(result: Inserted) {
    super(result);
    this.result = result;
  }
}

/** Sets the latch; false when it was set before. */
async function latch(tx: Write, at: number): Promise<boolean> {
  const set = await tx
    .insertInto("settings")
    .values({ name: SETUP_LATCH, value: new Date(at).toISOString() })
    .onConflict((conflict) => conflict.column("name").doNothing())
    .returning("name")
    .executeTakeFirst();
  return set !== undefined;
}

function withGrants(db: Database) {
  return db
    .selectFrom("users")
    .leftJoin("grants", "grants.user_id", "users.id")
    .selectAll("users")
    .select("grants.scope")
    .orderBy("users.id")
    .orderBy("grants.scope");
}

type Joined = { [Column in keyof Omit<UserRow, "id">]: UserRow[Column] } & { id: number; scope: string | null };

/** One user for the rows of its grants. */
function folded(rows: readonly Joined[]): StoredUser[] {
  const users = new Map<number, StoredUser>();
  for (const row of rows) {
    const user = users.get(row.id) ?? {
      id: row.id,
      username: row.username,
      role: row.role,
      passwordHash: row.password_hash,
      generation: row.generation,
      isActive: fromFlag(row.is_active),
      createdAt: row.created_at,
      lastLogin: row.last_login ?? undefined,
      grants: [],
    };
    if (row.scope !== null) user.grants.push(row.scope);
    users.set(row.id, user);
  }
  return [...users.values()];
}
