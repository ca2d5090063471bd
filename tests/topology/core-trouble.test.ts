import { readFileSync, writeFileSync } from "node:fs";
import { beforeAll, expect, test, vi } from "vitest";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { openEcho, openEvents } from "../harness/streams.ts";

// Processes start again in here, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

let gateway: Gateway;
let app: EchoApp;
let bearer: { authorization: string };

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
  await gateway.addRoute("echo", app.url, { stripPrefix: true, websocket: true });
  bearer = { authorization: `Bearer ${await gateway.signIn()}` };
});

const openApp = () => gateway.api("GET", "/apps/echo/", { headers: bearer });
const askApi = () => gateway.api("GET", "/api/v1/apps", { headers: bearer });

test("a core that is blocked does not delay apps, and answers late itself", async () => {
  const core = gateway.children().core[0] as number;
  let answered = false;
  process.kill(core, "SIGSTOP");
  const late = askApi().finally(() => {
    answered = true;
  });
  try {
    const began = performance.now();
    for (let i = 0; i < 10; i++) expect((await openApp()).status).toBe(200);
    await openEcho(gateway.apiPort, "/apps/echo/ws", bearer);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(answered).toBe(false);
  } finally {
    process.kill(core, "SIGCONT");
  }
  expect((await late).status).toBe(200);
});

test("a killed core costs no stream and no app; API and tokens are back with the next one", async () => {
  const events = await openEvents(gateway.apiPort, "/apps/echo/sse", bearer);
  const socket = await openEcho(gateway.apiPort, "/apps/echo/ws", bearer);
  const [core] = gateway.children().core;
  process.kill(core as number, "SIGKILL");

  const down = await eventually("the API says that it is away", async () => {
    const answer = await askApi().catch(() => undefined);
    return answer?.status === 503 && answer;
  });
  expect(down.headers["retry-after"]).toMatch(/^[1-9]\d*$/);
  expect(down.json).toMatchObject({ error: { code: "SERVICE_UNAVAILABLE" } });
  expect((await openApp()).status).toBe(200);
  expect(await socket.echo("without a core")).toBe("without a core");

  await eventually("the API answers again", async () => (await askApi()).status === 200);
  expect(gateway.children().core).not.toContain(core);
  expect((await gateway.admin("PUT", "/api/v1/routes/second", { appId: "second", to: app.url })).status).toBe(200);
  expect((await gateway.api("GET", "/apps/second/", { headers: bearer })).status).toBe(200);
  const before = events.received();
  await eventually("the stream goes on", () => events.received() > before);
  expect(await socket.echo("with a new core")).toBe("with a new core");
});

test("a core that cannot start again is tried until it can, and edges go on meanwhile", async () => {
  const good = readFileSync(gateway.configFile, "utf8");
  writeFileSync(gateway.configFile, "{ this is no JSON");
  process.kill(gateway.children().core[0] as number, "SIGKILL");
  await eventually("the core is refused its start", () => gateway.output().includes("the core cannot start again"));
  expect((await openApp()).status).toBe(200);
  expect(gateway.process.exitCode).toBeNull();
  writeFileSync(gateway.configFile, good);
  await eventually("the API answers again", async () => (await askApi()).status === 200);
});
