import { readFileSync, writeFileSync } from "node:fs";
import { beforeAll, expect, test, vi } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, bearer } from "../harness/people.ts";

vi.setConfig({ testTimeout: 60_000 });

type Entry = {
  action: string;
  actorName: string;
  actorIp: string;
  targetId: string;
  success: boolean;
  error?: string;
  details: {
    before?: Record<string, unknown>;
    after?: Record<string, unknown>;
    input?: Record<string, unknown>;
  } | null;
};

let gateway: Gateway;
let admin: Record<string, string>;

beforeAll(async () => {
  gateway = await startGateway();
  await addPerson(gateway, "ben");
  admin = await bearer(gateway);
});

async function logs(query = ""): Promise<Entry[]> {
  const answer = await gateway.api("GET", `/api/v1/audit-logs${query}`, { headers: admin });
  expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('"logs"')]);
  return (answer.json as { logs: Entry[] }).logs;
}

test("a change is there with who, from where, and what it was before", async () => {
  const put = (change: object) =>
    gateway.api("PUT", "/api/v1/routes/notes", {
      headers: admin,
      body: { appId: "notes", to: "http://127.0.0.1:9", ...change },
    });
  expect((await put({})).status).toBe(200);
  expect((await put({ websocket: true, setRequestHeaders: { authorization: "Basic c2VjcmV0" } })).status).toBe(200);
  expect((await gateway.api("DELETE", "/api/v1/routes/notes", { headers: admin })).status).toBe(204);
  const entries = (await logs("?target=notes")).filter(({ action }) => action.startsWith("route."));
  expect(entries.map(({ action }) => action)).toEqual(["route.deleted", "route.updated", "route.created"]);
  expect(entries[1]).toMatchObject({
    actorName: "admin",
    actorIp: "127.0.0.1",
    success: true,
    details: { before: { websocket: false }, after: { websocket: true } },
  });
  // What a change says of itself tells no secret.
  expect(JSON.stringify(entries)).not.toContain("c2VjcmV0");
});

test("failed sign-ins are there, without what was typed", async () => {
  const login = (username: string, password: string) =>
    gateway.api("POST", "/api/v1/auth/login", { body: { username, password } });
  await login("ben", "a wrong password");
  await login("hunter2-typed-into-the-name", "x");
  const failed = await logs("?action=signin&success=false");
  expect(failed.map(({ actorName, error }) => [actorName, error])).toEqual([
    ["anonymous", "INVALID_CREDENTIALS"],
    ["ben", "INVALID_CREDENTIALS"],
  ]);
  expect(JSON.stringify(await logs())).not.toMatch(/hunter2|a wrong password/);
  expect(await logs("?action=signin&success=true&actor=admin")).not.toEqual([]);
});

test("keys, devices and commands leave entries without their secrets", async () => {
  const made = await gateway.api("POST", "/api/v1/apikeys", {
    headers: admin,
    body: { name: "ci", scopes: ["read:*"] },
  });
  const { key } = made.json as { key: string };
  const code = await gateway.api("POST", "/api/v1/pairings", { headers: admin, body: {} });
  const all = JSON.stringify(await logs("?limit=1000"));
  expect(all).not.toContain(key);
  expect(all).not.toContain((code.json as { code: string }).code);
  expect(await logs("?action=apikey.created")).toMatchObject([{ targetId: "ci" }]);
  expect(await logs("?action=user.added")).toMatchObject([{ actorName: "command line", targetId: "ben" }]);
});

test("a reload of the configuration is there", async () => {
  const config = JSON.parse(readFileSync(gateway.configFile, "utf8")) as object;
  writeFileSync(gateway.configFile, JSON.stringify({ ...config, audit: { keep_days: 30 } }));
  gateway.process.kill("SIGHUP");
  await eventually("the reload is recorded", async () => (await logs("?action=config.reloaded")).length > 0);
  expect(await logs("?action=config.reloaded")).toMatchObject([{ actorName: "gateway", success: true }]);
});

test("it is for administrators with a credential, and leaves as CSV and JSON", async () => {
  const { json } = await gateway.api("GET", "/api/v1/audit-logs/export?format=json", { headers: admin });
  expect((json as Entry[]).length).toBeGreaterThan(3);
  const csv = await gateway.api("GET", "/api/v1/audit-logs/export", { headers: admin });
  expect(csv.headers["content-disposition"]).toMatch(/^attachment; filename="nekzus-audit-\d{4}-\d\d-\d\d\.csv"$/);
  expect(csv.text.split("\r\n")[0]).toBe("timestamp,action,actorId,actorName,actorIp,targetId,success,error,details");
  const ben = await bearer(gateway, { username: "ben", password: "the password of ben" });
  expect((await gateway.api("GET", "/api/v1/audit-logs", { headers: ben })).status).toBe(403);
  expect((await gateway.api("GET", "/api/v1/audit-logs")).status).toBe(401);
});
