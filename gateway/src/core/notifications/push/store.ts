import type { Selectable } from "kysely";
import { sha256 } from "../../../kit/ids.ts";
import { fromJson, toJson } from "../../storage/codec.ts";
import type { PushSubscriptionRow } from "../../storage/schema.ts";
import type { Storage } from "../../storage/storage.ts";
import type { PushAddress } from "../channels/push.ts";

/** A browser's subscription as it is stored. Times are milliseconds since 1970. */
export type StoredSubscription = {
  id: string;
  userId: number;
  /** The session or token that made it. Sealed as well, as it is of use to nobody else. */
  madeBy: string;
  /** Whoever knows it can send to the browser: sealed in the database. */
  address: PushAddress;
  /** The host of the push service. */
  service: string;
  browser: string;
  createdAt: number;
  usedAt: number | undefined;
};

/** Table `push_subscriptions`. */
export function createPushStore(storage: Storage) {
  const { db } = storage;

  function subscriptionOf(row: Selectable<PushSubscriptionRow>): StoredSubscription {
    const { madeBy = "", ...address } = fromJson<PushAddress & { madeBy?: string }>(storage.unseal(row.sealed));
    return {
      id: row.id,
      userId: row.user_id,
      madeBy,
      address,
      service: row.service,
      browser: row.browser,
      createdAt: row.created_at,
      usedAt: row.used_at ?? undefined,
    };
  }

  return {
    /** All of them, or those of one user; the newest first. */
    async all(userId?: number): Promise<StoredSubscription[]> {
      let rows = db.selectFrom("push_subscriptions").selectAll();
      if (userId !== undefined) rows = rows.where("user_id", "=", userId);
      return (await rows.orderBy("created_at", "desc").orderBy("id").execute()).map(subscriptionOf);
    },

    async byId(id: string): Promise<StoredSubscription | undefined> {
      const row = await db.selectFrom("push_subscriptions").selectAll().where("id", "=", id).executeTakeFirst();
      return row && subscriptionOf(row);
    },

    /**
     * Adds a subscription and keeps the newest `most` of its user. A browser that subscribes again has its old id, and
     * belongs to the session it has now. One that another user takes over leaves behind what waits for the former.
     */
    async put(subscription: StoredSubscription, most: number): Promise<StoredSubscription> {
      const { id, userId, madeBy, address, service, browser, createdAt } = subscription;
      const row = {
        user_id: userId,
        sealed: storage.seal(toJson({ ...address, madeBy })),
        service,
        browser,
        created_at: createdAt,
      };
      const endpointHash = sha256(address.endpoint);
      return storage.write(async (tx) => {
        await tx
          .deleteFrom("push_subscriptions")
          .where("endpoint_hash", "=", endpointHash)
          .where("user_id", "!=", userId)
          .execute();
        const stored = await tx
          .insertInto("push_subscriptions")
          .values({ id, endpoint_hash: endpointHash, used_at: null, ...row })
          .onConflict((conflict) => conflict.column("endpoint_hash").doUpdateSet(row))
          .returningAll()
          .executeTakeFirstOrThrow();
        const excess = await tx
          .selectFrom("push_subscriptions")
          .select("id")
          .where("user_id", "=", userId)
          .orderBy("created_at", "desc")
          .orderBy("id")
          .limit(1000)
          .offset(most)
          .execute();
        const old = excess.map((one) => one.id).filter((one) => one !== stored.id);
        if (old.length) await tx.deleteFrom("push_subscriptions").where("id", "in", old).execute();
        return subscriptionOf(stored);
      });
    },

    /** Removes a subscription, of this user if one is given; answers whether there was one. */
    async remove(id: string, userId?: number): Promise<boolean> {
      const done = await storage.write((tx) => {
        const one = tx.deleteFrom("push_subscriptions").where("id", "=", id);
        return (userId === undefined ? one : one.where("user_id", "=", userId)).executeTakeFirst();
      });
      return Number(done.numDeletedRows) > 0;
    },

    /** Removes those that are over, none that another session takes over meanwhile. */
    async end(isOver: (subscription: Pick<StoredSubscription, "userId" | "madeBy">) => boolean): Promise<void> {
      await storage.write(async (tx) => {
        const rows = await tx.selectFrom("push_subscriptions").selectAll().execute();
        const over = rows.filter((row) => isOver(subscriptionOf(row))).map(({ id }) => id);
        if (over.length) await tx.deleteFrom("push_subscriptions").where("id", "in", over).execute();
      });
    },

    async used(id: string, at: number): Promise<void> {
      await storage.write((tx) =>
        tx.updateTable("push_subscriptions").set({ used_at: at }).where("id", "=", id).execute(),
      );
    },
  };
}

export type PushStore = ReturnType<typeof createPushStore>;
