import { spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { beforeAll, expect, test, vi } from "vitest";
import { runCommand } from "../harness/command.ts";
import { enterSocket } from "../harness/event-socket.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { bearer } from "../harness/people.ts";
import { type Receiver, startReceiver } from "../harness/receiver.ts";
import { startSession } from "../harness/session.ts";

vi.setConfig({ testTimeout: 60_000 });

let gateway: Gateway;
let receiver: Receiver;
let admin: Record<string, string>;
let key: string;

beforeAll(async () => {
  receiver = await startReceiver();
  gateway = await startGateway({
    config: {
      notifications: { networks: ["127.0.0.1"], queue: { retry_interval: "1s" } },
      server: { allowed_hosts: ["home.example.org"] },
    },
  });
  admin = await bearer(gateway);
  const made = await gateway.admin("POST", "/api/v1/apikeys", { name: "ci", scopes: ["write:webhooks"] });
  key = (made.json as { key: string }).key;
});

type Call = { endpoint: string; status: number; result: string; callerName: string; body: string };
const calls = async () => ((await gateway.admin("GET", "/api/v1/webhooks/calls")).json as { calls: Call[] }).calls;
const say = (kind: "activity" | "notify", body: unknown) =>
  gateway.api("POST", `/api/v1/webhooks/${kind}`, { body, headers: { "x-api-key": key } });

test("a key for webhooks alone calls them; all that came in is in the log, also what was refused", async () => {
  const said = await say("activity", { message: "Deployment completed", iconClass: "success", details: "2.0.0" });
  expect([said.status, said.json]).toEqual([
    200,
    { success: true, eventId: expect.stringMatching(/^webhook-\d{19}$/) },
  ]);
  expect((await say("notify", {})).json).toEqual({ success: true, sent: true });
  const gone = await say("notify", { data: { title: "x" }, deviceIds: ["absent"] });
  expect(gone.json).toEqual({ success: true, sent: true, unknownDevices: ["absent"] });
  expect((await say("activity", { message: "" })).json).toMatchObject({ error: { code: "VALIDATION_FAILED" } });
  expect((await say("activity", "{broken")).json).toMatchObject({ error: { code: "INVALID_JSON" } });
  expect((await gateway.api("GET", "/api/v1/apps", { headers: { "x-api-key": key } })).status).toBe(403);
  expect(await calls()).toMatchObject([
    { endpoint: "activity", status: 400, body: "{broken", callerName: "ci" },
    { endpoint: "activity", status: 400, result: expect.stringContaining("message") },
    { endpoint: "notify", status: 200, result: expect.stringContaining("absent") },
    { endpoint: "notify", status: 200, result: "sent to everybody who is connected" },
    { endpoint: "activity", status: 200, body: expect.stringContaining("Deployment completed") },
  ]);
  const recent = await gateway.admin("GET", "/api/v1/activity/recent?limit=1&offset=0");
  expect(recent.json).toMatchObject({
    activities: [{ type: "webhook.activity", message: "Deployment completed", icon: "Bell", details: "2.0.0" }],
    total: expect.any(Number),
    limit: 1,
    offset: 0,
  });
  expect((await gateway.admin("GET", "/api/v1/activity/recent?limit=nonsense")).status).toBe(200);
  const events = (await gateway.admin("GET", "/api/v1/events?limit=500")).json as { events: { type: string }[] };
  expect(events.events.filter(({ type }) => type === "webhook")).toHaveLength(2);
});

test("a call of the log is done again as one's own; what was refused, or is not whole, is not", async () => {
  await say("activity", { message: "again, please", iconClass: "warning" });
  await say("activity", { message: "" });
  await say("notify", { data: { text: "x".repeat(9000) } });
  const listed = await gateway.admin("GET", "/api/v1/webhooks/calls?limit=3");
  const [long, refused, good] = (listed.json as { calls: { id: number }[] }).calls.map(({ id }) => id);
  const again = (id: unknown) => gateway.admin("POST", `/api/v1/webhooks/calls/${id}/replay`);
  expect((await again(good)).json).toEqual({ success: true });
  for (const id of [long, refused])
    expect((await again(id)).json).toMatchObject({ error: { code: "VALIDATION_FAILED" } });
  expect((await again(999_999)).status).toBe(404);
  const [newest] = await calls();
  expect(newest).toMatchObject({ endpoint: "activity", status: 200, callerName: expect.not.stringMatching(/^ci$/) });
  const recent = (await gateway.admin("GET", "/api/v1/activity/recent")).json as { message: string }[];
  expect(recent.slice(0, 2).map(({ message }) => message)).toEqual(["again, please", "again, please"]);
});

test("the command that the API offers works in a shell", async () => {
  const headers = { ...admin, host: `127.0.0.1:${gateway.apiPort}` };
  const offered = await gateway.api("GET", "/api/v1/webhooks/commands", { headers });
  const { command } = (offered.json as { command: string }[])[0] as { command: string };
  const { stdout, stderr } = spawnSync("sh", ["-c", command.replace("curl ", "curl -sS -k ")], {
    env: { PATH: process.env.PATH, NEKZUS_KEY: key },
    encoding: "utf8",
  });
  expect([stdout, stderr]).toEqual([expect.stringContaining('"success":true'), ""]);
  expect((await calls())[0]).toMatchObject({ endpoint: "activity", status: 200 });
});

test("a channel is made, tried, used by a rule, changed and removed; its secrets are in no answer and no log", async () => {
  const secret = "a secret that nobody reads";
  const hook = { kind: "webhook", name: "Hook", url: `${receiver.url}?token=hidden-too`, secret };
  const made = await gateway.admin("POST", "/api/v1/notifications/channels", hook);
  expect(made).toMatchObject({ status: 201, json: { kind: "webhook", secrets: ["secret", "url"] } });
  const { id } = made.json as { id: string };
  const path = `/api/v1/notifications/channels/${id}`;

  const tested = await gateway.admin("POST", `${path}/test`);
  expect(tested.json).toEqual({ success: true, results: [{ recipient: "Hook", success: true, message: "delivered" }] });
  expect(receiver.got.at(-1)?.json).toMatchObject({ title: "Test message from Nekzus", severity: "info" });
  const place = ["--data", gateway.dataFolder];
  expect(await runCommand(["notify", "test", "Hook", ...place])).toMatchObject({
    code: 0,
    stdout: "ok Hook: delivered\n",
  });
  expect((await runCommand(["notify", "list", ...place])).stdout).toMatch(
    /^channel-\S+ +Hook +webhook +on +.*delivered$/m,
  );
  expect(await runCommand(["notify", "test", "absent", ...place])).toMatchObject({ code: 1 });
  expect(await runCommand(["notify", "test", "devices", ...place])).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("No paired device is connected"),
  });

  const rule = { name: "Grave", events: ["webhook"], minSeverity: "critical", channels: [id], delaySeconds: 0 };
  expect((await gateway.admin("POST", "/api/v1/notifications/rules", rule)).status).toBe(201);
  await say("activity", { message: "all is well" });
  await say("activity", { message: "the disk is full", iconClass: "danger" });
  const got = await eventually("the message is there", () =>
    receiver.got.find(({ json }) => json.title === "the disk is full"),
  );
  const [, seconds, mac] = /^t=(\d+),v1=(\w+)$/.exec(String(got.headers["x-nekzus-signature"])) ?? [];
  expect(mac).toBe(
    createHmac("sha256", secret)
      .update(`${seconds}.${JSON.stringify(got.json)}`)
      .digest("hex"),
  );
  expect(receiver.got.map(({ json }) => json.title)).not.toContain("all is well");
  const listed = await eventually("it counts as delivered", async () => {
    const answer = await gateway.admin("GET", "/api/v1/notifications?status=delivered");
    return (answer.json as { total: number }).total ? answer.json : undefined;
  });
  expect(listed).toMatchObject({
    notifications: [{ deviceId: "", deviceName: "Hook", title: "the disk is full", status: "delivered" }],
  });

  // Kept as long as the place stays; never handed to another one.
  const same = { kind: "webhook", name: "Hook two" };
  expect((await gateway.admin("PUT", path, same)).json).toMatchObject({ name: "Hook two", secrets: ["secret", "url"] });
  const moved = { ...same, url: "http://192.0.2.1/elsewhere" };
  expect((await gateway.admin("PUT", path, moved)).json).toMatchObject({
    secrets: ["url"],
    settings: { host: "192.0.2.1" },
  });
  expect(
    (await gateway.admin("PUT", path, { ...same, kind: "mail", host: "x", from: "a@b.c", to: ["a@b.c"] })).status,
  ).toBe(400);

  const audit = await gateway.admin("GET", "/api/v1/audit-logs?limit=1000");
  const actions = (audit.json as { logs: { action: string }[] }).logs.map(({ action }) => action);
  expect(actions).toEqual(
    expect.arrayContaining(["channel.created", "channel.updated", "channel.tested", "rule.created"]),
  );
  expect(actions.filter((action) => action.startsWith("webhooks"))).toEqual([]);
  for (const text of [audit.text, gateway.output(), made.text, (await gateway.admin("GET", path)).text]) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain("hidden-too");
  }
  expect((await gateway.admin("DELETE", path)).status).toBe(204);
  expect((await gateway.admin("GET", path)).status).toBe(404);
  expect((await gateway.admin("DELETE", "/api/v1/notifications/channels/devices")).status).toBe(400);
});

