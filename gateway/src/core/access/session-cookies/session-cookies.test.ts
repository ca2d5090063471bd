import { expect, test } from "vitest";
import { createBus } from "../../../kit/bus.ts";
import { createLogger } from "../../../kit/log.ts";
import { createVirtualClock } from "../../../kit/virtual-clock.ts";
import type { CookieChange, JarAnswer, JarName, KeptCookie } from "../../../wire/session-cookies.ts";
import type { Topics } from "../../events/topics.ts";
import type { Call } from "../../http/binding.ts";
import type { Storage } from "../../storage/storage.ts";
import { eachStorage } from "../../storage/test-storages.ts";
import { REMOTE } from "../test-access.ts";
import { createSessionCookies } from "./session-cookies.ts";
import { MAX_COOKIES_OF_DEVICE } from "./store.ts";

const HOUR = 3_600_000;

/** Two devices, two apps, and an edge that is answered. */
async function room(storage: Storage) {
  const clock = createVirtualClock();
  const bus = createBus<Topics>((error) => {
    throw error;
  });
  await storage.write(async (tx) => {
    const user = { username: "anna", role: "admin", password_hash: "", generation: 1, is_active: 1, created_at: 1 };
    const { id } = await tx.insertInto("users").values(user).returning("id").executeTakeFirstOrThrow();
    for (const device of ["phone", "tablet"]) {
      const used = { created_at: 1, expires_at: null, seen_at: 1, address: "", day: 0, requests: 0 };
      const told = { name: device, platform: "ios", model: "", scopes: "[]", pins: "[]" };
      await tx
        .insertInto("devices")
        .values({ id: device, user_id: id, generation: 7, ...told, ...used })
        .execute();
    }
  });
  const makeApp = (id: string) => {
    const told = { name: id, icon: "", group_name: "", description: "", tags: "[]", endpoints: "{}" };
    const rest = { discovery_meta: "{}", origin: "api", version: 1, created_at: 1, updated_at: 1 };
    return storage.write((tx) =>
      tx
        .insertInto("apps")
        .values({ id, ...told, ...rest })
        .execute(),
    );
  };
  for (const app of ["films", "notes"]) await makeApp(app);
  const cookies = createSessionCookies({ storage, clock, bus, log: createLogger("test", "silent") });
  const forgotten: object[] = [];
  bus.on("session-cookies-forgotten", (whose) => forgotten.push(whose));
  const jar = (device: string, app: string): JarName => ({ device: `device:${device}`, generation: 7, app });
  const set = (name: string, value: string, more: Partial<KeptCookie> = {}): CookieChange => ({
    kind: "set",
    cookie: {
      name,
      value,
      domain: "nas.local",
      hostOnly: true,
      path: "/",
      secure: true,
      httpOnly: true,
      sameSite: "Strict",
      createdAt: clock.now(),
      setAt: clock.now(),
      ...more,
    },
  });
  const others: JarAnswer[] = [];
  let number = 0;
  const told = (message: Parameters<typeof cookies.onEdge>[0]) =>
    new Promise<JarAnswer>((done) => cookies.onEdge(message, done, (answer) => others.push(answer)));
  const pairs = (answer: JarAnswer) => answer.cookies.map(({ name, value }) => `${name}=${value}`);
  const call = (device: string, params?: object) => {
    const principal = { kind: "device", id: `device:${device}`, name: device, scopes: [] } as const;
    return { caller: { principal, facts: REMOTE }, params, header: () => undefined } as unknown as Call<never>;
  };
  return {
    clock,
    bus,
    cookies,
    makeApp,
    forgotten,
    others,
    jar,
    set,
    call,
    pairs,
    change: (name: JarName, ...changes: CookieChange[]) =>
      told({ type: "jar-changes", jar: name, number: ++number, changes }),
    holds: async (name: JarName) => pairs(await told({ type: "jar-wanted", jar: name })),
    listed: async (device: string) => (await cookies.list(call(device) as never)).body,
  };
}

