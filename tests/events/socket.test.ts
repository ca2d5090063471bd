// The event socket through the real listener: who gets in, what they hear, and what they find again.
import { beforeAll, expect, test } from "vitest";
import { type EventClient, enterSocket, openSocket } from "../harness/event-socket.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson } from "../harness/people.ts";
import { phoneToken } from "../harness/phone.ts";
import { startSession } from "../harness/session.ts";

let gateway: Gateway;
let token: string;

beforeAll(async () => {
  gateway = await startGateway();
  token = await gateway.signIn();
});

/** Something happens that everybody who reads everything hears of. */
let apps = 0;
async function happen(id = `app-${apps++}`): Promise<string> {
  await gateway.addRoute(id, "http://127.0.0.1:9");
  return id;
}

type Notices = { unread: number; notices: { id: string }[] };
const isTheEnd = ({ data }: { data: Record<string, unknown> }) => JSON.stringify(data).includes("the end");
const heard = ({ messages }: EventClient, type = "app_registered") =>
  messages.filter((message) => message.type === type).map(({ data }) => data.appId);

test("a token, an API key and a browser session with its proof get in; the gateway says hello", async () => {
  const made = await gateway.admin("POST", "/api/v1/apikeys", { name: "Home", scopes: ["read:*"] });
  const { key } = made.json as { key: string };
  const session = await startSession(gateway);
  const ways: [object, Record<string, string>][] = [
    [{ token }, {}],
    [{ token: key }, {}],
    [{ proof: session.proof }, { cookie: session.cookie, origin: `https://127.0.0.1:${gateway.apiPort}` }],
  ];
  for (const [auth, headers] of ways) {
    const client = await enterSocket(gateway, auth, { headers });
    const { data } = await client.next("hello");
    expect(client.messages.slice(0, 2)).toMatchObject([{ type: "auth_success" }, { type: "hello" }]);
    expect(data).toMatchObject({ nekzusId: expect.stringMatching(/^nkz_/), version: expect.any(String) });
  }
});

test("a bad credential, a cookie without its proof and another first message do not get in", async () => {
  const { cookie } = await startSession(gateway);
  const forged = `${token.slice(0, -4)}AAAA`;
  for (const [type, data, headers, code] of [
    ["auth", { token: forged }, {}, "UNAUTHORIZED"],
    ["auth", { token: "not a token" }, {}, "UNAUTHORIZED"],
    ["auth", {}, { cookie }, "UNAUTHORIZED"],
    ["auth", { proof: "guessed" }, { cookie }, "UNAUTHORIZED"],
    ["auth", { token: 7 }, {}, "VALIDATION_FAILED"],
    ["subscribe", { topics: ["#"] }, {}, "UNAUTHORIZED"],
  ] as const) {
    const client = await openSocket(gateway, { headers });
    client.send(type, data);
    expect((await client.closed).code).toBe(4401);
    expect(client.messages).toMatchObject([{ type: "auth_failed", data: { code } }]);
  }
});

test("what is no WebSocket is told so, in the one error shape", async () => {
  const plain = await gateway.api("GET", "/api/v1/ws");
  expect([plain.status, plain.json]).toMatchObject([426, { error: { code: "UPGRADE_REQUIRED" } }]);
  await expect(openSocket(gateway, { port: gateway.appsPort })).rejects.toThrow("404");
});

test("what happens comes with a number, once, and only what was subscribed to", async () => {
  const all = await enterSocket(gateway, { token });
  const some = await enterSocket(gateway, { token });
  some.send("subscribe", { topics: ["route_+", "app_removed"] });
  expect((await some.next("suback")).data).toMatchObject({ success: false });
  some.send("subscribe", { topics: ["app_removed"] });
  await some.next("suback", ({ data }) => data.success === true);
  const id = await happen();
  const { number, timestamp, data } = await all.next("app_registered", (message) => message.data.appId === id);
  expect([number, timestamp, data]).toMatchObject([expect.any(Number), expect.any(String), { appId: id }]);
  await gateway.admin("DELETE", `/api/v1/apps/${id}`);
  await some.next("app_removed");
  expect(heard(some)).toEqual([]);
  expect(heard(all)).toEqual([id]);
});