test("what a channel cannot use is refused when it is said, and all of it is named", async () => {
  const faults = async (channel: object) => {
    const body = { name: "Odd", kind: "webhook", ...channel };
    const { status, json } = await gateway.admin("POST", "/api/v1/notifications/channels", body);
    const { details = [] } = (json as { error?: { details?: { path: string }[] } }).error ?? {};
    return [status, ...details.map(({ path }) => path)];
  };
  for (const url of ["https://[", "https://%", "http://a:99999/", "https://u:p@ntfy.sh/x", "https://ntfy.sh/%E0%A4%A"])
    expect([url, ...(await faults({ url }))]).toEqual([url, 400, "url"]);
  expect(await faults({ preset: "ntfy", url: "https://ntfy.sh/" })).toEqual([400, "url"]);
  expect(await faults({ preset: "telegram" })).toEqual([400, "token", "chatId"]);
  expect(await faults({ kind: "mail", host: "mail.example.org", from: "a\u0001@b.c", to: ["a@b.c"] })).toEqual([
    400,
    "from",
  ]);
  // There is one of each already, and a second one could never be removed.
  for (const kind of ["device", "push"]) expect(await faults({ kind })).toEqual([400, "kind"]);
});

test("what is wrong with a rule is named at once: fields, and channels that are absent", async () => {
  const odd = { name: "", events: ["webhook"], channels: ["devices", "absent", { toString: 1 }], delaySeconds: -1 };
  const refused = await gateway.admin("POST", "/api/v1/notifications/rules", odd);
  const { details } = (refused.json as { error: { details: { path: string }[] } }).error;
  expect(details.map(({ path }) => path).sort()).toEqual(["channels.1", "channels.2", "delaySeconds", "name"]);
  for (const body of ["[]", "null", '"x"', '{"channels":{"length":3}}']) {
    const answer = await gateway.admin("PUT", "/api/v1/notifications/rules/apps-down", body);
    expect([body, answer.status]).toEqual([body, 400]);
  }
});