eachStorage((_name, open) => {
  test("what an edge captured is kept by name, domain and path, and told to all edges in order", async () => {
    const { change, jar, set, others, pairs, holds, clock } = await room(await open());
    const films = jar("phone", "films");
    const first = await change(films, set("sid", "1"), set("sid", "deep", { path: "/x" }));
    expect(first).toMatchObject({
      taken: 1,
      jar: films,
      cookies: [{ name: "sid", secure: true, sameSite: "Strict" }, {}],
    });
    await clock.advance(1000);
    const born = first.cookies.find(({ path }) => path === "/")?.createdAt;
    const second = await change(films, set("sid", "2"), {
      kind: "remove",
      cookie: { name: "sid", domain: "nas.local", path: "/x" },
    });
    expect(second.cookies).toMatchObject([{ value: "2", createdAt: born, setAt: clock.now() }]);
    expect(others.map(pairs)).toEqual([pairs(first), ["sid=2"]]);
    expect(others.every(({ taken }) => taken === undefined)).toBe(true);
    expect(await holds(films)).toEqual(["sid=2"]);
  });

  test("each device and each app has its own; an earlier pairing and a device that is gone have none", async () => {
    const { change, jar, set, holds } = await room(await open());
    await change(jar("phone", "films"), set("sid", "films"));
    await change(jar("phone", "notes"), set("sid", "notes"));
    expect(await holds(jar("phone", "films"))).toEqual(["sid=films"]);
    expect(await holds(jar("tablet", "films"))).toEqual([]);
    for (const name of [{ ...jar("phone", "films"), generation: 6 }, jar("gone", "films"), jar("phone", "gone")]) {
      expect(await change(name, set("sid", "stolen"))).toMatchObject({ cookies: [], taken: expect.any(Number) });
      expect(await holds(name)).toEqual([]);
    }
    expect(await holds(jar("phone", "films"))).toEqual(["sid=films"]);
  });

  test("values are sealed; one that cannot be opened is not there", async () => {
    const storage = await open();
    const { change, jar, set, holds, clock } = await room(storage);
    await change(jar("phone", "films"), set("sid", "canary-of-a-cookie"), set("other", "1"));
    const rows = await storage.db.selectFrom("session_cookies").selectAll().execute();
    expect(Buffer.concat(rows.map(({ sealed }) => sealed)).toString("latin1")).not.toContain("canary");
    await storage.write((tx) =>
      tx
        .updateTable("session_cookies")
        .set({ sealed: Uint8Array.of(1, 2, 3) })
        .where("name", "=", "sid")
        .execute(),
    );
    expect(await holds(jar("phone", "films"))).toEqual(["other=1"]);
    await clock.advance(1);
    await change(jar("phone", "films"), set("sid", "new"));
    expect(await holds(jar("phone", "films"))).toEqual(["other=1", "sid=new"]);
  });

  test("the list tells apps and times and no values; forgetting one app or all is told to edges", async () => {
    const { change, jar, set, listed, cookies, call, forgotten, clock, holds } = await room(await open());
    expect(await listed("phone")).toEqual({ sessions: [] });
    const begun = clock.now();
    await change(jar("phone", "notes"), set("sid", "1"));
    await clock.advance(1000);
    const soon = clock.now() + HOUR;
    await change(
      jar("phone", "films"),
      set("a", "1"),
      set("b", "1", { expiresAt: soon }),
      set("c", "1", { expiresAt: soon + 1 }),
    );
    const at = (ms: number) => new Date(ms).toISOString();
    expect(await listed("phone")).toEqual({
      sessions: [
        { appId: "films", cookieCount: 3, lastUpdated: at(clock.now()), expiresAt: at(soon) },
        { appId: "notes", cookieCount: 1, lastUpdated: at(begun) },
      ],
    });
    expect(Object.fromEntries(await cookies.keptSignIns())).toEqual({ phone: 2 });
    expect((await cookies.keptSignIns("tablet")).get("tablet")).toBeUndefined();
    await cookies.clearApp(call("phone", { appId: "films" }) as never);
    await cookies.clearApp(call("phone", { appId: "never-seen" }) as never);
    expect(await listed("phone")).toMatchObject({ sessions: [{ appId: "notes" }] });
    await cookies.clear(call("tablet") as never);
    expect(await holds(jar("phone", "notes"))).toEqual(["sid=1"]);
    await cookies.clear(call("phone") as never);
    expect(await listed("phone")).toEqual({ sessions: [] });
    expect(forgotten).toEqual([
      { device: "device:phone", app: "films" },
      { device: "device:phone", app: "never-seen" },
      { device: "device:tablet" },
      { device: "device:phone" },
    ]);
  });

  test("what has expired is not told, and is removed within the hour", async () => {
    const storage = await open();
    const { change, jar, set, listed, clock, cookies } = await room(storage);
    const kept = async () => (await storage.db.selectFrom("session_cookies").select("name").execute()).length;
    cookies.start();
    await change(jar("phone", "films"), set("a", "1", { expiresAt: clock.now() + 1000 }), set("b", "1"));
    await clock.advance(1000);
    expect(await listed("phone")).toMatchObject({ sessions: [{ cookieCount: 1 }] });
    expect(await kept()).toBe(2);
    await clock.advance(HOUR);
    await expect.poll(kept).toBe(1);
    await cookies.stop();
  });

  test("a device has a limit over all apps: the oldest cookies go, and edges hear of these jars, too", async () => {
    const { change, jar, set, others, holds, listed, clock, bus, cookies, forgotten, makeApp } = await room(
      await open(),
    );
    cookies.start();
    await change(jar("phone", "notes"), set("oldest", "1"), set("older", "1"));
    await clock.advance(1000);
    for (let app = 0; app < MAX_COOKIES_OF_DEVICE / 50; app++) {
      const id = `app-${app}`;
      await makeApp(id);
      await change(jar("phone", id), ...Array.from({ length: 50 }, (_, n) => set(`c${n}`, "1")));
    }
    expect(await holds(jar("phone", "notes"))).toEqual([]);
    expect(others.at(-1)).toMatchObject({ jar: { app: "notes" }, cookies: [] });
    const { sessions } = (await listed("phone")) as { sessions: { cookieCount: number }[] };
    expect(sessions.reduce((sum, { cookieCount }) => sum + cookieCount, 0)).toBe(MAX_COOKIES_OF_DEVICE);
    bus.emit("app_removed", { appId: "app-0" });
    expect(forgotten).toEqual([{ app: "app-0" }]);
    await cookies.stop();
  });
});
