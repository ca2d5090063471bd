import { expect, test } from "vitest";
import { createBus } from "../../../kit/bus.ts";
import { createLogger } from "../../../kit/log.ts";
import { createVirtualClock } from "../../../kit/virtual-clock.ts";
import type { Principal } from "../../../wire/principal.ts";
import type { Storage } from "../../storage/storage.ts";
import { eachStorage } from "../../storage/test-storages.ts";
import { createAudiences } from "../audience.ts";
import type { Topics } from "../topics.ts";
import { type ActivityEntry, createActivity } from "./activity.ts";
import { createNotices } from "./notices.ts";

const log = createLogger("test", "silent");
const facts = { id: "r", address: "192.168.1.2", local: false, secure: true, listener: "api" } as const;
const ALL = ["read:*"];
const UP = { proxyPath: "/", status: "healthy", message: "" } as const;

/** Accounts of these names; answers their numbers. */
async function addPeople(storage: Storage, now: number, ...names: string[]): Promise<number[]> {
  const row = { role: "admin", password_hash: "", generation: 1, is_active: 1, created_at: now, last_login: null };
  const rows = await storage.write((tx) =>
    tx
      .insertInto("users")
      .values(names.map((username) => ({ ...row, username })))
      .returning("id")
      .execute(),
  );
  return rows.map(({ id }) => id);
}

function open(storage: Storage, keep = 1000, sensitive: ReadonlySet<string> = new Set()) {
  const clock = createVirtualClock();
  const bus = createBus<Topics>((error) => {
    throw error;
  });
  const activity = createActivity({
    storage,
    bus,
    audiences: createAudiences(() => sensitive),
    clock,
    log,
    keepEntries: () => keep,
  });
  activity.start();
  const ask = async (
    scopes: string[],
    query: { limit?: number; offset?: number; type?: string } = {},
    id = "user:1",
    named = scopes,
  ) => {
    const kind = id.split(":")[0] as Principal["kind"];
    const caller = { principal: { kind, id, name: "x", scopes, named }, facts };
    const call = {
      query: { limit: undefined, offset: undefined, type: undefined, ...query },
      params: undefined,
      body: undefined,
    };
    return (await activity.recent({ ...call, caller, header: () => undefined })).body;
  };
  const list = async (...args: Parameters<typeof ask>) => (await ask(...args)) as ActivityEntry[];
  const down = (appId: string) =>
    bus.emit("health_change", {
      appId,
      appName: appId,
      proxyPath: `/apps/${appId}/`,
      status: "unhealthy",
      message: "",
    });
  return { clock, bus, activity, ask, list, down };
}

