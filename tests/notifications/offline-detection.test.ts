// A phone that goes away, and comes back, for those who want to know: `notifications.offline_detection`.
import { beforeAll, expect, test, vi } from "vitest";
import { enterSocket } from "../harness/event-socket.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { pairPhone, phoneToken } from "../harness/phone.ts";

vi.setConfig({ testTimeout: 60_000 });

let gateway: Gateway;

beforeAll(async () => {
  const offline_detection = { enabled: true, check_interval: "1s", offline_threshold: "3s" };
  gateway = await startGateway({ config: { notifications: { offline_detection } } });
});

test("a device that is not seen for the time that is set is offline: told to watchers, and by a rule", async () => {
  const watcher = await enterSocket(gateway, { token: await gateway.signIn() });
  const mine = await enterSocket(gateway, { token: await phoneToken(gateway, "mine", ["read:*"]) });
  const events = ["device_offline", "device_online"];
  const rule = { name: "Away", events, channels: ["devices"], devices: ["mine"], delaySeconds: 0 };
  expect((await gateway.admin("POST", "/api/v1/notifications/rules", rule)).status).toBe(201);

  // This one never opens the event socket: it is there as long as it asks for something.
  const headers = await pairPhone(gateway, "hall");
  const ask = () => gateway.api("GET", "/api/v1/devices/hall", { headers });
  expect((await ask()).json).toMatchObject({ status: "online" });
  const isHall = ({ data }: { data: Record<string, unknown> }) => data.deviceId === "hall";
  const { data } = await watcher.next("device_offline", isHall);
  expect(data).toMatchObject({ deviceId: "hall", deviceName: expect.any(String) });
  expect((await watcher.next("device_status", isHall)).data).toEqual({ deviceId: "hall", status: "offline" });
  const told = await mine.next("notification", ({ data: { event } }) => event === "device_offline");
  expect(told.data).toMatchObject({
    deviceId: "hall",
    severity: "warning",
    title: expect.stringContaining("went away"),
  });
  expect((await gateway.admin("GET", "/api/v1/devices/hall")).json).toMatchObject({ status: "offline" });

  await ask();
  await watcher.next("device_online", isHall);
  await watcher.next("device_status", (message) => isHall(message) && message.data.status === "online");
  await mine.next("notification", ({ data: { event } }) => event === "device_online");
  // Who is connected is there, however silent.
  expect(watcher.messages.filter(({ type, data }) => type === "device_offline" && data.deviceId === "mine")).toEqual(
    [],
  );
});
