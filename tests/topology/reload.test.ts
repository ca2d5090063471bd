import { readFileSync, writeFileSync } from "node:fs";
import { beforeAll, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { whenDone } from "../harness/cleanup.ts";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";

// Processes start again in here, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

type File = { server: Record<string, unknown> } & Record<string, unknown>;

let gateway: Gateway;
let app: EchoApp;
let bearer: { authorization: string };

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
  await gateway.addRoute("made", app.url);
  bearer = { authorization: `Bearer ${await gateway.signIn()}` };
});

const statusOf = async (id: string) => (await gateway.api("GET", `/apps/${id}/`, { headers: bearer })).status;
const statusAs = async (host: string) => (await gateway.api("GET", "/api/v1/healthz", { headers: { host } })).status;
const read = () => JSON.parse(readFileSync(gateway.configFile, "utf8")) as File;
const write = (file: unknown) => writeFileSync(gateway.configFile, JSON.stringify(file));

/** Routes of the configuration, each to an app of the same id. */
const routes = (...ids: string[]) => ({
  apps: ids.map((id) => ({ id, name: id })),
  routes: ids.map((id) => ({ id, app_id: id, path_base: `/apps/${id}/`, to: app.url })),
});

test("a changed file takes effect by itself, and takes away nothing that the API made", async () => {
  expect(await statusAs("home.example")).toBe(421);
  const file = read();
  write({ ...file, server: { ...file.server, allowed_hosts: ["home.example"] }, ...routes("one", "two") });
  await eventually("the routes of the file are there", async () => (await statusOf("two")) === 200);
  expect(await statusOf("one")).toBe(200);
  expect(await statusAs("home.example")).toBe(200);
  expect(await statusOf("made")).toBe(200);

  write({ ...read(), ...routes("one") });
  gateway.process.kill("SIGHUP");
  // Never cut off: a request that is under way when its route goes is told so.
  await eventually("what left the file is gone", async () => (await statusOf("two")) === 404);
  expect([await statusOf("one"), await statusOf("made")]).toEqual([200, 200]);
});

test("a file with one mistake is refused as a whole, with its place, and the old one stays", async () => {
  const good = read();
  write({
    ...good,
    ...routes("one", "three"),
    server: { ...good.server, allowed_hosts: ["home.example", "not a host"] },
  });
  gateway.process.kill("SIGHUP");
  await eventually("the refusal is logged", () => gateway.output().includes("the new configuration is refused"));
  expect(gateway.output()).toMatch(/nekzus\.json:1:\d+: server\.allowed_hosts/);
  expect(await statusOf("three")).toBe(404);
  expect([await statusOf("one"), await statusOf("made")]).toEqual([200, 200]);
  expect(await statusAs("home.example")).toBe(200);
  write(good);
});

test("switching discovery on and off needs no restart", async () => {
  expect((await gateway.admin("POST", "/api/v1/discovery/rediscover")).json).toMatchObject({
    error: { code: "FEATURE_DISABLED" },
  });
  const off = read();
  write({ ...off, discovery: { enabled: true, docker: { socket_path: "unix:///nowhere/docker.sock" } } });
  gateway.process.kill("SIGHUP");
  await eventually(
    "it looks",
    async () => (await gateway.admin("POST", "/api/v1/discovery/rediscover")).status === 200,
  );
  const sources = async () => (await gateway.admin("GET", "/api/v1/discovery/sources")).json;
  await eventually("it cannot look", async () => JSON.stringify(await sources()).includes('"failing"'));
  expect(await sources()).toMatchObject({
    enabled: true,
    sources: [{ name: "docker", message: expect.stringContaining("/nowhere/docker.sock"), found: 0 }],
  });
  write(off);
  gateway.process.kill("SIGHUP");
  await eventually(
    "it rests",
    async () => (await gateway.admin("POST", "/api/v1/discovery/rediscover")).status === 503,
  );
  expect(await sources()).toMatchObject({ enabled: false, offBecause: expect.stringContaining("discovery.enabled") });
});

test("limits of the connections to apps take effect, and leave the API alone", async () => {
  await gateway.addRoute("limited", app.url, { stripPrefix: true, websocket: true });
  write({ ...read(), upstreams: { max_connections: 1, max_websockets: 0 } });
  gateway.process.kill("SIGHUP");
  /** The headers of the answer that refuses a WebSocket; undefined when it opens. */
  const refusal = () =>
    new Promise<Record<string, unknown> | undefined>((done) => {
      const socket = new WebSocket(`wss://127.0.0.1:${gateway.apiPort}/apps/limited/ws`, {
        headers: bearer,
        rejectUnauthorized: false,
      });
      socket.on("error", () => {});
      socket
        .on("open", () => done(undefined))
        .on("unexpected-response", (_, answer) => {
          done({ status: answer.statusCode, ...answer.headers });
          socket.terminate();
        });
      whenDone(() => socket.terminate());
    });
  await eventually("no WebSocket opens", async () => (await refusal()) !== undefined);
  expect(await refusal()).toMatchObject({ status: 503, "retry-after": "5" });
  const began = performance.now();
  const slow = () => gateway.api("GET", "/apps/limited/slow/200", { headers: bearer });
  const all = Promise.all([slow(), slow(), slow()]);
  expect((await gateway.admin("GET", "/api/v1/routes/limited")).status).toBe(200);
  expect((await all).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(performance.now() - began).toBeGreaterThan(590);
});
