// Cookies that are kept for one device never reach another device, a person's browser, another app or a page of another
// site, and stand nowhere in clear text (CWE-200, CWE-312, CWE-352, CWE-613, CWE-639).
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { bearer } from "../harness/people.ts";
import { pairPhone } from "../harness/phone.ts";
import type { Answer } from "../harness/request.ts";
import { enterApp, startSession } from "../harness/session.ts";

const CANARY = "canary-of-a-kept-cookie";

type Headers = Record<string, string>;

let gateway: Gateway;
let app: EchoApp;
let phone: Headers;
const answers: Answer[] = [];

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway({ config: { log: { level: "debug" } } }), startEchoApp()]);
  const options = { stripPrefix: true, persistCookies: true };
  await gateway.addRoute("films", app.url, options);
  await gateway.addRoute("notes", app.url, options);
  await gateway.addRoute("open", app.url, { ...options, publicAccess: true });
  phone = await pairPhone(gateway, "phone");
  await signIn("films", phone, `sid=${CANARY}; Path=/; Secure`);
  await eventually("it is kept", async () => (await cookieAt("films", phone)) === `sid=${CANARY}`);
});

const signIn = (appId: string, headers: Headers, cookie: string, at: Gateway["api"] = gateway.api) =>
  at("GET", `/apps/${appId}/header?set-cookie=${encodeURIComponent(cookie)}`, { headers });

/** The Cookie header that the app gets. */
async function cookieAt(appId: string, headers: Headers, at: Gateway["api"] = gateway.api) {
  const answer = await at("GET", `/apps/${appId}/`, { headers });
  expect(answer.status).toBe(200);
  return (answer.json as { headers: { cookie?: string } }).headers.cookie;
}

const listed = async (headers: Headers) => {
  const answer = await gateway.api("GET", "/api/v1/session-cookies", { headers });
  answers.push(answer);
  return [answer.status, answer.json];
};

test("another device, people, keys and strangers get nothing of it, and nothing of theirs is kept", async () => {
  const tablet = await pairPhone(gateway, "tablet");
  const admin = await bearer(gateway);
  const made = await gateway.admin("POST", "/api/v1/apikeys", { name: "ci", scopes: ["access:*", "read:*"] });
  const key = { "x-api-key": (made.json as { key: string }).key };
  const session = await startSession(gateway);
  const browser = { cookie: await enterApp(gateway, session, "films") };
  const callers: [Headers, Gateway["api"]][] = [
    [admin, gateway.api],
    [key, gateway.api],
    [browser, gateway.apps],
  ];
  for (const [headers, at] of callers) {
    await signIn("films", headers, "sid=theirs; Path=/", at);
    expect(await cookieAt("films", headers, at)).toBeUndefined();
  }
  await signIn("open", {}, "sid=theirs; Path=/", gateway.apps);
  expect(await cookieAt("open", {}, gateway.apps)).toBeUndefined();
  expect(await cookieAt("films", tablet)).toBeUndefined();
  expect(await cookieAt("notes", phone)).toBeUndefined();
  expect(await cookieAt("open", phone)).toBeUndefined();
  expect(await listed(tablet)).toEqual([200, { sessions: [] }]);
  expect(await listed(phone)).toMatchObject([200, { sessions: [{ appId: "films", cookieCount: 1 }] }]);
  expect(await cookieAt("films", phone)).toBe(`sid=${CANARY}`);
});

test("only a device asks for its own, and only its owner and those who may change devices make it forget", async () => {
  const admin = await bearer(gateway);
  const session = await startSession(gateway);
  const tablet = await pairPhone(gateway, "tablet-2");
  for (const [headers, status] of [
    [{}, 401],
    [{ authorization: "Bearer nonsense" }, 401],
    [admin, 403],
    [session.headers, 403],
  ] as [Headers, number][]) {
    expect((await listed(headers))[0]).toBe(status);
    for (const path of ["/api/v1/session-cookies", "/api/v1/session-cookies/films"]) {
      expect((await gateway.api("DELETE", path, { headers })).status).toBe(status);
    }
  }
  const foreign = await gateway.api("DELETE", "/api/v1/devices/phone/session-cookies", { headers: tablet });
  expect(foreign.status).toBe(404);
  expect((await gateway.api("DELETE", "/api/v1/session-cookies", { headers: tablet })).status).toBe(204);
  expect(await cookieAt("films", phone)).toBe(`sid=${CANARY}`);
});

test("a page of another site rides on no sign-in, and an app keeps no cookie with a name of ours", async () => {
  const foreign = { ...phone, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
  expect(await cookieAt("films", foreign)).toBeUndefined();
  await signIn("notes", phone, "__Host-nekzus-session=x; Path=/; Secure");
  await signIn("notes", phone, "nekzus-apps=x; Path=/");
  await signIn("notes", phone, "mine=1; Path=/");
  await eventually("the last one is kept", async () => (await cookieAt("notes", phone)) === "mine=1");
});

test("its value is in no file, log, metric or answer of the API", async () => {
  answers.push(await gateway.admin("GET", "/api/v1/devices"), await gateway.admin("GET", "/api/v1/audit-logs"));
  answers.push(await gateway.api("GET", "/metrics"));
  const places = new Map([["output", gateway.output()]]);
  for (const [at, { text }] of answers.entries()) places.set(`answer ${at}`, text);
  for (const name of readdirSync(gateway.dataFolder, { recursive: true, encoding: "utf8" })) {
    const file = join(gateway.dataFolder, name);
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) places.set(name, readFileSync(file, "latin1"));
  }
  const database = [...places].filter(([name]) => /^nekzus\.db(-wal)?$/.test(name));
  expect(database).toHaveLength(2);
  expect(database.some(([, bytes]) => bytes.includes("session_cookies"))).toBe(true);
  // The access log holds the address by which the test had the app set it.
  const found = [...places].filter(([name, text]) => text.includes(CANARY) && !name.includes("access.log"));
  expect(found.map(([name]) => name)).toEqual([]);
});

test("a device that is revoked leaves nothing", async () => {
  expect((await gateway.admin("DELETE", "/api/v1/devices/phone")).status).toBe(200);
  expect((await gateway.api("GET", "/apps/films/", { headers: phone })).status).toBe(401);
  const again = await pairPhone(gateway, "phone");
  expect(await cookieAt("films", again)).toBeUndefined();
  expect(await listed(again)).toEqual([200, { sessions: [] }]);
});
