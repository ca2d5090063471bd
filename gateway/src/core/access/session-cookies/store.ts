import { createHash } from "node:crypto";
import {
  type CookieChange,
  changedJar,
  cookieKey,
  type JarName,
  type KeptCookie,
  type SameSite,
} from "../../../wire/session-cookies.ts";
import { fromFlag, toFlag } from "../../storage/codec.ts";
import type { SessionCookieRow } from "../../storage/schema.ts";
import type { Database, Storage, Write } from "../../storage/storage.ts";

/** Most cookies that are kept for one device, of all apps together. */
export const MAX_COOKIES_OF_DEVICE = 500;

/** What is kept of one app for a device. Times are ms since 1970; `expiresAt` is that of the first that ends. */
export type KeptOfApp = { appId: string; cookies: number; setAt: number; expiresAt: number | undefined };

/** What became of changes: the jar, and the apps whose oldest cookies had to go to make room. */
export type Changed = { cookies: readonly KeptCookie[]; shortened: string[] };

/** Reads outside or inside a transaction. */
type Reading = Database | Write;

/** Table `session_cookies`. Device ids are those of the table of devices, without `device:`. */
export function createSessionCookieStore(storage: Storage) {
  const { db } = storage;

  /** What is in a jar, the cookie set last at the end; what cannot be unsealed counts as not there. */
  async function read(from: Reading, deviceId: string, app: string): Promise<KeptCookie[]> {
    const rows = await from
      .selectFrom("session_cookies")
      .selectAll()
      .where("device_id", "=", deviceId)
      .where("app_id", "=", app)
      .orderBy("set_at")
      .orderBy("key_hash")
      .execute();
    return rows.flatMap((row) => cookieOf(row, storage) ?? []);
  }

  /** Is this pairing of the device still good, and the app there? */
  async function exists(from: Reading, { device, generation, app }: JarName): Promise<boolean> {
    const paired = await from
      .selectFrom("devices")
      .select("id")
      .where("id", "=", idOf(device))
      .where("generation", "=", generation)
      .executeTakeFirst();
    const known = paired && (await from.selectFrom("apps").select("id").where("id", "=", app).executeTakeFirst());
    return known !== undefined;
  }

  async function put(tx: Write, deviceId: string, app: string, cookie: KeptCookie): Promise<void> {
    const { device_id, app_id, key_hash, ...rest } = rowOf(deviceId, app, cookie, storage);
    await tx
      .insertInto("session_cookies")
      .values({ device_id, app_id, key_hash, ...rest })
      .onConflict((conflict) => conflict.columns(["device_id", "app_id", "key_hash"]).doUpdateSet(rest))
      .execute();
  }

  async function removeOne(tx: Write, deviceId: string, app: string, hash: string): Promise<void> {
    await tx
      .deleteFrom("session_cookies")
      .where("device_id", "=", deviceId)
      .where("app_id", "=", app)
      .where("key_hash", "=", hash)
      .execute();
  }

  /** Removes the oldest cookies of a device that has too many; answers of which apps. */
  async function makeRoom(tx: Write, deviceId: string): Promise<Set<string>> {
    const newestFirst = await tx
      .selectFrom("session_cookies")
      .select(["app_id", "key_hash"])
      .where("device_id", "=", deviceId)
      .orderBy("set_at", "desc")
      .orderBy("key_hash", "desc")
      .execute();
    const surplus = newestFirst.slice(MAX_COOKIES_OF_DEVICE);
    for (const { app_id, key_hash } of surplus) await removeOne(tx, deviceId, app_id, key_hash);
    return new Set(surplus.map(({ app_id }) => app_id));
  }

  return {
    /** What is in the jar now; nothing when the device was paired anew since. */
    async jar(jar: JarName): Promise<KeptCookie[]> {
      return (await exists(db, jar)) ? read(db, idOf(jar.device), jar.app) : [];
    },

    /** Changes a jar. `now`: ms since 1970. */
    async change(jar: JarName, changes: readonly CookieChange[], now: number): Promise<Changed> {
      return storage.write(async (tx) => {
        if (!(await exists(tx, jar))) return { cookies: [], shortened: [] };
        const { app } = jar;
        const deviceId = idOf(jar.device);
        const before = await read(tx, deviceId, app);
        const after = changedJar(before, changes, now);
        const kept = new Set(after.map(hashOf));
        for (const old of before) if (!kept.has(hashOf(old))) await removeOne(tx, deviceId, app, hashOf(old));
        const known = new Set(before);
        for (const cookie of after) if (!known.has(cookie)) await put(tx, deviceId, app, cookie);
        const shortened = await makeRoom(tx, deviceId);
        const cookies = shortened.delete(app) ? await read(tx, deviceId, app) : after;
        return { cookies, shortened: [...shortened] };
      });
    },

    /** Of which apps unexpired cookies are kept for a device, by app id. */
    async ofDevice(deviceId: string, now: number): Promise<KeptOfApp[]> {
      const rows = await db
        .selectFrom("session_cookies")
        .select((eb) => [
          "app_id",
          eb.fn.countAll<number>().as("cookies"),
          eb.fn.max("set_at").as("set_at"),
          eb.fn.min("expires_at").as("expires_at"),
        ])
        .where("device_id", "=", deviceId)
        .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", now)]))
        .groupBy("app_id")
        .orderBy("app_id")
        .execute();
      return rows.map(({ app_id, cookies, set_at, expires_at }) => ({
        appId: app_id,
        cookies: Number(cookies),
        setAt: Number(set_at),
        expiresAt: expires_at === null ? undefined : Number(expires_at),
      }));
    },

    /** For how many apps unexpired cookies are kept, by device; only of one when it is given. */
    async appsByDevice(now: number, deviceId?: string): Promise<Map<string, number>> {
      let rows = db
        .selectFrom("session_cookies")
        .select((eb) => ["device_id", eb.fn.count<number>("app_id").distinct().as("apps")])
        .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", now)]))
        .groupBy("device_id");
      if (deviceId !== undefined) rows = rows.where("device_id", "=", deviceId);
      return new Map((await rows.execute()).map(({ device_id, apps }) => [device_id, Number(apps)]));
    },

    /** Removes what is kept for a device, or of one app for it. */
    async remove(deviceId: string, app?: string): Promise<void> {
      await storage.write(async (tx) => {
        let gone = tx.deleteFrom("session_cookies").where("device_id", "=", deviceId);
        if (app !== undefined) gone = gone.where("app_id", "=", app);
        await gone.execute();
      });
    },

    /** Removes what has expired by `now`, in ms since 1970. */
    async removeExpired(now: number): Promise<void> {
      await storage.write((tx) => tx.deleteFrom("session_cookies").where("expires_at", "<=", now).execute());
    },
  };
}

