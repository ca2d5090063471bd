// A container dies at night: the phone hears of it once, and once that it is back, by the rule that every gateway begins with.
import { describe, expect, test, vi } from "vitest";
import { approve, docker, ENGINE, proposed, startContainer, uniqueName } from "../harness/containers.ts";
import { type EventClient, enterSocket } from "../harness/event-socket.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { phoneToken } from "../harness/phone.ts";
import { requires } from "../lab.ts";

vi.setConfig({ testTimeout: 120_000 });

const SOON = { interval: "1s", timeout: "1s", unhealthy_threshold: 1 };

/** The first rule as it is, but that it waits for seconds, and keeps the night quiet: it is night all day. */
async function shorten(gateway: Gateway): Promise<void> {
  const rules = (await gateway.admin("GET", "/api/v1/notifications/rules")).json as Record<string, unknown>[];
  const { id, createdAt: _made, updatedAt: _changed, ...rule } = rules[0] as Record<string, unknown>;
  expect([rules.length, rule.enabled, rule.events]).toEqual([1, true, ["app_down"]]);
  const quietHours = { from: "00:00", to: "23:59", timeZone: "UTC" };
  const body = { ...rule, delaySeconds: 2, settleSeconds: 8, quietHours };
  expect((await gateway.admin("PUT", `/api/v1/notifications/rules/${id}`, body)).status).toBe(200);
}

/** Waits for the next change of an app's health that was not waited for yet. */
function followHealth(watcher: EventClient, appId: string) {
  let last = 0;
  return async (status: string) => {
    const { number = 0 } = await watcher.next(
      "health_change",
      ({ number = 0, data }) => number > last && data.appId === appId && data.status === status,
    );
    last = number;
  };
}

describe.runIf(requires("docker"))("a container that dies at night", () => {
  test("reaches the phone once, however often it comes up and dies again, and once when it is back for good", async () => {
    const gateway = await startGateway({ config: { ...ENGINE, health_checks: SOON } });
    await shorten(gateway);
    const name = uniqueName("night");
    await startContainer(name, { "nekzus.enable": "true", "nekzus.app.id": name, "nekzus.app.name": "Photos" });
    await approve(gateway, await proposed(gateway, name));
    await eventually("it is well", async () => {
      const { json } = await gateway.admin("GET", `/api/v1/apps/${name}`);
      return (json as { healthStatus?: string }).healthStatus === "healthy";
    });
    const health = followHealth(await enterSocket(gateway, { token: await gateway.signIn() }), name);
    const phone = await enterSocket(gateway, { token: await phoneToken(gateway, "phone") });
    const alerts = () => phone.messages.filter(({ type }) => type === "health_alert");
    const confirmed = async (status: string) => {
      const alert = await phone.next("health_alert", ({ data }) => data.status === status);
      phone.send("notification_ack", { notificationId: alert.notificationId });
      return alert.data;
    };

    await docker("kill", name);
    await health("unhealthy");
    expect(await confirmed("unhealthy")).toMatchObject({ title: "Photos is down", appId: name, severity: "critical" });
    for (let i = 0; i < 2; i++) {
      await docker("start", name);
      await health("healthy");
      await docker("kill", name);
      await health("unhealthy");
    }
    await docker("start", name);
    await health("healthy");
    expect(await confirmed("healthy")).toMatchObject({ title: "Photos is back", severity: "info" });

    await eventually("both are delivered", async () => {
      const { json } = await gateway.admin("GET", "/api/v1/notifications?status=delivered");
      return (json as { total: number }).total === 2;
    });
    expect((await gateway.admin("GET", "/api/v1/notifications")).json).toMatchObject({ total: 2 });
    expect(alerts().map(({ data }) => data.title)).toEqual(["Photos is down", "Photos is back"]);
  });
});
