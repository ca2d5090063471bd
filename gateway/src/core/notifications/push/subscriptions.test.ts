import { push as contract, notificationRules } from "@nekzus/contract";
import { expect, test } from "vitest";
import type { Storage } from "../../storage/storage.ts";
import { eachStorage } from "../../storage/test-storages.ts";
import { openRoom, type RoomOptions } from "../test-room.ts";
import { startPushService } from "./test-browsers.ts";

const MINUTE = 60_000;
const SCOPES = ["read:events", "access:*"];
const PEOPLE = { anna: SCOPES, ben: SCOPES };
const ANNA = { kind: "user" as const, id: "user:1", name: "anna", scopes: SCOPES };
const BEN = { ...ANNA, id: "user:2", name: "ben" };

/** A room, and a push service with which browsers subscribe. */
async function start(storage: Storage, push: Awaited<ReturnType<typeof startPushService>>, options: RoomOptions = {}) {
  const room = await openRoom(storage, { people: PEOPLE, outbound: push.outbound, ...options });
  const { call, bus, settle } = room;
  const list = async (who: typeof ANNA, sessionId?: string) =>
    (await call(contract.pushState, {}, who, sessionId)).subscriptions.map(({ id, current }) => ({ id, current }));
  return {
    ...room,
    subscribe: (browser: string, who: typeof ANNA, sessionId: string) =>
      call(contract.pushSubscribe, { body: push.subscription(browser) }, who, sessionId),
    list,
    count: async (who: typeof ANNA) => (await list(who)).length,
    async signOut(...ids: string[]) {
      bus.emit("credentials-revoked", { ids });
      await settle();
    },
    down: (appId: string) =>
      bus.emit("health_change", { appId, appName: appId, proxyPath: "/", status: "unhealthy", message: "" }),
  };
}

eachStorage((_, open) => {
  test("a browser that registers again in a newer session belongs to that one, and ends with it", async () => {
    const push = await startPushService();
    const { room, subscribe, list, count, signOut } = await start(await open(), push);
    const { id } = await subscribe("laptop", ANNA, "ses_old");
    expect(await list(ANNA, "ses_old")).toEqual([{ id, current: true }]);
    expect(await list(ANNA, "ses_new")).toEqual([{ id, current: false }]);
    expect(await subscribe("laptop", ANNA, "ses_new")).toMatchObject({ id, current: true });
    await signOut("ses_old");
    expect(await count(ANNA)).toBe(1);
    await signOut("ses_new");
    expect(await count(ANNA)).toBe(0);
    await room.stop();
    await push.service.close();
  });

  test("who takes a browser over gets nothing that waits for the former, and the former gets nothing there any more", async () => {
    const push = await startPushService();
    const { room, call, subscribe, count, down, advance } = await start(await open(), push);
    const [rule] = await call(notificationRules.rulesList);
    if (!rule) throw new Error("there is no first rule");
    const { id: ruleId, createdAt: _created, updatedAt: _updated, ...body } = rule;
    await call(notificationRules.rulePut, { params: { ruleId }, body: { ...body, users: ["anna"] } });
    await subscribe("tablet", ANNA, "ses_anna");
    await push.service.become("busy");
    down("grafana");
    await advance(MINUTE);
    await subscribe("tablet", BEN, "ses_ben");
    expect([await count(ANNA), await count(BEN)]).toEqual([0, 1]);
    await push.service.become("takes");
    down("vault");
    await advance(10 * MINUTE);
    expect(push.told()).toEqual([]);
    await room.stop();
    await push.service.close();
  });

  test("signed out of all browsers but this one, also those get nothing whose session was over by then", async () => {
    const push = await startPushService();
    const { room, bus, settle, subscribe, list, count } = await start(await open(), push);
    const here = await subscribe("here", ANNA, "ses_here");
    await subscribe("lost", ANNA, "ses_over_long_ago");
    await subscribe("bens", BEN, "ses_ben");
    bus.emit("browsers-signed-out", { userId: 1, keep: "ses_here" });
    await settle();
    expect(await list(ANNA, "ses_here")).toEqual([{ id: here.id, current: true }]);
    bus.emit("browsers-signed-out", { userId: 1 });
    await settle();
    expect([await count(ANNA), await count(BEN)]).toEqual([0, 1]);
    await room.stop();
    await push.service.close();
  });

  test("a browser that was signed out while no gateway ran, or right before it was killed, gets nothing after the start", async () => {
    const push = await startPushService();
    const storage = await open();
    const one = await start(storage, push);
    await one.subscribe("lost", ANNA, "ses_lost");
    const kept = await one.subscribe("kept", ANNA, "ses_kept");
    await one.room.stop();
    const two = await start(storage, push, { revoked: ["ses_lost"] });
    expect(await two.list(ANNA)).toMatchObject([{ id: kept.id }]);
    await two.room.stop();
    await push.service.close();
  });
});