test("people hear of the feed and of what they read in another browser; phones and other people do not", async () => {
  const carl = await addPerson(gateway, "carl");
  const [one, two, phone, other] = await Promise.all(
    [token, token, await phoneToken(gateway, "listening"), await gateway.signIn(carl)].map((its) =>
      enterSocket(gateway, { token: its }),
    ),
  );
  const headers = { authorization: `Bearer ${token}` };
  const told = { message: "the kettle boils", iconClass: "warning" };
  await gateway.api("POST", "/api/v1/webhooks/activity", { body: told, headers });
  await gateway.api("POST", "/api/v1/webhooks/activity", {
    body: { message: "for one", deviceIds: ["listening"] },
    headers,
  });
  for (const client of [one, two]) {
    await client?.next("activity", ({ data }) => data.message === "for one");
    const { data, number } = (await client?.next("activity")) ?? expect.unreachable();
    expect([data, number]).toMatchObject([{ ...told, type: "webhook.activity", notice: true }, undefined]);
  }
  const list = async () => (await gateway.api("GET", "/api/v1/activity/notices", { headers })).json as Notices;
  const [newest] = (await list()).notices;
  const body = { upTo: newest?.id };
  const read = await gateway.api("POST", "/api/v1/activity/notices/read", { body, headers });
  expect(read.json).toEqual({ unread: 0 });
  for (const client of [one, two])
    expect((await client?.next("notices_read"))?.data).toEqual({ ids: [], upTo: newest?.id, unread: 0 });
  expect(await list()).toMatchObject({ unread: 0, notices: [{ read: true }, { read: true }] });

  // What came for sure came before what follows.
  await gateway.api("POST", "/api/v1/webhooks/notify", { body: { data: { title: "the end" } }, headers });
  await Promise.all([phone?.next("webhook", isTheEnd), other?.next("webhook", isTheEnd)]);
  const types = (client?: EventClient) => client?.messages.map(({ type }) => type);
  for (const type of ["activity", "notices_read"]) expect(types(phone)).not.toContain(type);
  expect(types(other)).not.toContain("notices_read");
  expect(types(other)?.filter((type) => type === "activity")).toHaveLength(1);
});

test("nobody hears what they may not see", async () => {
  const anna = await addPerson(gateway, "anna", { apps: ["hers"] });
  const client = await enterSocket(gateway, { token: await gateway.signIn(anna) });
  await happen();
  await happen("hers");
  await client.next("app_registered");
  expect(heard(client)).toEqual(["hers"]);
  expect(client.messages.map(({ type }) => type)).not.toContain("device_status");
});

test("people are told which list was changed: those who read everything, and whoever changed it", async () => {
  const person = await addPerson(gateway, "lea");
  const hers = await gateway.signIn(person);
  const admin = await enterSocket(gateway, { token });
  const member = await enterSocket(gateway, { token: hers });
  await gateway.admin("POST", "/api/v1/apikeys", { name: "Build", scopes: ["write:webhooks"] });
  await admin.next("changed", ({ data }) => data.area === "apikeys");
  const body = { timeZone: "Europe/Berlin" };
  const changed = await gateway.api("PATCH", "/api/v1/preferences", {
    body,
    headers: { authorization: `Bearer ${hers}` },
  });
  expect(changed.status).toBe(200);
  await member.next("changed");
  const areas = member.messages.filter(({ type }) => type === "changed").map(({ data }) => data.area);
  expect(areas).toEqual(["preferences"]);
});

test("after the core was killed a client gets exactly what it missed, each once", async () => {
  const client = await enterSocket(gateway, { token });
  await happen();
  const last = (await client.next("app_registered")).number;
  const [core] = gateway.children().core;
  process.kill(core as number, "SIGKILL");
  await client.closed;
  await eventually("the core is back", async () => (await gateway.api("GET", "/api/v1/healthz")).status === 200);
  const missed = [await happen(), await happen(), await happen()];
  const back = await enterSocket(gateway, { token, after: last });
  const next = await happen();
  await back.next("app_registered", ({ data }) => data.appId === next);
  expect(heard(back)).toEqual([...missed, next]);
  const numbers = back.messages.flatMap(({ number }) => number ?? []);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
});

test("a number that the gateway never gave is a gap", async () => {
  const client = await enterSocket(gateway, { token, after: 1_000_000 });
  expect((await client.next("gap")).data).toMatchObject({ after: 1_000_000, latest: expect.any(Number) });
  const id = await happen();
  await client.next("app_registered");
  expect(heard(client)).toEqual([id]);
});

