import { fromJson, toJson } from "../../storage/codec.ts";
import type { DeviceRow } from "../../storage/schema.ts";
import type { Storage, Write } from "../../storage/storage.ts";
import type { Use } from "../subject-use.ts";
import { endFamiliesOf } from "../token-families.ts";

/** A paired device as it is stored. Times are milliseconds since 1970. */
export type StoredDevice = {
  /** As its app chose it, without `device:`. */
  id: string;
  userId: number;
  name: string;
  platform: string;
  model: string;
  /** What it was given; what it may is cut to what its owner holds. */
  scopes: string[];
  /** Never the same twice for one id, also when a device is removed and paired again (ruling R8). */
  generation: number;
  pins: string[];
  createdAt: number;
  /** When it must be paired again. */
  expiresAt: number | undefined;
  seenAt: number;
  address: string;
  /** How many requests it made on `day`, in days since 1970. */
  day: number;
  requests: number;
};

type Change = Partial<Pick<StoredDevice, "name" | "scopes" | "pins" | "expiresAt">>;

/** Table `devices`. */
export function createDeviceStore(storage: Storage) {
  const { db } = storage;
  return {
    async byId(id: string): Promise<StoredDevice | undefined> {
      const row = await db.selectFrom("devices").selectAll().where("id", "=", id).executeTakeFirst();
      return row && deviceOf(row);
    },

    /** All of them, or those of one user; the one seen last first. */
    async all(userId?: number): Promise<StoredDevice[]> {
      let rows = db.selectFrom("devices").selectAll();
      if (userId !== undefined) rows = rows.where("user_id", "=", userId);
      return (await rows.orderBy("seen_at", "desc").orderBy("id").execute()).map(deviceOf);
    },

    /** Adds a device, or puts it in the place of the one with its id. */
    async put(tx: Write, device: StoredDevice): Promise<void> {
      const { id, ...row } = rowOf(device);
      await tx
        .insertInto("devices")
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
    },

    /** Answers the device as it is then; undefined when there is none. */
    async change(id: string, change: Change): Promise<StoredDevice | undefined> {
      const { scopes, pins, expiresAt, ...plain } = change;
      const row = await storage.write((tx) =>
        tx
          .updateTable("devices")
          .set({
            ...plain,
            ...(scopes && { scopes: toJson(scopes) }),
            ...(pins && { pins: toJson(pins) }),
            ...("expiresAt" in change && { expires_at: expiresAt ?? null }),
          })
          .where("id", "=", id)
          .returningAll()
          .executeTakeFirst(),
      );
      return row && deviceOf(row);
    },

    /** Writes down the last uses. */
    async seen(uses: readonly Use[]): Promise<void> {
      await storage.write(async (tx) => {
        for (const { id, at, address, day, requests } of uses) {
          await tx
            .updateTable("devices")
            .set((eb) => ({
              seen_at: at,
              address,
              day,
              requests: eb
                .case()
                .when("day", "=", day)
                .then(eb("requests", "+", requests))
                .else(requests)
                .end(),
            }))
            .where("id", "=", id)
            .execute();
        }
      });
    },

    /** Removes a device; answers the lines of its tokens, which are withdrawn. */
    async remove(id: string): Promise<string[]> {
      return storage.write(async (tx) => {
        await tx.deleteFrom("devices").where("id", "=", id).execute();
        return endFamiliesOf(tx, `device:${id}`);
      });
    },
  };
}

function deviceOf(row: DeviceRow): StoredDevice {
  return {
    id: row.id,
    userId: row.user_id,
    name: row.name,
    platform: row.platform,
    model: row.model,
    scopes: fromJson(row.scopes),
    generation: row.generation,
    pins: fromJson(row.pins),
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    seenAt: row.seen_at,
    address: row.address,
    day: row.day,
    requests: row.requests,
  };
}

function rowOf(device: StoredDevice): DeviceRow {
  return {
    id: device.id,
    user_id: device.userId,
    name: device.name,
    platform: device.platform,
    model: device.model,
    scopes: toJson(device.scopes),
    generation: device.generation,
    pins: toJson(device.pins),
    created_at: device.createdAt,
    expires_at: device.expiresAt ?? null,
    seen_at: device.seenAt,
    address: device.address,
    day: device.day,
    requests: device.requests,
  };
}
