import { once } from "node:events";
import { createServer as createHttp } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { connectionTest as contract } from "@nekzus/contract";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../kit/clock.ts";
import type { Resolve } from "../../kit/outbound.ts";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import { openConnection } from "./connection-steps.ts";
import { createConnectionTest } from "./connection-test.ts";

const ANNA = { id: "user:1", scopes: ["write:*"], address: "192.168.1.9", appsUrl: "https://home.test:8444" };
const question = (to: string, more: Record<string, unknown> = {}) => contract.routeTest.body.parse({ to, ...more });

function testOn(resolve: Resolve) {
  const clock = createVirtualClock();
  const isOwnListener = (address: string, port: number) => address === "127.0.0.1" && port === 8443;
  const sockets = () => ({ folder: "/run/apps", never: [] });
  return { clock, connectionTest: createConnectionTest({ clock, resolve, isOwnListener, sockets }) };
}

/** A server that takes connections and says nothing. */
async function silent() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket.on("error", () => {})));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/** Waits until a silent server has received bytes. */
async function received({ server }: Awaited<ReturnType<typeof silent>>): Promise<void> {
  const [socket] = (await once(server, "connection")) as [Socket];
  await once(socket, "data");
}

test("a service that takes the connection and never answers: told after eight seconds", async () => {
  const app = await silent();
  const { clock, connectionTest } = testOn(async () => ["127.0.0.1"]);
  const running = connectionTest.test(question(`http://app.test:${app.port}`), ANNA);
  await received(app);
  await clock.advance(7_900);
  await clock.advance(200);
  expect(await running).toMatchObject({
    verdict: "timed-out",
    ok: false,
    totalMs: 8000,
    message: expect.stringMatching(/within 8 s/),
  });
});

test("a service that never answers the handshake: told after three seconds, and two more for plain HTTP", async () => {
  const app = await silent();
  const { clock, connectionTest } = testOn(async () => ["127.0.0.1"]);
  const running = connectionTest.test(question(`https://app.test:${app.port}`), ANNA);
  await received(app);
  const asked = received(app);
  await clock.advance(3000);
  await asked;
  await clock.advance(2000);
  expect(await running).toMatchObject({ verdict: "timed-out", message: expect.stringMatching(/TLS/), totalMs: 5000 });
});

test("a name server that never answers: told after three seconds", async () => {
  const { clock, connectionTest } = testOn(() => new Promise<never>(() => {}));
  const running = connectionTest.test(question("http://nas"), ANNA);
  await clock.advance(3000);
  expect(await running).toMatchObject({
    verdict: "unknown-host",
    message: expect.stringMatching(/no name server/),
    totalMs: 3000,
  });
});

test("of a name's addresses only those that a route may use are contacted, one after the other", async () => {
  const app = createHttp((_, response) => response.end("hello"));
  await new Promise<void>((done) => app.listen(0, "127.0.0.1", done));
  onTestFinished(() => void app.close());
  const names: Record<string, string[]> = {
    "mixed.test": ["8.8.8.8", "169.254.169.254", "127.0.0.3", "127.0.0.1"],
    "metadata.test": ["169.254.169.254", "fe80::1"],
    "self.test": ["127.0.0.1"],
  };
  const { connectionTest } = testOn(async (host) => names[host] ?? []);
  const { port } = app.address() as AddressInfo;
  const mixed = await connectionTest.test(question(`http://mixed.test:${port}`), ANNA);
  expect(mixed).toMatchObject({ verdict: "good", upstreamClass: "host", addresses: ["127.0.0.3", "127.0.0.1"] });
  expect(mixed.steps.slice(0, 2)).toMatchObject([
    { status: "warned", detail: "127.0.0.3, 127.0.0.1; not used: 8.8.8.8, 169.254.169.254" },
    { status: "warned", detail: "the connection was refused; connected to 127.0.0.1" },
  ]);
  const metadata = await connectionTest.test(question("http://metadata.test"), ANNA);
  expect(metadata).toMatchObject({ verdict: "not-allowed", message: expect.stringMatching(/metadata service/) });
  const own = await connectionTest.test(question("https://self.test:8443"), ANNA);
  expect(own).toMatchObject({ verdict: "not-allowed", message: expect.stringMatching(/the gateway itself/) });
});

test("an address without a way to it", async () => {
  // Linux refuses connections to the broadcast address by itself.
  const way = openConnection("255.255.255.255", 80, { clock: systemClock, ms: 5000 });
  await expect(way).rejects.toMatchObject({ kind: "unreachable" });
});

test("what could not be saved is refused before anything is looked up", async () => {
  const { connectionTest } = testOn(() => expect.unreachable());
  for (const bad of [
    question("unix:relative.sock"),
    question("unix:/run/app.sock?a=b"),
    question("http://nas/?a=b"),
    question("http://nas", { pathBase: "/elsewhere/" }),
    question("http://nas", { healthCheckPath: "/a b" }),
  ]) {
    await expect(connectionTest.test(bad, ANNA)).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
  }
});

test("what files and sockets this machine has is told to administrators only", async () => {
  const { connectionTest } = testOn(() => expect.unreachable());
  const admin = { ...ANNA, scopes: ["access:admin"] };
  const [socket, outside, file] = [
    question("unix:/run/apps/missing.sock"),
    question("unix:/run/elsewhere.sock"),
    question("https://nas", { caFile: "/nowhere/ca.pem" }),
  ];
  for (const asked of [socket, outside, file])
    await expect(connectionTest.test(asked, ANNA)).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect(await connectionTest.test(socket, admin)).toMatchObject({
    verdict: "refused",
    message: "The socket /run/apps/missing.sock takes no connection: the socket does not exist.",
  });
  expect(await connectionTest.test(outside, admin)).toMatchObject({ verdict: "not-allowed" });
  await expect(connectionTest.test(file, admin)).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
});

test("nobody searches a network with it: few at a time, few in a minute, and others are not held up", async () => {
  const answers: ((addresses: string[]) => void)[] = [];
  const { clock, connectionTest } = testOn(() => new Promise((done) => answers.push(done)));
  const ask = (id: string) => connectionTest.test(question("http://nas"), { ...ANNA, id });
  const first = [ask("user:1"), ask("user:1"), ask("user:1")];
  await expect(ask("user:1")).rejects.toMatchObject({ code: "RATE_LIMIT_EXCEEDED", retryAfter: 10 });
  // Four run, eight wait, nobody else is let in.
  const others = ["a", "b", "c"].flatMap((id) => [ask(id), ask(id), ask(id)]);
  await expect(ask("d")).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
  for (let i = 0; i < 12; i++) {
    await clock.advance(0);
    answers[i]?.([]);
  }
  await clock.advance(0);
  for (const report of await Promise.all([...first, ...others])) expect(report.verdict).toBe("unknown-host");

  for (let count = 3; count < 30; count++) {
    const running = ask("user:1");
    await clock.advance(1000);
    answers.at(-1)?.([]);
    await running;
  }
  await expect(ask("user:1")).rejects.toMatchObject({ code: "RATE_LIMIT_EXCEEDED", retryAfter: 33 });
  await clock.advance(33_000);
  const again = ask("user:1");
  await clock.advance(0);
  answers.at(-1)?.([]);
  expect(await again).toMatchObject({ verdict: "unknown-host" });
});