eachStorage((_, openStorage) => {
  test("what happens becomes entries with the types, icons and ids that clients know, the newest first", async () => {
    const { bus, clock, list, down } = open(await openStorage());
    bus.emit("device_paired", { deviceId: "pixel-7f3a", deviceName: "Pixel", platform: "android" });
    await clock.advance(1000);
    bus.emit("device_revoked", { deviceId: "pixel-7f3a", deviceName: "Pixel" });
    bus.emit("proposal_dismissed", { proposalId: "docker:1" });
    bus.emit("job_changed", {
      id: "j",
      kind: "x",
      title: "Backup",
      status: "running",
      cancellable: false,
      createdAt: "",
    });
    down("grafana");
    const risk = { summary: "Port 80 is open", bindings: [], recommendations: ["Close it."], timestamp: 0 };
    for (const riskLevel of ["warning", "critical"] as const)
      bus.emit("port_exposure_warning", { appId: "notes", appName: "Notes", riskLevel, ...risk });
    const entries = await list(ALL);
    expect(entries[0]).toMatchObject({ details: "Port 80 is open.\nClose it.", appId: "notes" });
    expect(entries.map(({ type, icon, iconClass }) => [type, icon, iconClass])).toEqual([
      ["security_warning", "AlertOctagon", "error"],
      ["security_warning", "AlertTriangle", "warning"],
      ["health_change", "AlertTriangle", "danger"],
      ["proposal_dismissed", "X", ""],
      ["device_revoked", "XCircle", ""],
      ["device_paired", "Smartphone", "success"],
    ]);
    expect(entries[5]).toMatchObject({
      id: expect.stringMatching(/^device_paired_pixel-7f3a_/),
      message: "Pixel was paired",
      timestamp: Date.UTC(2026, 0, 1),
    });
  });

  test("an array without parameters, a page with either of them; the second pairing of a device has its own id", async () => {
    const { bus, ask, list } = open(await openStorage());
    for (let i = 0; i < 60; i++) bus.emit("device_paired", { deviceId: "a", deviceName: `A${i}`, platform: "ios" });
    const all = await list(ALL);
    expect(new Set(all.map(({ id }) => id)).size).toBe(50);
    expect(await ask(ALL, { limit: 2, offset: 1 })).toEqual({
      activities: all.slice(1, 3),
      total: 60,
      limit: 2,
      offset: 1,
    });
    expect(await ask(ALL, { limit: 0 })).toEqual({ activities: [], total: 60, limit: 0, offset: 0 });
    bus.emit("config_reload", { message: "read again" });
    expect(await ask(ALL, { limit: 1, type: "config_reload,job_failed" })).toMatchObject({
      activities: [{ message: "read again" }],
      total: 1,
    });
    expect(await ask(ALL, { offset: 100, type: "device_paired" })).toEqual({
      activities: [],
      total: 60,
      limit: 50,
      offset: 100,
    });
  });

  test("everybody sees what is for them: apps they may open, webhooks, and nothing of the house", async () => {
    const storage = await openStorage();
    const { activity, bus, list, down } = open(storage);
    bus.emit("config_warning", { warning: "disk" });
    down("grafana");
    down("notes");
    expect(await list(ALL)).toHaveLength(3);
    const text = { icon: "Bell", iconClass: "", details: undefined };
    await storage.write(async (tx) => {
      await activity.addWebhook(tx, { ...text, message: "for all", devices: [] });
      await activity.addWebhook(tx, { ...text, message: "for a_b", devices: ["a_b", "c"] });
    });
    const said = async (scopes: string[], id?: string) => (await list(scopes, {}, id)).map(({ message }) => message);
    expect(await said(ALL)).toHaveLength(5);
    expect(await said(["read:events", "access:notes"])).toEqual(["for all", "notes is down"]);
    expect(await said(["read:events", "access:*"], "device:a_b")).toEqual([
      "for a_b",
      "for all",
      "notes is down",
      "grafana is down",
    ]);
    expect(await said(["read:events"], "device:axb")).toEqual(["for all"]);
    // Devices choose their ids: one that only looks like another is not it.
    expect(await said(["read:events"], "device:A_B")).toEqual(["for all"]);
    expect(await said(["read:events"], "user:a_b")).toEqual(["for all"]);
  });

  test("of a sensitive app a device reads only by its name, whether it is one now or was one then", async () => {
    const sensitive = new Set(["vault"]);
    const { ask, down } = open(await openStorage(), 1000, sensitive);
    const said = async (scopes: string[], id: string, named?: string[]) => {
      const { activities, total } = (await ask(scopes, { limit: 10 }, id, named)) as {
        activities: ActivityEntry[];
        total: number;
      };
      expect(total).toBe(activities.length);
      return activities.map(({ message }) => message);
    };
    down("vault");
    down("notes");
    expect(await said(["access:*"], "device:a")).toEqual(["notes is down"]);
    expect(await said(["access:notes", "access:vault"], "device:a", ["access:*"])).toEqual(["notes is down"]);
    expect(await said(["access:*"], "user:1")).toEqual(["notes is down", "vault is down"]);
    sensitive.clear();
    sensitive.add("notes");
    down("vault");
    expect(await said(["access:*"], "device:a")).toEqual(["vault is down"]);
    expect(await said(["access:*", "access:notes"], "device:a")).toEqual(["vault is down", "notes is down"]);
    expect(await said(["read:*"], "device:a")).toHaveLength(3);
  });

  test("what needs attention is read by each person for all their browsers, and by nobody for another one", async () => {
    const storage = await openStorage();
    const { activity, bus, clock, down } = open(storage);
    const told: unknown[] = [];
    bus.on("notices-read", (read) => told.push(read));
    down("before");
    await activity.settled();
    await clock.advance(1000);
    const [anna, bo] = await addPeople(storage, clock.now(), "anna", "bo");
    const notices = createNotices({ storage, bus, settled: activity.settled });
    const call = (id: number | undefined, scopes = ALL) => ({
      caller: { principal: { kind: "user" as const, id: `user:${id}`, name: "x", scopes }, facts },
      params: undefined,
      header: () => undefined,
    });
    const list = async (id: number | undefined, scopes?: string[]) => {
      const answer = await notices.list({ ...call(id, scopes), query: { limit: 50, offset: 0 }, body: undefined });
      return answer.body as { notices: (ActivityEntry & { read: boolean })[]; unread: number; total: number };
    };
    const read = async (id: number | undefined, body: { ids: string[]; upTo?: string }) =>
      (await notices.read({ ...call(id), query: undefined, body })).body;
    const seen = async (...args: Parameters<typeof list>) =>
      (await list(...args)).notices.map(({ message, read }) => `${message}${read ? ", read" : ""}`);

    bus.emit("proposal_dismissed", { proposalId: "docker:1" });
    down("grafana");
    bus.emit("health_change", { ...UP, appId: "grafana", appName: "grafana" });
    bus.emit("config_warning", { warning: "disk" });
    down("notes");
    const all = ["notes is down", "A part of the configuration is not in effect", "grafana is down"];
    expect(await seen(anna)).toEqual(all);
    expect(await list(bo, ["read:events", "access:notes"])).toMatchObject({
      notices: [{ message: "notes is down", appId: "notes", read: false }],
      unread: 1,
      total: 1,
    });

    const [notes, config] = (await list(anna)).notices;
    if (!notes || !config) return expect.unreachable();
    expect(await read(anna, { ids: [notes.id, "absent"] })).toEqual({ unread: 2 });
    expect(await read(anna, { ids: [], upTo: "absent" })).toEqual({ unread: 2 });
    expect(await seen(anna)).toEqual([`${all[0]}, read`, ...all.slice(1)]);
    expect(await read(anna, { ids: [notes.id], upTo: config.id })).toEqual({ unread: 0 });
    expect(told.at(-1)).toEqual({ user: `user:${anna}`, ids: [notes.id], upTo: config.id, unread: 0 });
    expect((await list(bo)).unread).toBe(3);
    down("lamp");
    expect(await seen(anna)).toEqual(["lamp is down", ...all.map((text) => `${text}, read`)]);
    expect((await list(anna)).unread).toBe(1);
    // Those who read an entry are forgotten with it.
    await storage.write((tx) => tx.deleteFrom("activity").execute());
    expect(await storage.db.selectFrom("notices_read").selectAll().execute()).toEqual([]);
  });

  test("as many as the settings say are kept, while it runs and after a restart", async () => {
    const storage = await openStorage();
    const { bus, list, activity } = open(storage, 10);
    for (let i = 0; i < 205; i++) bus.emit("device_paired", { deviceId: "a", deviceName: `A${i}`, platform: "ios" });
    expect(await list(ALL, {})).toHaveLength(15);
    expect(await activity.prune()).toBe(5);
    await activity.stop();
    const messages = (await open(storage).list(ALL)).map(({ message }) => message);
    expect([messages.length, messages[0], messages[9]]).toEqual([10, "A204 was paired", "A195 was paired"]);
  });
});
