// What strangers open, and what members say too much, is bounded (CWE-400, CWE-770); others go on undisturbed.
import { beforeAll, expect, test } from "vitest";
import { type EventClient, enterSocket, openSocket } from "../harness/event-socket.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";

let gateway: Gateway;
let token: string;

beforeAll(async () => {
  gateway = await startGateway();
  token = await gateway.signIn();
});

const closeCode = async (client: EventClient) => (await client.closed).code;

test("of one address only a few may wait to sign in: the oldest goes, and an honest client comes in", async () => {
  const crowd: EventClient[] = [];
  for (let i = 0; i < 30; i++) crowd.push(await openSocket(gateway));
  expect(await Promise.all(crowd.slice(0, 14).map(closeCode))).toEqual(Array(14).fill(4429));
  const honest = await enterSocket(gateway, { token });
  expect(honest.isOpen()).toBe(true);
  expect(crowd.at(-1)?.isOpen()).toBe(true);
});

test("of one principal there are at most 64 connections", async () => {
  const open: EventClient[] = [];
  for (let i = 0; i < 64; i++) open.push(await enterSocket(gateway, { token }));
  const over = await openSocket(gateway);
  over.send("auth", { token });
  expect(await closeCode(over)).toBe(4429);
  expect(over.messages).toMatchObject([{ type: "auth_failed", data: { code: "RATE_LIMIT_EXCEEDED" } }]);
  for (const client of open) client.socket.terminate();
});

test("large messages, floods, and what is no message end the connection with a reason", async () => {
  const other = await enterSocket(gateway, { token });
  const cases: [string, (client: EventClient) => void, number][] = [
    ["65 KiB", ({ socket }) => socket.send("x".repeat(65 * 1024)), 1009],
    ["65 KiB before signing in", ({ socket }) => socket.send("x".repeat(65 * 1024)), 1009],
    ["no JSON", ({ socket }) => socket.send("hello"), 1008],
    ["no type", ({ socket }) => socket.send("{}"), 1008],
    ["binary", ({ socket }) => socket.send(Buffer.from([1, 2, 3])), 1008],
    ["messages", (client) => repeat(200, () => client.send("pong")), 4429],
    ["pings", ({ socket }) => repeat(200, () => socket.ping()), 4429],
  ];
  for (const [what, say, code] of cases) {
    const client = what.includes("before") ? await openSocket(gateway) : await enterSocket(gateway, { token });
    say(client);
    expect([what, await closeCode(client)]).toEqual([what, code]);
  }
  other.send("ping");
  await other.next("pong");
});

test("what a client may ask for has an end: topics, and messages of unknown types do nothing", async () => {
  const client = await enterSocket(gateway, { token });
  client.send("subscribe", { topics: Array.from({ length: 100 }, (_, i) => `a.${i}`) });
  client.send("subscribe", { topics: ["b"] });
  client.send("subscribe", { topics: Array(101).fill("c") });
  client.send("publish", { topic: "device_revoked" });
  client.send("__proto__");
  client.send("ping");
  await client.next("pong");
  const answers = client.messages.filter(({ type }) => type === "suback").map(({ data }) => data.success);
  expect(answers).toEqual([true, false, false]);
});

test("opening sockets is limited by address as the public page says", async () => {
  const strict = await startGateway({ config: { rate_limits: { websocket: { per_second: 0.1, burst: 3 } } } });
  const said: string[] = [];
  for (let i = 0; i < 5; i++) {
    said.push(
      await openSocket(strict).then(
        () => "open",
        (error: Error) => error.message,
      ),
    );
  }
  expect(said).toEqual(["open", "open", "open", "429", "429"]);
});

function repeat(times: number, run: () => void): void {
  for (let i = 0; i < times; i++) run();
}
