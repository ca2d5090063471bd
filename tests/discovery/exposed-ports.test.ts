import { expect, test, vi } from "vitest";
import { approve, proposed } from "../harness/containers.ts";
import { startEchoApp } from "../harness/echo-app.ts";
import { startEngine } from "../harness/engine.ts";
import { enterSocket } from "../harness/event-socket.ts";
import { eventually } from "../harness/eventually.ts";
import { startGateway } from "../harness/gateway.ts";
import { phoneToken } from "../harness/phone.ts";
import { startReceiver } from "../harness/receiver.ts";

vi.setConfig({ testTimeout: 60_000 });

type Entry = { type: string; appId?: string };

test("who approves a container whose ports are open beside the sign-in is warned everywhere, and of one on 127.0.0.1 nowhere", async () => {
  const port = Number(new URL((await startEchoApp()).url).port);
  const engine = await startEngine([
    { name: "shut", port },
    { name: "open", port, labels: { "nekzus.app.name": "Open" }, hostAddress: "0.0.0.0" },
  ]);
  const receiver = await startReceiver();
  const gateway = await startGateway({ config: { ...engine, notifications: { networks: ["127.0.0.1"] } } });
  const token = await gateway.signIn();
  const client = await enterSocket(gateway, { token });
  const hook = { kind: "webhook", name: "Hook", url: receiver.url };
  const { id } = (await gateway.admin("POST", "/api/v1/notifications/channels", hook)).json as { id: string };
  const rule = { name: "Exposed", events: ["port_exposure_warning"], minSeverity: "critical", channels: [id] };
  const made = await gateway.admin("POST", "/api/v1/notifications/rules", { ...rule, delaySeconds: 0 });
  expect(made.status).toBe(201);

  await approve(gateway, await proposed(gateway, "shut"));
  await approve(gateway, await proposed(gateway, "open"));

  const { data } = await client.next("port_exposure_warning");
  const summary = `Port ${port} is open to everybody who reaches the machine, without the gateway's sign-in`;
  const bindings = [
    {
      port: "8080/tcp",
      hostPort: String(port),
      binding: "0.0.0.0",
      riskLevel: "critical",
      message: `Port ${port} is open on every address of the machine`,
    },
  ];
  expect(data).toEqual({
    appId: "open",
    appName: "Open",
    riskLevel: "critical",
    summary,
    bindings,
    recommendations: expect.arrayContaining([expect.stringContaining("127.0.0.1")]),
    timestamp: expect.any(Number),
  });
  expect(Math.abs((data.timestamp as number) - Date.now() / 1000)).toBeLessThan(60);

  const entry = {
    id: expect.stringMatching(/^port_exposure_open_/),
    type: "security_warning",
    icon: "AlertOctagon",
    iconClass: "error",
    message: "Open can be reached without the gateway's sign-in",
    details: expect.stringContaining(summary),
    appId: "open",
  };
  const recent = (await gateway.admin("GET", "/api/v1/activity/recent")).json as Entry[];
  expect(recent.filter(({ type }) => type === "security_warning")).toEqual([expect.objectContaining(entry)]);
  const headers = { authorization: `Bearer ${token}` };
  const { notices } = (await gateway.api("GET", "/api/v1/activity/notices", { headers })).json as { notices: Entry[] };
  expect(notices.filter(({ type }) => type === "security_warning")).toEqual([expect.objectContaining(entry)]);

  await eventually("the rule's message came", () => receiver.got.length > 0);
  expect(receiver.got.map(({ json }) => json)).toEqual([
    expect.objectContaining({
      type: "port_exposure_warning",
      title: entry.message,
      body: `${summary}.`,
      severity: "critical",
      data: expect.objectContaining({ appId: "open", appName: "Open", riskLevel: "critical", bindings }),
    }),
  ]);
  const queued = (await gateway.admin("GET", "/api/v1/notifications")).json as {
    notifications: { createdAt: string; expiresAt: string; maxRetries: number }[];
  };
  expect(queued.notifications).toMatchObject([{ type: "port_exposure_warning", maxRetries: 5 }]);
  const [{ createdAt, expiresAt }] = queued.notifications as [(typeof queued.notifications)[number]];
  expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(24 * 3_600_000);
  // The other one was approved first: what there were to say of it would have come before.
  expect(client.messages.filter(({ type }) => type === "port_exposure_warning")).toHaveLength(1);
});

test("that an app which is approved as sensitive is exposed is not told to a device that was not given it by name", async () => {
  const port = Number(new URL((await startEchoApp()).url).port);
  const engine = await startEngine([
    { name: "vault", port, hostAddress: "0.0.0.0" },
    { name: "notes", port, hostAddress: "0.0.0.0" },
  ]);
  const gateway = await startGateway({ config: engine });
  const every = await enterSocket(gateway, { token: await phoneToken(gateway, "every", ["read:events", "access:*"]) });
  const named = await enterSocket(gateway, {
    token: await phoneToken(gateway, "named", ["read:events", "access:vault"]),
  });
  const rule = { name: "Exposed", events: ["port_exposure_warning"], channels: ["devices"], delaySeconds: 0 };
  expect((await gateway.admin("POST", "/api/v1/notifications/rules", rule)).status).toBe(201);

  const { id } = await proposed(gateway, "vault");
  const sensitive = { route: { sensitive: true } };
  const approved = await gateway.admin("POST", `/api/v1/discovery/proposals/${id}/approve`, sensitive);
  expect(approved.json).toMatchObject({ status: "approved" });
  await approve(gateway, await proposed(gateway, "notes"));

  // The event has a number, the rule's message of the same type an id that the device confirms.
  for (const [phone, appId] of [
    [every, "notes"],
    [named, "vault"],
  ] as const) {
    const isAbout = ({ data }: { data: Record<string, unknown> }) => data.appId === appId;
    await phone.next("port_exposure_warning", (message) => isAbout(message) && message.number !== undefined);
    const message = await phone.next(
      "port_exposure_warning",
      (one) => isAbout(one) && one.notificationId !== undefined,
    );
    expect(message.data).toMatchObject({ title: expect.stringContaining(appId), body: expect.any(String) });
  }
  expect(JSON.stringify(every.messages)).not.toContain("vault");
  expect(JSON.stringify(named.messages)).not.toContain("notes");
});
