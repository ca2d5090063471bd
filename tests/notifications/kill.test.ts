// Messages that were accepted survive a core that is killed: none is lost, and none that arrived is repeated.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeAll, expect, test, vi } from "vitest";
import { type EventClient, enterSocket } from "../harness/event-socket.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { phoneToken } from "../harness/phone.ts";
import { startReceiver } from "../harness/receiver.ts";

vi.setConfig({ testTimeout: 90_000 });

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({ config: { notifications: { networks: ["127.0.0.1"], ack_timeout: "1h" } } });
});

async function killCore(): Promise<void> {
  const [core] = gateway.children().core;
  process.kill(core as number, "SIGKILL");
  await eventually("there is another core", () => gateway.children().core.some((pid) => pid !== core));
}

test("to a phone: what it has not confirmed comes again with the same id, what it has does not", async () => {
  const token = await phoneToken(gateway, "phone");
  const notify = async (text: string) => {
    const body = { type: text, deviceIds: ["phone"] };
    expect((await gateway.admin("POST", "/api/v1/webhooks/notify", body)).status).toBe(200);
  };
  const enter = () =>
    eventually("the event socket lets the phone in", () => enterSocket(gateway, { token }).catch(() => undefined));
  const webhooks = (client: EventClient) => client.messages.filter(({ type }) => type === "webhook");
  const texts = (client: EventClient) => webhooks(client).map(({ data }) => data.type);
  const confirm = (client: EventClient, text: string) => {
    const notificationId = webhooks(client).find(({ data }) => data.type === text)?.notificationId;
    client.send("notification_ack", { notificationId });
  };

  for (const text of ["a", "b"]) await notify(text);
  await killCore();
  const first = await enter();
  await eventually("both are there", () => webhooks(first).length === 2);
  confirm(first, "a");
  await notify("c");
  await eventually("the third is there", () => webhooks(first).length === 3);
  confirm(first, "c");
  await eventually("two are delivered", async () => {
    const { json } = await gateway.admin("GET", "/api/v1/notifications?status=delivered");
    return (json as { total: number }).total === 2;
  });
  await killCore();
  const second = await enter();
  await eventually("one has come again", () => webhooks(second).length === 1);
  await notify("d");
  await eventually("a new one comes", () => webhooks(second).length === 2);
  expect([texts(first), texts(second)]).toEqual([
    ["a", "b", "c"],
    ["b", "d"],
  ]);
  expect(webhooks(second)[0]?.notificationId).toBe(webhooks(first)[1]?.notificationId);

  // Nobody confirms for another.
  const tablet = await enterSocket(gateway, { token: await phoneToken(gateway, "tablet") });
  tablet.send("notification_ack", { notificationId: webhooks(second)[0]?.notificationId });
  tablet.send("ping");
  await tablet.next("pong");
  const { json } = await gateway.admin("GET", "/api/v1/notifications?device_id=phone&status=pending");
  expect(json).toMatchObject({ total: 2 });
  await gateway.admin("DELETE", "/api/v1/notifications/device/phone");
});

test("to a webhook that takes nothing while the core is killed", async () => {
  const receiver = await startReceiver();
  const hook = { kind: "webhook", name: "Hook", url: receiver.url };
  const { id } = (await gateway.admin("POST", "/api/v1/notifications/channels", hook)).json as { id: string };
  const rule = { name: "All", events: ["webhook"], channels: [id], delaySeconds: 0 };
  expect((await gateway.admin("POST", "/api/v1/notifications/rules", rule)).status).toBe(201);
  const say = async (text: string) => {
    const answer = await gateway.admin("POST", "/api/v1/webhooks/activity", { message: text }).catch(() => undefined);
    return answer?.status === 200;
  };
  /** How often each of the texts arrived, alone or in a message about several. */
  const arrived = () => {
    const words = receiver.got.flatMap(({ json }) => `${json.title}\n${json.body}`.match(/text-\d+/g) ?? []);
    return Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]));
  };

  await say("text-0");
  await eventually("the first one has arrived", () => arrived()["text-0"] === 1);
  await eventually("and counts as delivered", async () => {
    const { json } = await gateway.admin("GET", `/api/v1/notifications?status=delivered&channel=${id}`);
    return (json as { total: number }).total === 1;
  });

  // The other side takes nothing: whatever is accepted is somewhere between acceptance and delivery.
  receiver.hold(true);
  const accepted: string[] = [];
  let texts = 0;
  const callers = Array.from({ length: 4 }, async () => {
    while (accepted.length < 40) {
      const text = `text-${++texts}`;
      if (await say(text)) accepted.push(text);
      else await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  await eventually("some were accepted and one is being sent", () => accepted.length >= 20 && receiver.held() > 0);
  await killCore();
  receiver.hold(false);
  await Promise.all(callers);

  await eventually("all that was accepted has arrived", () => accepted.every((text) => arrived()[text]));
  expect(Object.values(arrived()).filter((times) => times > 1)).toEqual([]);
  expect(arrived()["text-0"]).toBe(1);
});

test("of a job that the end of the gateway cut off", async () => {
  const receiver = await startReceiver();
  const hook = { kind: "webhook", name: "Jobs", url: receiver.url };
  const { id } = (await gateway.admin("POST", "/api/v1/notifications/channels", hook)).json as { id: string };
  const rule = { name: "Jobs", events: ["job_failed"], channels: [id], delaySeconds: 0 };
  expect((await gateway.admin("POST", "/api/v1/notifications/rules", rule)).status).toBe(201);
  await gateway.stop("SIGKILL");
  // No job runs long enough to be cut off by a test: what a kill leaves behind is put there.
  const database = new DatabaseSync(join(gateway.dataFolder, "nekzus.db"));
  database.exec(`insert into jobs (id, kind, title, status, message, output, cancellable, created_at, started_at)
    values ('job-cut', 'retention', 'Nightly clean-up', 'running', '', '', 0, 1, 1)`);
  database.close();
  await gateway.startAgain();
  await eventually("it is told", async () => {
    const { json } = await gateway.admin("GET", `/api/v1/notifications?status=delivered&channel=${id}`);
    const [told] = (json as { notifications: { title: string }[] }).notifications;
    return told?.title === "Nightly clean-up failed";
  });
});
