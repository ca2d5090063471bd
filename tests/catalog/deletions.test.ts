import type { catalog } from "@nekzus/contract";
import { beforeAll, expect, test } from "vitest";
import type { z } from "zod";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { makeFolder } from "../harness/folder.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, bearer } from "../harness/people.ts";
import { enterApp, startSession } from "../harness/session.ts";

type RouteListed = z.output<typeof catalog.RouteListed>;

const OPTIONS = {
  appName: "Wiki",
  pathBase: "/apps/our/wiki/",
  stripPrefix: true,
  scopes: ["access:wiki", "access:family"],
  identityHeaders: true,
  removeResponseHeaders: ["x-powered-by"],
};

let app: EchoApp;
let dataFolder: string;
let gateway: Gateway;

beforeAll(async () => {
  app = await startEchoApp();
  dataFolder = makeFolder("nekzus-deletions-");
  gateway = await startGateway({ dataFolder });
  await gateway.addRoute("wiki", app.url, OPTIONS);
});

const routes = async () => (await gateway.admin("GET", "/api/v1/routes")).json as RouteListed[];
const wiki = async () => (await routes()).find(({ appId }) => appId === "wiki");
const deletions = async () => (await gateway.admin("GET", "/api/v1/deletions")).json as { id: string }[];
const restore = (id: string) => gateway.admin("POST", `/api/v1/deletions/${id}/restore`);

/** Opens the app as a browser does that entered it by way of the dashboard. */
async function open(path: string): Promise<{ status: number; json: unknown }> {
  const cookie = await enterApp(gateway, await startSession(gateway), "wiki");
  return gateway.apps("GET", path, { headers: { cookie } });
}

test("a path that was taken meanwhile stays with its owner, which the refusal names", async () => {
  const id = String((await gateway.admin("DELETE", "/api/v1/routes/wiki")).headers["x-nekzus-deletion"]);
  await gateway.addRoute("squatter", app.url, { pathBase: "/apps/our/wiki/" });
  const refused = await restore(id);
  expect(refused).toMatchObject({ status: 409, json: { error: { code: "ROUTE_CONFLICT" } } });
  expect(refused.text).toContain("squatter");
  await gateway.admin("DELETE", "/api/v1/routes/squatter");
  expect((await restore(id)).status).toBe(200);
});

test("members neither see nor undo deletions", async () => {
  const id = String((await gateway.admin("DELETE", "/api/v1/apps/wiki")).headers["x-nekzus-deletion"]);
  const headers = await bearer(gateway, await addPerson(gateway, "ben", { apps: ["wiki"] }));
  expect((await gateway.api("GET", "/api/v1/deletions", { headers })).status).toBe(403);
  expect((await gateway.api("POST", `/api/v1/deletions/${id}/restore`, { headers })).status).toBe(403);
  expect((await restore(id)).status).toBe(200);
});

test("an app that stops says within one interval why, and since when", async () => {
  const dying = await startEchoApp();
  await gateway.addRoute("dying", dying.url, { healthCheckInterval: "1s" });
  const health = async () => (await routes()).find(({ appId }) => appId === "dying")?.healthInfo;
  await eventually("it was found well", async () => (await health())?.status === "healthy");
  dying.close();
  const ill = await eventually("it is found ill", async () => {
    const now = await health();
    return now?.status === "unhealthy" && now;
  });
  expect(ill).toMatchObject({ lastError: expect.stringContaining("refused"), since: expect.any(String) });
  expect(Date.parse(ill.nextCheck ?? "")).toBeGreaterThan(Date.parse(ill.lastCheck ?? ""));
  expect((await gateway.admin("GET", "/api/v1/apps/dying")).json).toMatchObject({
    healthStatus: "unhealthy",
    healthMessage: "It did not answer: the connection was refused.",
  });
});

test("a deleted app opens again after a restart and an undo, with the same options", async () => {
  expect((await open("/apps/our/wiki/page")).json).toMatchObject({ url: "/page" });
  const before = await wiki();
  const deleted = await gateway.admin("DELETE", "/api/v1/apps/wiki");
  const id = String(deleted.headers["x-nekzus-deletion"]);
  expect([deleted.status, await wiki()]).toEqual([204, undefined]);
  expect((await gateway.admin("DELETE", "/api/v1/apps/wiki")).headers).not.toHaveProperty("x-nekzus-deletion");
  expect((await gateway.admin("GET", "/apps/our/wiki/page")).status).toBe(404);

  expect(await gateway.stop()).toBe(0);
  gateway = await startGateway({ dataFolder });
  expect((await deletions())[0]).toMatchObject({ id, kind: "app", appId: "wiki", name: "Wiki", deletedBy: "admin" });
  expect(await restore(id)).toMatchObject({ status: 200, json: { appId: "wiki", routeIds: ["wiki"] } });

  // In force with the answer: nothing is waited for.
  const opened = await open("/apps/our/wiki/page");
  expect(opened).toMatchObject({ status: 200, json: { url: "/page", headers: { "x-nekzus-user": "admin" } } });
  const { version, healthInfo: _now, status: _today, ...after } = (await wiki()) as RouteListed;
  const { version: earlier, healthInfo: _then, status: _once, ...same } = before as RouteListed;
  expect([after, version]).toEqual([same, earlier + 1]);
  expect((await deletions()).map((one) => one.id)).not.toContain(id);
  expect((await restore(id)).status).toBe(404);
});