/** Removes what an earlier pairing of the device left: whoever has its id now need not be who signed in (CWE-613). */
export async function removeCookiesOf(tx: Write, deviceId: string): Promise<void> {
  await tx.deleteFrom("session_cookies").where("device_id", "=", deviceId).execute();
}

function idOf(device: string): string {
  return device.slice("device:".length);
}

function hashOf(cookie: KeptCookie): string {
  return createHash("sha256").update(cookieKey(cookie)).digest("base64url");
}

function cookieOf(row: SessionCookieRow, { unseal }: Storage): KeptCookie | undefined {
  let value: string;
  try {
    value = unseal(row.sealed);
  } catch {
    return undefined;
  }
  return {
    name: row.name,
    value,
    domain: row.domain,
    hostOnly: fromFlag(row.host_only),
    path: row.path,
    ...(row.expires_at !== null && { expiresAt: row.expires_at }),
    secure: fromFlag(row.secure),
    httpOnly: fromFlag(row.http_only),
    sameSite: row.same_site as SameSite,
    createdAt: row.created_at,
    setAt: row.set_at,
  };
}

function rowOf(deviceId: string, app: string, cookie: KeptCookie, { seal }: Storage): SessionCookieRow {
  return {
    device_id: deviceId,
    app_id: app,
    key_hash: hashOf(cookie),
    name: cookie.name,
    domain: cookie.domain,
    path: cookie.path,
    host_only: toFlag(cookie.hostOnly),
    secure: toFlag(cookie.secure),
    http_only: toFlag(cookie.httpOnly),
    same_site: cookie.sameSite,
    created_at: cookie.createdAt,
    set_at: cookie.setAt,
    expires_at: cookie.expiresAt ?? null,
    sealed: seal(cookie.value),
  };
}
