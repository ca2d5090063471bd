import { push as contract, notifications } from "@nekzus/contract";
import { expect, test } from "vitest";
import { eachStorage } from "../../storage/test-storages.ts";
import { openRoom } from "../test-room.ts";
import { startPushService } from "./test-browsers.ts";

const MINUTE = 60_000;

eachStorage((_, openStorage) => {
  test("a browser is not told what its person may no longer see: neither what waits for it nor what happens then", async () => {
    const people: Record<string, string[]> = { anna: ["read:events", "access:*"], ben: ["read:events", "access:*"] };
    const { service, outbound, subscription, told } = await startPushService();
    const { room, bus, call, advance } = await openRoom(await openStorage(), { people, outbound });
    for (const [at, name] of Object.keys(people).entries()) {
      const person = { kind: "user" as const, id: `user:${at + 1}`, name, scopes: people[name] ?? [] };
      await call(contract.pushSubscribe, { body: subscription(name) }, person);
    }
    const down = (appId: string) =>
      bus.emit("health_change", { appId, appName: appId, proxyPath: "/", status: "unhealthy", message: "" });

    down("grafana");
    await advance(MINUTE);
    expect(told()).toEqual(["anna", "ben"]);

    // The push service takes nothing while the rights change, so that both messages wait.
    await service.become("busy");
    down("vault");
    await advance(MINUTE);
    people.ben = ["read:events", "access:notes"];
    await service.become("takes");
    await advance(5 * MINUTE);
    expect(told()).toEqual(["anna"]);
    const { notifications: given } = await call(notifications.notificationsList, {
      query: { status: "failed", device_id: undefined, type: undefined, channel: undefined, limit: 50, offset: 0 },
    });
    expect(given).toMatchObject([{ title: "vault is down", errorMessage: expect.stringContaining("no longer see") }]);

    down("photos");
    await advance(MINUTE);
    expect(told()).toEqual(["anna"]);
    down("notes");
    await advance(MINUTE);
    expect(told()).toEqual(["anna", "ben"]);
    await room.stop();
    await service.close();
  });
});