test("a device is online while it is connected, and those who see everything hear of it", async () => {
  const watcher = await enterSocket(gateway, { token });
  const phone = await enterSocket(gateway, { token: await phoneToken(gateway, "phone-1") });
  expect(phone.messages[0]).toMatchObject({ type: "auth_success", data: { deviceId: "phone-1", resumed: false } });
  expect((await phone.next("device_status")).data).toEqual({ deviceId: "phone-1", status: "online" });
  await watcher.next("device_status", ({ data }) => data.status === "online");
  const clients = await gateway.admin("GET", "/api/v1/admin/websocket/clients");
  expect(clients.json).toMatchObject({ devices: { "phone-1": 1 }, totalConnections: expect.any(Number) });
  const cut = await gateway.admin("DELETE", "/api/v1/admin/websocket/disconnect/phone-1");
  expect(cut.json).toEqual({ deviceId: "phone-1", disconnectedCount: 1 });
  expect((await phone.closed).code).toBe(4000);
  await watcher.next("device_status", ({ data }) => data.status === "offline");
});

test("a device takes up where it left; what it did not confirm comes again", async () => {
  const phone = await phoneToken(gateway, "phone-2");
  const first = await enterSocket(gateway, { token: phone });
  first.send("subscribe", { topics: ["app_registered"], qos: 1 });
  await first.next("suback");
  const [a, b] = [await happen(), await happen()];
  const { messageId } = await first.next("app_registered", ({ data }) => data.appId === a);
  await first.next("app_registered", ({ data }) => data.appId === b);
  first.send("ack", {}, { messageId });
  first.send("ping");
  await first.next("pong");
  first.socket.terminate();
  const c = await happen();
  const again = await enterSocket(gateway, { token: phone, resume: true });
  await again.next("app_registered", ({ data }) => data.appId === c);
  expect(again.messages[0]).toMatchObject({ type: "auth_success", data: { resumed: true } });
  expect(heard(again)).toEqual([b, c]);
  expect(again.messages.map(({ type }) => type)).not.toContain("route_added");
});

test("whoever asks for the log of a container is told that there is none, and stays connected", async () => {
  const client = await enterSocket(gateway, { token });
  client.send("container.logs.subscribe", { containerId: "grafana-1", tail: 100, follow: true, timestamps: false });
  expect((await client.next("container.logs.error")).data).toEqual({
    containerId: "grafana-1",
    error: "FEATURE_DISABLED",
    message: expect.stringContaining("logs of containers"),
    timestamp: expect.any(Number),
  });
  client.send("container.logs.subscribe", "nonsense");
  await client.next("container.logs.error", ({ data }) => data.containerId === "");
  client.send("ping");
  await client.next("pong");
});

test("a last will is heard by those who subscribed, and only when the connection broke off", async () => {
  const listener = await enterSocket(gateway, { token });
  listener.send("subscribe", { topics: ["client.#"] });
  await listener.next("suback");
  const leave = async (topic: string, how: (client: EventClient) => void) => {
    const client = await enterSocket(gateway, { token });
    client.send("set_last_will", { topic, message: { gone: true } });
    await client.next("lwtack");
    how(client);
    await client.closed;
  };
  const forged = await enterSocket(gateway, { token });
  forged.send("set_last_will", { topic: "device_revoked", message: {} });
  expect((await forged.next("lwtack")).data.success).toBe(false);
  await leave("client.polite", (client) => client.socket.close(1000));
  await leave("client.lost", (client) => client.socket.terminate());
  expect(await listener.next("client.lost")).toMatchObject({ topic: "client.lost", data: { gone: true } });
  expect(listener.messages.map(({ type }) => type)).not.toContain("client.polite");
});

test("metrics count connections, messages and ends", async () => {
  await enterSocket(gateway, { token });
  const { text } = await gateway.api("GET", "/metrics");
  expect(text).toMatch(/nekzus_event_socket_connections\{state="signed_in"\} [1-9]/);
  expect(text).toMatch(/nekzus_event_socket_messages_total\{direction="out"\} [1-9]/);
  expect(text).toMatch(/nekzus_event_socket_closed_total\{code="4000"\} 1/);
});

// Last: the gateway is gone after it.
test("a gateway that stops says so, and does not wait for its clients", async () => {
  const client = await enterSocket(gateway, { token });
  const began = performance.now();
  await gateway.stop();
  expect((await client.closed).code).toBe(1001);
  expect(performance.now() - began).toBeLessThan(10_000);
});
