import { notificationRules, notifications, webhooks } from "@nekzus/contract";
import { expect, test } from "vitest";
import type { Storage } from "../../storage/storage.ts";
import { eachStorage } from "../../storage/test-storages.ts";
import { openRoom, type RoomOptions } from "../test-room.ts";
import { appDown } from "./occurrences.ts";
import type { RuleBody } from "./store.ts";

const MINUTE = 60_000;
const RULE: RuleBody = {
  name: "All",
  enabled: true,
  events: ["app_down"],
  minSeverity: "info",
  apps: [],
  channels: ["devices"],
  devices: [],
  users: [],
  delaySeconds: 30,
  settleSeconds: 120,
  quietHours: null,
};

/** A room with this rule in place of the first one, and the phone connected. */
async function start(storage: Storage, rule: Partial<RuleBody> | undefined, options: RoomOptions = {}) {
  const room = await openRoom(storage, options);
  const { call, bus, phones } = room;
  if (rule) {
    await call(notificationRules.ruleDelete, { params: { ruleId: "apps-down" } });
    await call(notificationRules.ruleCreate, { body: { ...RULE, ...rule } });
  }
  phones.connect("phone");
  const health = (appId: string, status: "healthy" | "unhealthy" | "degraded") =>
    bus.emit("health_change", { appId, appName: appId, proxyPath: `/apps/${appId}/`, status, message: "HTTP 502" });
  const after = async (ms: number) => {
    await room.advance(ms);
    return phones.texts("phone");
  };
  return { ...room, after, down: (id: string) => health(id, "unhealthy"), up: (id: string) => health(id, "healthy") };
}

