// Messages that were accepted survive a core that is killed: none is lost, and none that arrived is repeated.
import { expect, test, vi } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { startGateway } from "../harness/gateway.ts";
import { startReceiver } from "../harness/receiver.ts";

vi.setConfig({ testTimeout: 90_000 });

test("kill -9 between acceptance and delivery", async () => {
  const receiver = await startReceiver();
  const gateway = await startGateway({ config: { notifications: { networks: ["127.0.0.1"] } } });
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
  const killCore = async () => {
    const [core] = gateway.children().core;
    process.kill(core as number, "SIGKILL");
    await eventually("there is another core", () => gateway.children().core.some((pid) => pid !== core));
  };

  await say("text-0");
  await eventually("the first one has arrived", () => arrived()["text-0"] === 1);
  await eventually("and counts as delivered", async () => {
    const { json } = await gateway.admin("GET", "/api/v1/notifications/stats");
    return (json as { totalDelivered: number }).totalDelivered === 1;
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
