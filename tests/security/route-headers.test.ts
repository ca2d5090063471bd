// Headers that a route sets must not become a way to forge what the gateway says, to take over an app's trust without being
// an administrator, or to read back a credential that was put there (CWE-269, CWE-290, CWE-522; CWE-113 for split headers).
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { plainAnswer, type RawApp, startRawApp } from "../harness/raw-app.ts";
import { sendRaw } from "../harness/request.ts";

let gateway: Gateway;
let app: RawApp;
/** Somebody who may change routes and is no administrator. */
let writer: { "x-api-key": string };

beforeAll(async () => {
  [gateway, app] = await Promise.all([
    startGateway({ insecureHttp: true }),
    startRawApp((socket) => void socket.write(plainAnswer(""))),
  ]);
  const made = await gateway.admin("POST", "/api/v1/apikeys", {
    name: "ci",
    scopes: ["read:*", "write:*", "access:*"],
  });
  writer = { "x-api-key": (made.json as { key: string }).key };
});

const asWriter = (method: string, body: Record<string, unknown>) =>
  gateway.api(method, "/api/v1/routes/app", { headers: writer, body: { appId: "app", to: app.url, ...body } });
const asAdmin = (body: Record<string, unknown>) =>
  gateway.admin("PUT", "/api/v1/routes/app", { appId: "app", to: app.url, skipHealthCheck: true, ...body });

const BELIEVED = [
  "Remote-User",
  "X-Forwarded-User",
  "X-WEBAUTH-USER",
  "Authorization",
  "X-Auth-Request-Email",
  "X-Any",
];
const OURS = ["X-Nekzus-User", "X_Nekzus_Scopes", "x-nekzus-facts", "X-Forwarded-For", "X-Real-IP", "Host", "Cookie"];
const SPLIT = ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\u0000", "a\u010aX-Evil: 1"];

test("who may change routes makes no app believe anything, and opens no answers to other sites", async () => {
  await asAdmin({});
  for (const name of BELIEVED) {
    for (const method of ["PUT", "PATCH"]) {
      const answer = await asWriter(method, { setRequestHeaders: { [name]: "root" } });
      expect([name, method, answer.status]).toEqual([name, method, 403]);
    }
  }
  const opened = await asWriter("PATCH", { setResponseHeaders: { "access-control-allow-origin": "*" } });
  expect(opened.status).toBe(403);
  expect((await asWriter("PATCH", { setResponseHeaders: { "X-Robots-Tag": "noindex" } })).status).toBe(200);
});

test("nobody sets what only the gateway says, and no value ends its line", async () => {
  for (const name of OURS) expect((await asAdmin({ setRequestHeaders: { [name]: "1" } })).status, name).toBe(400);
  for (const value of SPLIT) {
    expect((await asAdmin({ setRequestHeaders: { "X-A": value } })).status).toBe(400);
    expect((await asAdmin({ setResponseHeaders: { "X-A": value } })).status).toBe(400);
  }
  const cookie = { "Set-Cookie": "__Host-nekzus-apps=evil; Path=/" };
  expect((await asAdmin({ setResponseHeaders: cookie })).status).toBe(400);
});

test("a credential for an app is sent to it in place of the client's, and is to be read nowhere", async () => {
  const secret = "c2VjcmV0LW9mLXRoZS1hcHA";
  const made = await asAdmin({ setRequestHeaders: { "Remote-User": "house", Authorization: `Basic ${secret}` } });
  expect(made.status).toBe(200);
  const head = [
    "GET /apps/app/ HTTP/1.1",
    `Host: localhost:${gateway.apiPort}`,
    `X-API-Key: ${writer["x-api-key"]}`,
    ...["Remote-User: root", "remote_user: root", "Authorization: Basic forged", "Connection: Remote-User, close"],
    ...["", ""],
  ];
  expect(await sendRaw(gateway.apiPort, false, head.join("\r\n"), 150)).toMatch(/^HTTP\/1\.1 200/);
  const lines = app.received.join("").split("\r\n");
  const told = lines.filter((line) => /^(remote.user|authorization):/i.test(line));
  expect(told).toEqual(["Remote-User: house", `Authorization: Basic ${secret}`]);

  await gateway.admin("PATCH", "/api/v1/routes/app", { setRequestHeaders: { Authorization: `Basic ${secret}` } });
  for (const path of ["/api/v1/routes", "/api/v1/routes/app", "/api/v1/audit-logs", "/api/v1/apps/app/access"]) {
    const answer = await gateway.admin("GET", path);
    expect([path, answer.status]).toEqual([path, 200]);
    expect(answer.text, path).not.toContain(secret);
  }
  expect(gateway.output()).not.toContain(secret);
  for (const file of readdirSync(gateway.dataFolder).filter((name) => name.startsWith("nekzus.db")))
    expect(readFileSync(join(gateway.dataFolder, file)).includes(secret), file).toBe(false);
});

test("who may change addresses cannot have the credential sent to a machine of their own", async () => {
  const thief = await startRawApp((socket) => void socket.write(plainAnswer("")));
  await asAdmin({ setRequestHeaders: { Authorization: "Basic Zm9v" } });
  for (const change of [{ to: thief.url }, { to: thief.url, setRequestHeaders: { Authorization: "[hidden]" } }]) {
    expect((await asWriter("PATCH", change)).status).toBe(403);
    expect((await asWriter("PUT", change)).status).toBe(403);
  }
  const copy = { appId: "copy", to: thief.url, setRequestHeaders: { Authorization: "[hidden]" } };
  const copied = await gateway.api("PUT", "/api/v1/routes/copy", { headers: writer, body: copy });
  expect(copied.status).toBe(403);
  expect(thief.received.join("")).toBe("");
});