eachStorage((_, open, openBeside) => {
  test("without any configuration: an app that is down is told once, and once that it is back", async () => {
    const { room, phones, after, down, up } = await start(await open(), undefined);
    down("grafana");
    expect(await after(25_000)).toEqual([]);
    expect(await after(10_000)).toEqual(["grafana is down"]);
    expect(phones.got[0]?.message).toMatchObject({
      type: "health_alert",
      data: {
        title: "grafana is down",
        body: "HTTP 502",
        appId: "grafana",
        appName: "grafana",
        proxyPath: "/apps/grafana/",
        status: "unhealthy",
        timestamp: expect.any(Number),
      },
    });
    phones.ack("phone", phones.ids("phone")[0]);
    await after(3 * MINUTE);
    up("grafana");
    expect(await after(115_000)).toHaveLength(1);
    expect(await after(10_000)).toEqual(["grafana is down", "grafana is back"]);
    expect(phones.got[1]?.message).toMatchObject({ data: { status: "healthy", body: "It was down for 4 minutes." } });
    phones.ack("phone", phones.ids("phone")[1]);
    expect(await after(3 * MINUTE)).toHaveLength(2);
    await room.stop();
  });

  test("what passes within the delay is told to nobody", async () => {
    const { room, after, down, up } = await start(await open(), {});
    for (let i = 0; i < 3; i++) {
      down("grafana");
      await after(20_000);
      up("grafana");
      expect(await after(MINUTE)).toEqual([]);
    }
    await room.stop();
  });

  test("when the clock is set back, an outage is told all the same, and its end", async () => {
    const { room, phones, clock, after, down, up } = await start(await open(), {});
    down("grafana");
    await after(10_000);
    clock.set(-24 * 60 * MINUTE);
    expect(await after(2 * MINUTE)).toEqual(["grafana is down"]);
    phones.ack("phone", phones.ids("phone")[0]);
    up("grafana");
    await after(10_000);
    clock.set(-24 * 60 * MINUTE);
    expect(await after(3 * MINUTE)).toEqual(["grafana is down", "grafana is back"]);
    await room.stop();
  });

  test("an app that goes up and down is one outage", async () => {
    const { room, after, down, up } = await start(await open(), {});
    down("grafana");
    await after(35_000);
    for (let i = 0; i < 4; i++) {
      up("grafana");
      await after(60_000);
      down("grafana");
      await after(60_000);
    }
    up("grafana");
    const titles = await after(125_000);
    expect(titles).toEqual(["grafana is down", "grafana is back"]);
    await room.stop();
  });

  test("an outage of many apps is one message, and each person reads of the apps they may open", async () => {
    const people = { anna: ["read:*"], ben: ["read:events", "access:notes"] };
    const { room, phones, after, down, up } = await start(await open(), {}, { people });
    phones.connect("tablet");
    for (const app of ["grafana", "notes", "photos"]) {
      down(app);
      await after(5000);
    }
    expect(await after(20_000)).toEqual(["3 apps are down"]);
    expect(phones.got[0]?.message.data).toMatchObject({
      body: "grafana: HTTP 502\nnotes: HTTP 502\nphotos: HTTP 502",
      appId: "grafana",
      apps: [{ appId: "grafana" }, { appId: "notes" }, { appId: "photos" }],
    });
    expect(phones.texts("tablet")).toEqual(["notes is down"]);
    for (const to of ["phone", "tablet"]) phones.ack(to, phones.ids(to)[0]);
    for (const app of ["grafana", "notes", "photos"]) up(app);
    expect(await after(125_000)).toEqual(["3 apps are down", "3 apps are back"]);
    expect(phones.texts("tablet")).toEqual(["notes is down", "notes is back"]);
    await room.stop();
  });

  test("of a sensitive app devices are told only by its name, people in any case, and the same when it is gone", async () => {
    const people = { anna: ["read:events", "access:*"], ben: ["read:events", "access:*", "access:vault"] };
    const sensitive = new Set(["vault"]);
    const { room, phones, after, down, up } = await start(await open(), {}, { people, sensitive });
    phones.connect("tablet");
    down("vault");
    down("notes");
    expect(await after(35_000)).toEqual(["notes is down"]);
    expect(phones.texts("tablet")).toEqual(["2 apps are down"]);
    sensitive.clear();
    up("vault");
    up("notes");
    expect(await after(125_000)).toEqual(["notes is down", "notes is back"]);
    expect(phones.texts("tablet")).toEqual(["2 apps are down", "2 apps are back"]);
    await room.stop();
  });

  test("what waits for a device is not sent when it may no longer see what it is about", async () => {
    const people: Record<string, string[]> = { anna: ["read:events", "access:*"] };
    const sensitive = new Set<string>();
    const { room, phones, after, down, call } = await start(await open(), {}, { people, sensitive });
    down("vault");
    await after(35_000);
    phones.connect("tablet");
    expect(await after(1_000)).toEqual(["vault is down"]);
    expect(phones.texts("tablet")).toEqual(["vault is down"]);
    phones.disconnect("phone");
    phones.disconnect("tablet");
    down("photos");
    await after(35_000);
    sensitive.add("photos");
    phones.connect("tablet");
    await after(1_000);
    expect(phones.texts("tablet")).toEqual(["vault is down"]);
    const query = { status: "failed" as const, device_id: "tablet", type: undefined, channel: undefined };
    const { notifications: given } = await call(notifications.notificationsList, {
      query: { ...query, limit: 50, offset: 0 },
    });
    expect(given).toMatchObject([{ title: "photos is down", errorMessage: expect.stringContaining("no longer see") }]);
    await room.stop();
  });

  test("of an outage that waits for a device, what its person may no longer see is left out without a trace", async () => {
    const people: Record<string, string[]> = { anna: ["read:*"], ben: ["read:events", "access:*"] };
    const { room, phones, after, down, call } = await start(await open(), {}, { people });
    for (const app of ["grafana", "photos", "notes"]) {
      down(app);
      await after(5000);
    }
    expect(await after(35_000)).toEqual(["3 apps are down"]);
    const connect = async () => {
      phones.disconnect("tablet");
      phones.connect("tablet");
      await after(1);
      return phones.got.filter(({ to }) => to === "tablet");
    };
    people.ben = ["read:events", "access:photos", "access:notes"];
    const [two] = await connect();
    expect(two?.message).toMatchObject({
      type: "health_alert",
      data: { title: "2 apps are down", appId: "photos", apps: [{ appId: "photos" }, { appId: "notes" }] },
    });
    expect(JSON.stringify(two)).not.toContain("grafana");
    people.ben = ["read:events", "access:notes"];
    const [, one] = await connect();
    expect(one?.message).toMatchObject({
      notificationId: two?.message.notificationId,
      data: { title: "notes is down", body: "HTTP 502", appId: "notes" },
    });
    expect(JSON.stringify(one)).not.toMatch(/grafana|photos/);
    people.ben = ["read:events"];
    expect(await connect()).toHaveLength(2);
    const query = { status: "failed" as const, device_id: "tablet", type: undefined, channel: undefined };
    const { total } = await call(notifications.notificationsList, { query: { ...query, limit: 50, offset: 0 } });
    expect(total).toBe(1);
    await room.stop();
  });

  test("exposed ports are as grave as they say, several of them are one message", async () => {
    const rule = { events: ["port_exposure_warning" as const], minSeverity: "warning" as const };
    const { room, phones, bus, after } = await start(await open(), rule);
    const exposed = (appId: string, riskLevel: "warning" | "critical") =>
      bus.emit("port_exposure_warning", {
        appId,
        appName: appId,
        riskLevel,
        summary: "Port 80 is open",
        bindings: [],
        recommendations: ["Close it."],
        timestamp: 0,
      });
    exposed("notes", "warning");
    expect(await after(MINUTE)).toEqual(["notes can be reached without the gateway's sign-in"]);
    expect(phones.got[0]?.message).toMatchObject({
      type: "port_exposure_warning",
      data: { body: "Port 80 is open.", severity: "warning", appId: "notes", riskLevel: "warning" },
    });
    phones.ack("phone", phones.ids("phone")[0]);
    exposed("notes", "warning");
    exposed("photos", "critical");
    expect((await after(MINUTE)).at(-1)).toBe("2 apps can be reached without the gateway's sign-in");
    const items = ["notes", "photos"].map((appId) => expect.objectContaining({ appId }));
    expect(phones.got.at(-1)?.message).toMatchObject({
      type: "port_exposure_warning",
      // They happened in the same moment: in any order.
      data: { severity: "critical", items: expect.arrayContaining(items) },
    });
    await room.stop();
  });

  test("quiet hours hold back what is not urgent; when they are over one message tells all, also what is over by then", async () => {
    // The clock begins at midnight UTC.
    const quietHours = { from: "23:00", to: "01:20", timeZone: "UTC", urgent: false };
    const events: RuleBody["events"] = ["app_down", "device_paired"];
    const { room, phones, bus, after, down, up } = await start(await open(), { quietHours, events });
    down("grafana");
    down("notes");
    down("photos");
    bus.emit("device_paired", { deviceId: "pixel", deviceName: "Pixel", platform: "android" });
    expect(await after(20_000)).toEqual([]);
    up("photos");
    expect(await after(60 * MINUTE)).toEqual([]);
    for (let i = 0; i < 3; i++) {
      up("notes");
      await after(1 * MINUTE);
      down("notes");
      await after(1 * MINUTE);
    }
    up("notes");
    expect(await after(13 * MINUTE)).toEqual([]);
    expect(await after(MINUTE)).toEqual(["3 messages from the quiet hours"]);
    expect(phones.got.at(-1)?.message).toMatchObject({
      type: "notification",
      data: {
        body: "grafana is down: HTTP 502\nPixel was paired\nnotes was down for 66 minutes",
        severity: "critical",
        event: "summary",
        items: [{ appId: "grafana" }, { appId: "notes" }, { deviceId: "pixel" }],
      },
    });
    phones.ack("phone", phones.ids("phone")[0]);
    up("grafana");
    expect(await after(5 * MINUTE)).toEqual(["3 messages from the quiet hours", "grafana is back"]);
    await room.stop();
  });

  test("what passes within the delay is not told after quiet hours either, though something else was held back then", async () => {
    const quietHours = { from: "23:00", to: "00:20", timeZone: "UTC", urgent: false };
    const { room, after, down, up } = await start(await open(), { quietHours });
    down("grafana");
    await after(28_000);
    down("photos");
    await after(5_000);
    up("photos");
    down("notes");
    await after(MINUTE);
    up("notes");
    expect(await after(20 * MINUTE)).toEqual(["2 messages from the quiet hours"]);
    await room.stop();
  });

  test("one outage that the quiet hours held back is told as what it is by then", async () => {
    const quietHours = { from: "23:00", to: "00:20", timeZone: "UTC", urgent: false };
    const people = { anna: ["read:*"], ben: ["read:events", "access:notes"] };
    const storage = await open();
    const one = await start(storage, { quietHours }, { people });
    one.phones.connect("tablet");
    one.down("grafana");
    one.down("notes");
    await one.after(5 * MINUTE);
    one.up("notes");
    await one.after(MINUTE);
    await one.room.stop();
    const grafana = appDown({ appId: "grafana", appName: "grafana", proxyPath: "/", message: "HTTP 502" });
    const two = await start(storage, undefined, { clock: one.clock, people, down: () => [grafana] });
    two.phones.connect("tablet");
    expect(await two.after(20 * MINUTE)).toEqual(["2 messages from the quiet hours"]);
    expect(two.phones.texts("tablet")).toEqual(["notes was down"]);
    const said = two.phones.got.find(({ to }) => to === "tablet");
    expect(said?.message).toMatchObject({
      type: "health_alert",
      data: { body: "It was down for 5 minutes.", status: "healthy", severity: "info" },
    });
    await two.room.stop();
  });

  test("that something is over waits for the end of quiet hours as well", async () => {
    const quietHours = { from: "00:05", to: "00:20", timeZone: "UTC", urgent: false };
    const { room, phones, after, down, up } = await start(await open(), { quietHours });
    down("grafana");
    await after(MINUTE);
    phones.ack("phone", phones.ids("phone")[0]);
    await after(5 * MINUTE);
    up("grafana");
    expect(await after(13 * MINUTE)).toEqual(["grafana is down"]);
    expect(await after(2 * MINUTE)).toEqual(["grafana is down", "grafana is back"]);
    await room.stop();
  });

  test("urgent messages come through quiet hours when the rule says so", async () => {
    const quietHours = { from: "23:00", to: "00:10", timeZone: "UTC", urgent: true };
    const events: RuleBody["events"] = ["app_down", "job_failed"];
    const { room, phones, bus, after, down } = await start(await open(), { quietHours, events });
    down("grafana");
    bus.emit("job_changed", {
      id: "j",
      kind: "b",
      title: "Backup",
      status: "failed",
      cancellable: false,
      createdAt: "",
    });
    expect(await after(35_000)).toEqual(["grafana is down"]);
    phones.ack("phone", phones.ids("phone")[0]);
    expect(await after(8 * MINUTE)).toEqual(["grafana is down"]);
    expect(await after(2 * MINUTE)).toEqual(["grafana is down", "Backup failed"]);
    await room.stop();
  });

  test("a restart neither forgets an outage nor tells it twice", async () => {
    const storage = await open();
    const one = await start(storage, {});
    one.down("grafana");
    one.down("notes");
    expect(await one.after(35_000)).toEqual(["2 apps are down"]);
    one.phones.ack("phone", one.phones.ids("phone")[0]);
    await one.settle();
    await one.room.stop();
    const grafana = appDown({ appId: "grafana", appName: "grafana", proxyPath: "/", message: "HTTP 502" });
    const photos = appDown({ appId: "photos", appName: "photos", proxyPath: "/", message: "" });
    // While nobody looked notes came back and photos went down.
    const two = await start(storage, undefined, { clock: one.clock, down: () => [grafana, photos] });
    expect(await two.after(35_000)).toEqual(["photos is down"]);
    two.phones.ack("phone", two.phones.ids("phone")[0]);
    expect(await two.after(90_000)).toEqual(["photos is down", "notes is back"]);
    await two.room.stop();
  });

  test("two gateways on one database that see the same tell it once", async () => {
    const storage = await open();
    const one = await start(storage, {});
    const two = await start(await openBeside(), undefined, { clock: one.clock });
    one.down("grafana");
    two.down("grafana");
    await one.after(35_000);
    const all = await one.call(notifications.notificationsList, {
      query: { status: undefined, device_id: "phone", type: undefined, channel: undefined, limit: 50, offset: 0 },
    });
    expect(all.total).toBe(1);
    await one.room.stop();
    await two.room.stop();
  });

  test("a rule is about its events, apps, severities, devices and people, and nothing while it is off", async () => {
    const people = { anna: ["read:*"], ben: ["read:*"] };
    const room = await start(await open(), { apps: ["notes"], users: ["ben"] }, { people });
    const { phones, after, down, bus, call } = room;
    phones.connect("tablet");
    down("grafana");
    down("notes");
    await after(35_000);
    expect([phones.texts("phone"), phones.texts("tablet")]).toEqual([[], ["notes is down"]]);
    const body = {
      ...RULE,
      events: ["webhook" as const],
      minSeverity: "warning" as const,
      delaySeconds: 0,
      devices: ["phone"],
    };
    const { id } = await call(notificationRules.ruleCreate, { body });
    const say = (message: string, iconClass: string) =>
      call(webhooks.webhookActivity, { body: { message, icon: "Bell", iconClass, deviceIds: [] } });
    await say("a backup ended", "success");
    await say("the disk is full", "danger");
    expect(await after(1)).toEqual(["the disk is full"]);
    expect(phones.got.at(-1)?.message).toMatchObject({
      type: "notification",
      data: { event: "webhook", severity: "critical" },
    });
    await call(notificationRules.rulePut, { params: { ruleId: id }, body: { ...body, enabled: false } });
    await say("the disk is still full", "danger");
    bus.emit("device_revoked", { deviceId: "x", deviceName: "X" });
    expect(await after(1)).toEqual(["the disk is full"]);
    await room.room.stop();
  });

  test("an app that is removed is not down any more, and a rule that is removed takes along what it follows", async () => {
    const { room, after, down, bus, call } = await start(await open(), {});
    down("grafana");
    await after(1000);
    bus.emit("app_removed", { appId: "grafana" });
    expect(await after(MINUTE)).toEqual([]);
    down("photos");
    expect(await after(MINUTE)).toEqual(["photos is down"]);
    bus.emit("app_removed", { appId: "photos" });
    expect(await after(5 * MINUTE)).toEqual(["photos is down"]);
    down("notes");
    await after(1000);
    const [rule] = await call(notificationRules.rulesList);
    await call(notificationRules.ruleDelete, { params: { ruleId: rule?.id ?? "" } });
    expect(await after(MINUTE)).toEqual(["photos is down"]);
    await room.stop();
  });

  test("a rule names only channels that there are", async () => {
    const { room, call } = await start(await open(), undefined);
    const made = call(notificationRules.ruleCreate, { body: { ...RULE, channels: ["devices", "absent"] } });
    await expect(made).rejects.toMatchObject({ code: "VALIDATION_FAILED", details: [{ path: "channels.1" }] });
    await room.stop();
  });
});