test("a secret does not follow to another scheme, where another server may listen", async () => {
  const hook = { kind: "webhook", name: "Moved", url: "https://hooks.example.org/x", secret: "for the first one" };
  const { id } = (await gateway.admin("POST", "/api/v1/notifications/channels", hook)).json as { id: string };
  const moved = { kind: "webhook", name: "Moved", url: "http://hooks.example.org/x" };
  const path = `/api/v1/notifications/channels/${id}`;
  expect((await gateway.admin("PUT", path, moved)).json).toMatchObject({ secrets: ["url"] });
  await gateway.admin("DELETE", path);
});

test("webhooks may send any data; only what no database keeps as text is refused", async () => {
  const title = { toString: 1, valueOf: 1 };
  expect((await say("notify", { data: { title, message: [] }, deviceIds: ["absent"] })).status).toBe(200);
  for (const [kind, body] of [
    ["activity", { message: "a\u0000b" }],
    ["notify", { data: { deep: [{ "a\u0000": 1 }] } }],
  ] as const)
    expect((await say(kind, body)).json).toMatchObject({ error: { code: "VALIDATION_FAILED" } });
  expect((await say("activity", { message: "the escape \\u0000, told of" })).status).toBe(200);
  expect((await gateway.admin("GET", "/api/v1/activity/recent?type=%00")).status).toBe(400);
});

