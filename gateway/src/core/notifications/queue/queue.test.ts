import { notifications as contract, webhooks } from "@nekzus/contract";
import { expect, test } from "vitest";
import { eachStorage } from "../../storage/test-storages.ts";
import { openRoom } from "../test-room.ts";
import { backoff } from "./kinds.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const LIST = { device_id: undefined, type: undefined, channel: undefined, status: undefined, limit: 50, offset: 0 };

type Room = Awaited<ReturnType<typeof openRoom>>;

const notify = (room: Room, ...deviceIds: string[]) =>
  room.call(webhooks.webhookNotify, { body: { type: "hello", data: { title: "Hello" }, deviceIds } });
const list = async (room: Room) =>
  (await room.call(contract.notificationsList, { query: LIST })).notifications.map(
    ({ id, deviceId, status, retryCount, errorMessage }) => ({ id, deviceId, status, retryCount, errorMessage }),
  );
const first = async (room: Room) => (await list(room))[0];

test("waits double up to an hour", () => {
  expect([0, 1, 2, 10].map((attempt) => backoff(30_000, attempt))).toEqual([30_000, 60_000, 120_000, 3_600_000]);
  expect(backoff(2 * 3_600_000, 3)).toBe(2 * 3_600_000);
});

eachStorage((_, open, openBeside) => {
  test("a device that is away gets its messages in order when it connects; each counts as delivered when confirmed", async () => {
    const room = await openRoom(await open());
    const { phones, settle } = room;
    for (let i = 0; i < 3; i++) await notify(room, "phone");
    await settle();
    expect(phones.got).toEqual([]);
    expect(await first(room)).toMatchObject({ status: "pending", retryCount: 0 });
    phones.connect("phone");
    await settle();
    const listed = (await room.call(contract.notificationsList, { query: LIST })).notifications;
    expect(phones.ids("phone")).toEqual(listed.map((one) => one.notificationId).reverse());
    expect(phones.got[0]?.message).toMatchObject({ type: "webhook", data: { type: "hello", deviceIds: ["phone"] } });
    expect(new Set(listed.map(({ status }) => status))).toEqual(new Set(["pending"]));
    phones.ack("phone", phones.ids("phone")[0]);
    await settle();
    expect((await list(room)).map(({ status }) => status)).toEqual(["pending", "pending", "delivered"]);
    expect(room.counts).toMatchObject({ enqueued: 3, delivered: 1 });
    await room.room.stop();
  });

  test("nobody confirms what is for another", async () => {
    const room = await openRoom(await open());
    const { phones, settle } = room;
    phones.connect("phone");
    phones.connect("tablet");
    await notify(room, "phone");
    await settle();
    phones.ack("tablet", phones.ids("phone")[0]);
    phones.ack("phone", "made-up");
    await settle();
    expect(await first(room)).toMatchObject({ deviceId: "phone", status: "pending" });
    await room.room.stop();
  });

  test("what is not confirmed is sent again with the same id and growing waits, then given up, then tried on connect", async () => {
    const room = await openRoom(await open());
    const { phones, settle, clock, advance } = room;
    phones.connect("phone");
    await notify(room, "phone");
    await settle();
    const times = [0];
    const begun = clock.now();
    for (let seconds = 0; seconds < 960; seconds += 30) {
      const before = phones.got.length;
      await advance(30_000);
      if (phones.got.length > before) times.push((clock.now() - begun) / 1000);
    }
    // 30 s, then 60, 120, 240 and 480 after the one before.
    expect(times).toEqual([0, 30, 90, 210, 450, 930]);
    expect(new Set(phones.ids("phone")).size).toBe(1);
    await clock.advance(16 * MINUTE);
    await settle();
    expect(await first(room)).toMatchObject({
      status: "failed",
      retryCount: 5,
      errorMessage: "The device did not confirm it.",
    });
    phones.disconnect("phone");
    phones.connect("phone");
    await settle();
    expect([phones.got.length, await first(room)]).toMatchObject([7, { status: "pending", retryCount: 0 }]);
    phones.ack("phone", phones.ids("phone")[0]);
    await settle();
    await clock.advance(DAY);
    await settle();
    expect([phones.got.length, await first(room)]).toMatchObject([7, { status: "delivered" }]);
    await room.room.stop();
  });

  test("a device that comes back after the last try gets it on its new connection", async () => {
    const room = await openRoom(await open());
    const { phones, settle, advance } = room;
    phones.connect("phone");
    await notify(room, "phone");
    await settle();
    await advance(16 * MINUTE);
    const before = phones.got.length;
    expect(await first(room)).toMatchObject({ status: "pending", retryCount: 5 });
    phones.disconnect("phone");
    phones.connect("phone");
    await settle();
    expect(phones.got).toHaveLength(before + 1);
    expect(await first(room)).toMatchObject({ status: "pending" });
    await room.room.stop();
  });

  test("a second connection gets nothing twice that the first may still confirm", async () => {
    const room = await openRoom(await open());
    const { phones, settle } = room;
    phones.connect("phone");
    await notify(room, "phone");
    await settle();
    phones.connect("phone");
    await settle();
    expect(phones.got).toHaveLength(1);
    phones.disconnect("phone");
    phones.connect("phone");
    await settle();
    expect(phones.got).toHaveLength(2);
    await room.room.stop();
  });

  test("a connection that takes nothing is tried again soon, in order, and that is no failure", async () => {
    const room = await openRoom(await open());
    const { phones, settle, advance } = room;
    phones.full("phone", true);
    await notify(room, "phone");
    await notify(room, "phone");
    await settle();
    await advance(5000);
    expect(phones.got).toEqual([]);
    phones.full("phone", false);
    await advance(1000);
    expect(phones.ids("phone")).toHaveLength(2);
    expect(await first(room)).toMatchObject({ retryCount: 0, status: "pending" });
    await room.room.stop();
  });

  test("when the clock is set back, what waits for its next attempt does not wait for that time to come again", async () => {
    const room = await openRoom(await open());
    const { phones, settle, clock, advance } = room;
    phones.connect("phone");
    await notify(room, "phone");
    await settle();
    clock.set(-DAY);
    await advance(MINUTE);
    expect(phones.got.length).toBeGreaterThan(1);
    // From then on at the usual pace.
    const before = phones.got.length;
    await advance(30 * MINUTE);
    expect(phones.got.length - before).toBeLessThan(5);
    await room.room.stop();
  });

  test("what is over is swept, and cannot be sent again", async () => {
    const room = await openRoom(await open());
    const { phones, settle, clock, call } = room;
    await notify(room, "phone");
    // Not minute by minute: the queue is looked at all the time.
    clock.set(30 * DAY);
    await clock.advance(MINUTE);
    await settle();
    const { id } = (await first(room)) ?? { id: 0 };
    expect(await first(room)).toMatchObject({ status: "expired" });
    expect(room.counts).toMatchObject({ expired: 1 });
    phones.connect("phone");
    await settle();
    expect(phones.got).toEqual([]);
    await expect(call(contract.notificationRetry, { params: { notificationId: id } })).rejects.toMatchObject({
      code: "EXPIRED",
    });
    expect(await room.room.prune.messages()).toBe(0);
    clock.set(31 * DAY);
    expect(await room.room.prune.messages()).toBe(1);
    await room.room.stop();
  });

  test("beyond the most that may wait for a device the oldest are given up, and stay so", async () => {
    const queue = { worker_count: 4, buffer_size: 2, retry_interval: 30_000, max_retries: 3 };
    const room = await openRoom(await open(), { settings: { queue } });
    for (let i = 0; i < 3; i++) await notify(room, "phone");
    expect((await list(room)).map(({ status }) => status)).toEqual(["pending", "pending", "dismissed"]);
    room.phones.connect("phone");
    await room.settle();
    expect(room.phones.got).toHaveLength(2);
    await room.room.stop();
  });

  test("of two gateways on one database each sends to its own devices, and a killed one's messages go out later", async () => {
    const storage = await open();
    const one = await openRoom(storage);
    const two = await openRoom(await openBeside(), { clock: one.clock });
    one.phones.connect("phone");
    two.phones.connect("tablet");
    for (let i = 0; i < 20; i++) await notify(one, "phone", "tablet");
    await one.advance(15_000);
    await two.settle();
    const [ours, theirs] = [one.phones.ids("phone"), two.phones.ids("tablet")];
    expect([ours.length, theirs.length, new Set([...ours, ...theirs]).size]).toEqual([20, 20, 40]);
    expect([one.phones.ids("tablet"), two.phones.ids("phone")]).toEqual([[], []]);
    await one.room.stop();
    await two.room.stop();
  });

  test("switched off, messages wait; switched on, they go out", async () => {
    const room = await openRoom(await open(), { settings: { enabled: false } });
    room.phones.connect("phone");
    await notify(room, "phone");
    await room.settle();
    expect(room.phones.got).toEqual([]);
    expect(await room.call(contract.notificationsStats)).toMatchObject({ totalPending: 1, enabled: false });
    const { id } = (await first(room)) ?? { id: 0 };
    const retried = await room.call(contract.notificationRetry, { params: { notificationId: id } });
    expect(retried).toMatchObject({ status: "queued", id });
    room.settings.enabled = true;
    room.bus.emit("config-changed", { keys: ["notifications.enabled"] });
    await room.settle();
    expect(room.phones.got).toHaveLength(1);
    await room.room.stop();
  });

  test("people see, retry and give up messages, as the endpoints say", async () => {
    const room = await openRoom(await open());
    const { call, phones, settle, clock } = room;
    await notify(room, "phone");
    await notify(room, "tablet", "absent");
    await settle();
    const [tablet, phone] = await list(room);
    const at = (notificationId = 0) => ({ params: { notificationId } });
    expect(await call(contract.notificationGet, at(phone?.id))).toMatchObject({
      deviceId: "phone",
      deviceName: "The phone",
      title: "Hello",
      isStale: false,
      payload: { type: "hello", data: { title: "Hello" } },
    });
    expect(await call(contract.notificationRetry, at(phone?.id))).toMatchObject({ status: "offline" });
    phones.connect("phone");
    await settle();
    expect(await call(contract.notificationRetry, at(phone?.id))).toMatchObject({ status: "sent" });
    expect(new Set(phones.ids("phone")).size).toBe(1);
    phones.ack("phone", phones.ids("phone")[0]);
    await settle();
    await expect(call(contract.notificationRetry, at(phone?.id))).rejects.toMatchObject({ code: "NOT_FOUND" });
    const ids = [phone?.id ?? 0, tablet?.id ?? 0, 999];
    expect(await call(contract.notificationsRetry, { body: { ids } })).toMatchObject({ status: "queued", count: 1 });
    await clock.advance(25 * 60 * MINUTE);
    expect(await call(contract.notificationsStats)).toEqual({
      totalPending: 1,
      totalDelivered: 1,
      totalFailed: 0,
      staleCount: 1,
      enabled: true,
    });
    expect(await call(contract.notificationsStale)).toMatchObject({
      staleThresholdHours: 24,
      devices: [
        {
          deviceId: "tablet",
          deviceName: "The tablet",
          count: 1,
          pendingCount: 1,
          types: ["webhook.notify"],
          totalRetries: 0,
        },
      ],
    });
    expect(await call(contract.notificationDismiss, at(tablet?.id))).toMatchObject({
      status: "dismissed",
      id: tablet?.id,
    });
    await expect(call(contract.notificationDismiss, at(tablet?.id))).rejects.toMatchObject({ code: "NOT_FOUND" });
    const dismissed = await call(contract.notificationsDismissDevice, { params: { deviceId: "tablet" } });
    expect(dismissed).toMatchObject({ status: "dismissed", deviceId: "tablet", count: 0 });
    expect(await call(contract.notificationsClear)).toMatchObject({ status: "cleared", count: 1 });
    await room.room.stop();
  });

  test("a device that is removed takes its messages along", async () => {
    const storage = await open();
    const room = await openRoom(storage);
    await notify(room, "phone", "tablet");
    await storage.write((tx) => tx.deleteFrom("devices").where("id", "=", "phone").execute());
    expect((await list(room)).map(({ deviceId }) => deviceId)).toEqual(["tablet"]);
    await room.room.stop();
  });
});
