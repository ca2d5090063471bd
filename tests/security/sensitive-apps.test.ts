// What tells of an app must not be wider than what opens it (CWE-200): a device's access:* leaves out sensitive apps.
import { beforeAll, expect, test, vi } from "vitest";
import { type EventClient, enterSocket } from "../harness/event-socket.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { phoneToken } from "../harness/phone.ts";
import { startSession } from "../harness/session.ts";

vi.setConfig({ testTimeout: 60_000 });

const NOWHERE = "http://127.0.0.1:9";

let gateway: Gateway;
let every: string;
let named: string;
let admin: Record<string, string>;
let seen: EventClient[];

beforeAll(async () => {
  gateway = await startGateway({ config: { health_checks: { interval: "1s", unhealthy_threshold: 1 } } });
  every = await phoneToken(gateway, "phone-every", ["read:events", "access:*"]);
  named = await phoneToken(gateway, "phone-named", ["read:events", "access:vault"]);
  const session = await startSession(gateway);
  admin = session.headers;
  const [rule] = (await gateway.admin("GET", "/api/v1/notifications/rules")).json as Record<string, unknown>[];
  const { id, createdAt: _made, updatedAt: _changed, ...body } = rule as Record<string, unknown>;
  const soon = { ...body, delaySeconds: 1, settleSeconds: 1 };
  expect((await gateway.admin("PUT", `/api/v1/notifications/rules/${id}`, soon)).status).toBe(200);
  seen = [
    await enterSocket(gateway, { token: every }),
    await enterSocket(gateway, { token: named }),
    await enterSocket(gateway, { proof: session.proof }, { headers: { cookie: session.cookie } }),
  ];
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function replayed(headers: Record<string, string>) {
  const { json } = await gateway.api("GET", "/api/v1/events?after=0&limit=500", { headers });
  return json as { events: { type: string; data: { appId?: string } }[]; latest: number; gap: boolean };
}

async function about(headers: Record<string, string>, appId: string): Promise<string[]> {
  const { events } = await replayed(headers);
  return events.filter(({ data }) => data.appId === appId).map(({ type }) => type);
}

/** Everything that was said of an app to somebody, in any message. */
const heardOf = ({ messages }: EventClient, appId: string) =>
  messages.filter((message) => JSON.stringify(message).includes(appId)).map(({ type }) => type);

const activity = async (headers: Record<string, string>) =>
  (await gateway.api("GET", "/api/v1/activity/recent", { headers })).text;

test("events, activities and notifications of a sensitive app reach only who was given it by name", async () => {
  const [phoneEvery, phoneNamed, browser] = seen as [EventClient, EventClient, EventClient];
  await gateway.addRoute("vault", NOWHERE, { sensitive: true });
  await gateway.addRoute("notes", NOWHERE);
  const isAlert = ({ data }: { data: Record<string, unknown> }) => data.status === "unhealthy";
  await phoneNamed.next("health_alert", isAlert);
  const alert = await phoneEvery.next("health_alert", isAlert);
  expect([alert.data.title, JSON.stringify(alert)]).toEqual(["notes is down", expect.not.stringContaining("vault")]);
  await browser.next("health_change", ({ data }) => data.appId === "vault");

  const told = ["route_added", "app_registered", "health_change"];
  expect(heardOf(browser, "vault")).toEqual(expect.arrayContaining(told));
  expect(heardOf(phoneNamed, "vault")).toEqual(expect.arrayContaining([...told, "health_alert"]));
  expect(heardOf(phoneNamed, "notes")).toEqual([]);
  expect(heardOf(phoneEvery, "notes")).toEqual(expect.arrayContaining(told));
  expect(heardOf(phoneEvery, "vault")).toEqual([]);

  for (const headers of [bearer(named), admin])
    expect(await about(headers, "vault")).toEqual(expect.arrayContaining(told));
  expect(await about(bearer(every), "vault")).toEqual([]);
  expect(await about(bearer(every), "notes")).toEqual(expect.arrayContaining(told));
  expect(await replayed(bearer(every))).toMatchObject({ gap: false });

  for (const headers of [bearer(named), admin]) expect(await activity(headers)).toContain("vault is down");
  expect(await activity(bearer(every))).toContain("notes is down");
  expect(await activity(bearer(every))).not.toContain("vault");
});

test("who comes back with a number, or subscribes to health, learns no more; what is hidden is no gap", async () => {
  const client = await enterSocket(gateway, { token: every, after: 0 });
  client.send("subscribe", { topics: ["#"] });
  await client.next("health_change", ({ retain }) => retain === true);
  await gateway.addRoute("last", NOWHERE);
  await client.next("app_registered", ({ data }) => data.appId === "last");
  expect(heardOf(client, "vault")).toEqual([]);
  expect(heardOf(client, "notes")).toContain("app_registered");
  expect(client.messages.map(({ type }) => type)).not.toContain("gap");
});

test("what happened before an app was marked is hidden with it; what happened while it was stays hidden, also when it is gone", async () => {
  const [phoneEvery] = seen as [EventClient];
  await gateway.addRoute("diary", NOWHERE);
  expect(await about(bearer(every), "diary")).toContain("app_registered");
  const patch = (body: object) => gateway.admin("PATCH", "/api/v1/routes/diary", body);
  expect((await patch({ sensitive: true })).status).toBe(200);
  expect(await about(bearer(every), "diary")).toEqual([]);
  expect(await activity(bearer(every))).not.toContain("diary");

  expect((await patch({ sensitive: false })).status).toBe(200);
  await eventually("what was told before is to be seen again", async () =>
    (await about(bearer(every), "diary")).includes("app_registered"),
  );
  // The two changes happened while it was marked, the second one as the end of it.
  expect(await about(bearer(every), "diary")).not.toContain("route_changed");
  expect(await about(admin, "diary")).toContain("route_changed");

  expect((await patch({ sensitive: true })).status).toBe(200);
  expect((await gateway.admin("DELETE", "/api/v1/apps/diary")).status).toBe(204);
  await seen[2]?.next("app_removed", ({ data }) => data.appId === "diary");
  await gateway.addRoute("witness", NOWHERE);
  await phoneEvery.next("app_registered", ({ data }) => data.appId === "witness");
  expect(heardOf(phoneEvery, "diary")).not.toContain("app_removed");
  expect(await about(bearer(every), "diary")).not.toContain("app_removed");
  expect(await about(admin, "diary")).toContain("app_removed");
  expect(await activity(bearer(every))).not.toContain("diary was removed");
  expect(await activity(admin)).toContain("diary was removed");
});
