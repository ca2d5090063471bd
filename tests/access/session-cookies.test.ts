import { beforeAll, expect, test, vi } from "vitest";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { pairPhone } from "../harness/phone.ts";
import { openEcho } from "../harness/streams.ts";

// Processes start again in here, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

type Headers = Record<string, string>;

let gateway: Gateway;
let app: EchoApp;
let phone: Headers;

beforeAll(async () => {
  // Two edges: what one captures the other must know.
  [gateway, app] = await Promise.all([startGateway({ config: { edge: { workers: 2 } } }), startEchoApp()]);
  await gateway.addRoute("films", app.url, { stripPrefix: true, websocket: true, persistCookies: true });
  await gateway.addRoute("notes", `${app.url}/header`, { stripPrefix: true, persistCookies: true });
  await gateway.addRoute("plain", app.url, { stripPrefix: true });
  phone = await pairPhone(gateway, "phone");
});

/** The app answers with these cookies, as after a sign-in. */
async function signIn(appId: string, cookies: string[], headers: Headers = phone) {
  const query = cookies.map((cookie) => `set-cookie=${encodeURIComponent(cookie)}`).join("&");
  return gateway.api("GET", `/apps/${appId}/header?${query}`, { headers });
}

/** The Cookie header that the app gets from a new web view: on a connection of its own, so by either edge. */
async function cookieAt(path: string, headers: Headers = phone): Promise<string | undefined> {
  const answer = await gateway.api("GET", path, { headers });
  expect([path, answer.status]).toEqual([path, 200]);
  return (answer.json as { headers: { cookie?: string } }).headers.cookie;
}

/** The same, as both edges see it. */
async function settles(path: string, expected: string | undefined, headers: Headers = phone): Promise<void> {
  await eventually(`the app at ${path} gets ${expected}`, async () => {
    for (let i = 0; i < 8; i++) if ((await cookieAt(path, headers)) !== expected) return false;
    return true;
  });
}

const listed = async (headers: Headers = phone) =>
  (await gateway.api("GET", "/api/v1/session-cookies", { headers })).json as { sessions: Record<string, unknown>[] };
const clear = async (path = "", headers: Headers = phone) =>
  (await gateway.api("DELETE", `/api/v1/session-cookies${path}`, { headers })).status;

test("a phone that lost its cookies is still signed in, by the paths that the app knows", async () => {
  const answer = await signIn("films", ["sid=one; Path=/; HttpOnly", "wide=1; Max-Age=3600", "deep=1; Path=/settings"]);
  // The client gets them too, in the app's prefix; what is kept goes by the paths that the app knows.
  expect(answer.headers["set-cookie"]).toEqual([
    "sid=one; Path=/apps/films/; HttpOnly",
    "wide=1; Max-Age=3600",
    "deep=1; Path=/apps/films/settings",
  ]);
  await settles("/apps/films/", "sid=one; wide=1");
  await settles("/apps/films/settings/me", "deep=1; sid=one; wide=1");
  // Without a path a cookie is for where it was set, as the app sees that.
  await signIn("notes", ["here=1", "gone=1; Path=/apps/notes/"]);
  await settles("/apps/notes/x", "here=1");
  expect(await cookieAt("/apps/plain/")).toBeUndefined();
  expect(await listed()).toEqual({
    sessions: [
      { appId: "films", cookieCount: 3, lastUpdated: expect.any(String), expiresAt: expect.any(String) },
      { appId: "notes", cookieCount: 2, lastUpdated: expect.any(String) },
    ],
  });
});

