import { createECDH, randomBytes } from "node:crypto";
import { push as contract, notifications } from "@nekzus/contract";
import { beforeAll, expect, test } from "vitest";
import { createLogger } from "../../../kit/log.ts";
import { createOutbound } from "../../../kit/outbound.ts";
import { makeAuthority } from "../../../kit/test-authority.ts";
import { eachStorage } from "../../storage/test-storages.ts";
import { startReceiver } from "../channels/test-http.ts";
import { openRoom } from "../test-room.ts";

const log = createLogger("test", "silent");
const MINUTE = 60_000;

let caPem: string;
let served: { key: string; cert: string };
beforeAll(async () => {
  const authority = await makeAuthority("Test");
  caPem = authority.caPem;
  served = await authority.issue("push.test");
});

eachStorage((_, openStorage) => {
  test("a browser is not told what its person may no longer see: neither what waits for it nor what happens then", async () => {
    const people: Record<string, string[]> = { anna: ["read:events", "access:*"], ben: ["read:events", "access:*"] };
    const service = await startReceiver(served);
    const checked = createOutbound({ resolve: async () => ["127.0.0.1"], isOwnListener: () => false, log });
    const outbound = {
      ...checked,
      fetchFrom: (request: Parameters<typeof checked.fetchFrom>[0]) => checked.fetchFrom({ ...request, caPem }),
    };
    const { room, bus, call, advance } = await openRoom(await openStorage(), { people, outbound });
    for (const [at, name] of Object.keys(people).entries()) {
      const browser = createECDH("prime256v1");
      const keys = {
        p256dh: browser.generateKeys("base64url"),
        auth: randomBytes(16).toString("base64url"),
      };
      const endpoint = `https://push.test:${service.port}/${name}`;
      const person = { kind: "user" as const, id: `user:${at + 1}`, name, scopes: people[name] ?? [] };
      await call(contract.pushSubscribe, { body: { endpoint, keys } }, person);
    }
    const down = (appId: string) =>
      bus.emit("health_change", { appId, appName: appId, proxyPath: "/", status: "unhealthy", message: "" });
    const told = () => service.got.splice(0).map(({ path }) => path);

    down("grafana");
    await advance(MINUTE);
    expect(told().sort()).toEqual(["/anna", "/ben"]);

    // The push service takes nothing while the rights change, so that both messages wait.
    await service.become("busy");
    down("vault");
    await advance(MINUTE);
    people.ben = ["read:events", "access:notes"];
    await service.become("takes");
    await advance(5 * MINUTE);
    expect(told()).toEqual(["/anna"]);
    const { notifications: given } = await call(notifications.notificationsList, {
      query: { status: "failed", device_id: undefined, type: undefined, channel: undefined, limit: 50, offset: 0 },
    });
    expect(given).toMatchObject([{ title: "vault is down", errorMessage: expect.stringContaining("no longer see") }]);

    down("photos");
    await advance(MINUTE);
    expect(told()).toEqual(["/anna"]);
    down("notes");
    await advance(MINUTE);
    expect(told().sort()).toEqual(["/anna", "/ben"]);
    await room.stop();
    await service.close();
  });
});
