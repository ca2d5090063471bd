import type { Selectable } from "kysely";
import { fromFlag, fromJson, toFlag, toJson } from "../../storage/codec.ts";
import type { ChannelRow } from "../../storage/schema.ts";
import type { Storage, Write } from "../../storage/storage.ts";
import type { ChannelKind } from "./channel.ts";

/** A channel as it is stored. Times are milliseconds since 1970. */
export type StoredChannel = {
  id: string;
  kind: ChannelKind;
  name: string;
  enabled: boolean;
  /** What is no secret. */
  settings: Record<string, unknown>;
  /** By name; sealed in the database. */
  secrets: Record<string, string>;
  /** What came of the last message; empty before the first. */
  lastResult: string;
  lastAt: number | undefined;
  createdAt: number;
  updatedAt: number;
};

/** Table `notification_channels`. */
export function createChannelStore(storage: Storage) {
  const { db } = storage;

  function rowOf(channel: StoredChannel): ChannelRow {
    const { secrets } = channel;
    return {
      id: channel.id,
      kind: channel.kind,
      name: channel.name,
      enabled: toFlag(channel.enabled),
      settings: toJson(channel.settings),
      secrets: Object.keys(secrets).length ? storage.seal(toJson(secrets)) : null,
      last_result: channel.lastResult,
      last_at: channel.lastAt ?? null,
      created_at: channel.createdAt,
      updated_at: channel.updatedAt,
    };
  }

  function channelOf(row: Selectable<ChannelRow>): StoredChannel {
    return {
      id: row.id,
      kind: row.kind as ChannelKind,
      name: row.name,
      enabled: fromFlag(row.enabled),
      settings: fromJson(row.settings),
      secrets: row.secrets ? fromJson(storage.unseal(row.secrets)) : {},
      lastResult: row.last_result,
      lastAt: row.last_at ?? undefined,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    };
  }

  return {
    async all(): Promise<StoredChannel[]> {
      const rows = await db
        .selectFrom("notification_channels")
        .selectAll()
        .orderBy("created_at")
        .orderBy("id")
        .execute();
      return rows.map(channelOf);
    },

    async byId(id: string): Promise<StoredChannel | undefined> {
      const row = await db.selectFrom("notification_channels").selectAll().where("id", "=", id).executeTakeFirst();
      return row && channelOf(row);
    },

    /** The ids of those that are switched on. */
    async enabledIds(): Promise<string[]> {
      const rows = await db.selectFrom("notification_channels").select("id").where("enabled", "=", 1).execute();
      return rows.map(({ id }) => id);
    },

    async names(): Promise<Map<string, string>> {
      const rows = await db.selectFrom("notification_channels").select(["id", "name"]).execute();
      return new Map(rows.map(({ id, name }) => [id, name]));
    },

    /** Adds a channel, or puts it in the place of the one with its id. */
    async put(tx: Write, channel: StoredChannel): Promise<void> {
      const { id, ...row } = rowOf(channel);
      await tx
        .insertInto("notification_channels")
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
    },

    /** Removes a channel and what waits on it; answers whether there was one. */
    async remove(id: string): Promise<boolean> {
      const done = await storage.write((tx) =>
        tx.deleteFrom("notification_channels").where("id", "=", id).executeTakeFirst(),
      );
      return Number(done.numDeletedRows) > 0;
    },

    async setResult(id: string, result: string, at: number): Promise<void> {
      await storage.write((tx) =>
        tx
          .updateTable("notification_channels")
          .set({ last_result: result, last_at: at })
          .where("id", "=", id)
          .execute(),
      );
    },
  };
}

export type ChannelStore = ReturnType<typeof createChannelStore>;