test("what is being sent is not sent a second time by hand", async () => {
  const other = await startReceiver();
  const hook = { kind: "webhook", name: "Slow", url: other.url };
  const { id } = (await gateway.admin("POST", "/api/v1/notifications/channels", hook)).json as { id: string };
  const rule = { name: "Slow", events: ["webhook"], channels: [id], delaySeconds: 0 };
  const made = (await gateway.admin("POST", "/api/v1/notifications/rules", rule)).json as { id: string };
  other.hold(true);
  await say("activity", { message: "slow" });
  await eventually("it is being sent", () => other.held() === 1);
  const { json } = await gateway.admin("GET", `/api/v1/notifications?channel=${id}`);
  const ids = (json as { notifications: { id: number }[] }).notifications.map((one) => one.id);
  expect((await gateway.admin("POST", "/api/v1/notifications/retry", { ids })).json).toMatchObject({ count: 0 });
  await gateway.admin("DELETE", `/api/v1/notifications/rules/${made.id}`);
  await gateway.admin("DELETE", `/api/v1/notifications/channels/${id}`);
});

test("a channel whose other side hangs holds up no other", async () => {
  const hung = await startReceiver();
  hung.hold(true);
  const add = async (name: string, url: string) => {
    const hook = { kind: "webhook", name, url };
    const { id } = (await gateway.admin("POST", "/api/v1/notifications/channels", hook)).json as { id: string };
    const rule = { name, events: ["webhook"], channels: [id], delaySeconds: 0 };
    const made = (await gateway.admin("POST", "/api/v1/notifications/rules", rule)).json as { id: string };
    return async () => {
      await gateway.admin("DELETE", `/api/v1/notifications/rules/${made.id}`);
      await gateway.admin("DELETE", `/api/v1/notifications/channels/${id}`);
    };
  };
  const removeHung = await add("Hung", hung.url);
  const waiting = async () => {
    const { json } = await gateway.admin("GET", "/api/v1/notifications?status=pending&limit=200");
    return (json as { notifications: { deviceName: string }[] }).notifications.filter(
      ({ deviceName }) => deviceName === "Hung",
    ).length;
  };
  // One after the other, so that each is a message of its own; more than are sent at the same time.
  for (let i = 1; i <= 6; i++) {
    await say("activity", { message: `number ${i}` });
    await eventually(`${i} messages wait`, async () => (await waiting()) === i);
  }
  const removeHealthy = await add("Healthy", receiver.url);
  await say("activity", { message: "this one arrives" });
  await eventually("it is there", () => receiver.got.some(({ json }) => json.title === "this one arrives"));
  expect(await waiting()).toBeGreaterThan(5);
  await removeHung();
  await removeHealthy();
});

test("what an address of this machine gets without being listed: nothing", async () => {
  const hook = { kind: "webhook", name: "Inner", url: `http://localhost:${gateway.apiPort}/` };
  const { id } = (await gateway.admin("POST", "/api/v1/notifications/channels", hook)).json as { id: string };
  const tested = await gateway.admin("POST", `/api/v1/notifications/channels/${id}/test`);
  expect(tested.json).toMatchObject({
    success: false,
    results: [{ message: expect.stringContaining("must not be contacted") }],
  });
  await gateway.admin("DELETE", `/api/v1/notifications/channels/${id}`);
});