test("what the client sends itself wins, also in a WebSocket; a cookie that ends takes no other with it", async () => {
  expect(await cookieAt("/apps/films/", { ...phone, cookie: "sid=own; theme=dark" })).toBe(
    "sid=own; theme=dark; wide=1",
  );
  const upgrade = new Promise((done) => app.server.once("upgrade", ({ headers }) => done(headers.cookie)));
  const socket = await openEcho(gateway.apiPort, "/apps/films/ws", phone);
  expect(await upgrade).toBe("sid=one; wide=1");
  expect(await socket.echo("hello")).toBe("hello");
  await signIn("films", ["wide=; Max-Age=0"]);
  await settles("/apps/films/", "sid=one");
  await signIn("films", ["deep=; Path=/settings; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "sid=two; Path=/"]);
  await settles("/apps/films/settings/me", "sid=two");
});

test("a device forgets one app or all; an id that came out empty removes nothing", async () => {
  await signIn("films", ["sid=two; Path=/"]);
  const empty = await gateway.api("DELETE", "/api/v1/session-cookies/", { headers: phone });
  expect([empty.status, empty.json]).toMatchObject([
    400,
    { error: { code: "VALIDATION_FAILED", details: [{ path: "appId" }] } },
  ]);
  expect((await listed()).sessions.map(({ appId }) => appId)).toEqual(["films", "notes"]);
  expect([await clear("/notes"), await clear("/notes")]).toEqual([204, 204]);
  // Every edge knew it before the answer came.
  for (let i = 0; i < 8; i++) expect(await cookieAt("/apps/notes/x")).toBeUndefined();
  expect(await cookieAt("/apps/films/")).toBe("sid=two");
  expect(await clear()).toBe(204);
  for (let i = 0; i < 8; i++) expect(await cookieAt("/apps/films/")).toBeUndefined();
  expect(await listed()).toEqual({ sessions: [] });
});

test("people see on the device for how many apps sign-ins are kept, and forget them there", async () => {
  await signIn("films", ["sid=three; Path=/"]);
  await settles("/apps/films/", "sid=three");
  const kept = async () =>
    ((await gateway.admin("GET", "/api/v1/devices/phone")).json as { keptSignIns: number }).keptSignIns;
  expect(await kept()).toBe(1);
  expect((await gateway.admin("GET", "/api/v1/devices")).json).toMatchObject([{ id: "phone", keptSignIns: 1 }]);
  const forgot = await gateway.admin("DELETE", "/api/v1/devices/phone/session-cookies");
  expect([forgot.status, await kept(), await cookieAt("/apps/films/")]).toEqual([204, 0, undefined]);
  expect((await gateway.admin("DELETE", "/api/v1/devices/absent/session-cookies")).status).toBe(404);
});

test("while the core is away phones stay signed in, wait once for what is not known, and lose nothing", async () => {
  await signIn("films", ["sid=four; Path=/"]);
  await settles("/apps/films/", "sid=four");
  // Neither edge holds this one.
  await gateway.addRoute("music", app.url, { stripPrefix: true, persistCookies: true });
  const [core] = gateway.children().core as [number];
  process.kill(core, "SIGSTOP");
  await signIn("films", ["away=1; Path=/"]);
  expect(await cookieAt("/apps/films/")).toMatch(/^sid=four(; away=1)?$/);
  const began = performance.now();
  expect(await cookieAt("/apps/music/")).toBeUndefined();
  expect(performance.now() - began).toBeGreaterThan(900);
  process.kill(core, "SIGKILL");
  await settles("/apps/films/", "sid=four; away=1");
  await eventually("the new core has it", async () => (await listed()).sessions?.[0]?.cookieCount === 2);
});

test("a restart of the whole gateway keeps what was set a moment before", async () => {
  await signIn("films", ["late=1; Path=/"]);
  await gateway.stop();
  await gateway.startAgain();
  await settles("/apps/films/", "sid=four; away=1; late=1");
});

test("an app that is removed takes its cookies along, and another one in its place gets nothing", async () => {
  await signIn("music", ["sid=music; Path=/"]);
  await settles("/apps/music/", "sid=music");
  await gateway.admin("DELETE", "/api/v1/apps/music");
  await gateway.addRoute("music", app.url, { stripPrefix: true, persistCookies: true });
  expect(await cookieAt("/apps/music/")).toBeUndefined();
});

test("a device that is revoked and paired again begins anew", async () => {
  await gateway.admin("DELETE", "/api/v1/devices/phone");
  expect((await gateway.api("GET", "/api/v1/session-cookies", { headers: phone })).status).toBe(401);
  const again = await pairPhone(gateway, "phone");
  expect(await listed(again)).toEqual({ sessions: [] });
  for (let i = 0; i < 8; i++) expect(await cookieAt("/apps/films/", again)).toBeUndefined();
});