test("browser push is offered at a host name over TLS only, and everybody sees their own subscriptions", async () => {
  const session = await startSession(gateway);
  const path = "/api/v1/notifications/push";
  const byAddress = await gateway.api("GET", path, { headers: session.headers });
  expect(byAddress.json).toMatchObject({
    available: false,
    reason: expect.stringContaining("host name"),
    subscriptions: [],
  });
  const headers = {
    ...session.headers,
    host: `home.example.org:${gateway.apiPort}`,
    origin: `https://home.example.org:${gateway.apiPort}`,
  };
  const byName = await gateway.api("GET", path, { headers });
  expect(byName.json).toMatchObject({ available: true, publicKey: expect.stringMatching(/^B[\w-]{86}$/) });
  const body = {
    endpoint: "https://push.example.org/secret-path",
    expirationTime: null,
    keys: {
      p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
      auth: "BTBZMqHH6r4Tts7J_aSIgg",
    },
  };
  const refused = await gateway.api("POST", `${path}/subscriptions`, { headers: session.headers, body });
  expect(refused.json).toMatchObject({ error: { code: "PUSH_UNAVAILABLE" } });
  const [one, again] = [
    await gateway.api("POST", `${path}/subscriptions`, { headers, body }),
    await gateway.api("POST", `${path}/subscriptions`, { headers, body }),
  ];
  expect(one).toMatchObject({ status: 201, json: { service: "push.example.org" } });
  const noPoint = { ...body, keys: { ...body.keys, p256dh: `B${"A".repeat(86)}` } };
  expect((await gateway.api("POST", `${path}/subscriptions`, { headers, body: noPoint })).status).toBe(400);
  const { id } = one.json as { id: string };
  expect(again.json).toMatchObject({ id });
  const all = await gateway.api("GET", path, { headers });
  expect(all.json).toMatchObject({ subscriptions: [{ id }] });
  expect(all.text).not.toContain("secret-path");
  expect((await gateway.api("DELETE", `${path}/subscriptions/${id}`, { headers })).status).toBe(204);
  expect((await gateway.api("DELETE", `${path}/subscriptions/${id}`, { headers })).status).toBe(404);
  for (const endpoint of ["https://[/x", "https://push.example.org:99999/x"]) {
    const odd = await gateway.api("POST", `${path}/subscriptions`, { headers, body: { ...body, endpoint } });
    expect([endpoint, odd.status]).toEqual([endpoint, 400]);
  }

  // A browser that is signed out, here or from elsewhere, hears nothing any more; others do.
  const other = await startSession(gateway);
  const subscribe = (who: typeof session, name: string) =>
    gateway.api("POST", `${path}/subscriptions`, {
      headers: { ...headers, ...who.headers, host: headers.host, origin: headers.origin },
      body: { ...body, endpoint: `https://push.example.org/${name}` },
    });
  const kept = ((await subscribe(session, "kept")).json as { id: string }).id;
  expect((await subscribe(other, "gone")).status).toBe(201);
  expect((await gateway.api("POST", "/api/v1/auth/logout", { headers: other.headers })).status).toBeLessThan(300);
  const left = await eventually("the subscription went with the session", async () => {
    const { subscriptions } = (await gateway.api("GET", path, { headers })).json as { subscriptions: { id: string }[] };
    return subscriptions.length === 1 ? subscriptions : undefined;
  });
  expect(left).toMatchObject([{ id: kept }]);
});

test("people are told when a message left, what came of it on the channel, and of calls that were refused", async () => {
  const page = await enterSocket(gateway, { token: admin.authorization?.slice("Bearer ".length) });
  const told = (area: string) => page.next("changed", ({ data }) => data.area === area);
  expect((await say("activity", { message: "" })).status).toBe(400);
  await told("webhooks");
  const hook = { kind: "webhook", name: "Told", url: receiver.url };
  const { id } = (await gateway.admin("POST", "/api/v1/notifications/channels", hook)).json as { id: string };
  const rule = { name: "Told", events: ["webhook"], channels: [id], delaySeconds: 0 };
  expect((await gateway.admin("POST", "/api/v1/notifications/rules", rule)).status).toBe(201);
  await told("rules");
  await told("channels");
  page.messages.length = 0;
  await say("activity", { message: "told" });
  await told("notifications");
  await told("channels");
  expect((await gateway.admin("GET", `/api/v1/notifications/channels/${id}`)).json).toMatchObject({
    lastResult: "delivered",
  });
});

test("the metrics count webhooks and messages", async () => {
  const { text } = await gateway.api("GET", "/metrics");
  expect(text).toMatch(/^nekzus_webhook_requests_total\{endpoint="activity",status="200"\} [1-9]/m);
  expect(text).toMatch(/^nekzus_webhook_requests_total\{endpoint="activity",status="400"\} [1-9]/m);
  expect(text).toMatch(/^nekzus_notifications_delivered_total\{type="notification"\} [1-9]/m);
  expect(text).toMatch(/^nekzus_notification_queue_depth 0$/m);
});
