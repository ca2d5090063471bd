import { beforeAll, expect, test, vi } from "vitest";
import { startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { makeFolder } from "../harness/folder.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, bearer, type Person } from "../harness/people.ts";
import { type BrowserSession, enterApp, startSession } from "../harness/session.ts";
import { openEcho, openEvents } from "../harness/streams.ts";

vi.setConfig({ testTimeout: 60_000 });

const FIREFOX = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" };
const PHONE = {
  "user-agent":
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
};

type Listed = { id: string; current: boolean; browser: string; address: string; createdAt: string; expiresAt: string };
type Headers = Record<string, string>;

let gateway: Gateway;
const dataFolder = makeFolder("nekzus-test-");

beforeAll(async () => {
  const app = await startEchoApp();
  gateway = await startGateway({ dataFolder });
  await gateway.addRoute("echo", app.url, { stripPrefix: true, websocket: true });
});

const me = async (headers: Headers) => (await gateway.api("GET", "/api/v1/auth/me", { headers })).status;
const sessionsOf = async ({ headers }: BrowserSession) =>
  (await gateway.api("GET", "/api/v1/auth/sessions", { headers })).json as Listed[];
const change = (headers: Headers, currentPassword: string, newPassword: string) =>
  gateway.api("POST", "/api/v1/auth/password", { headers, body: { currentPassword, newPassword } });

/** A WebSocket and an event stream of an app, opened by a session. */
async function openStreams(session: BrowserSession) {
  const headers = { cookie: await enterApp(gateway, session, "echo") };
  const origin = `https://127.0.0.1:${gateway.appsPort}`;
  const socket = await openEcho(gateway.appsPort, "/apps/echo/ws", { ...headers, origin });
  const events = await openEvents(gateway.appsPort, "/apps/echo/sse", headers);
  expect(await socket.echo("alive")).toBe("alive");
  return {
    open: () => [socket.open(), events.open()],
    ended: () => eventually("both streams have ended", () => !socket.open() && !events.open(), 3000),
  };
}

test("a new password ends everything else of its owner at once, and the browser it was set in stays signed in", async () => {
  const anna = await addPerson(gateway, "anna", { apps: ["echo"] });
  const [mine, other] = [await startSession(gateway, anna), await startSession(gateway, anna)];
  const stranger = await startSession(gateway);
  const token = await bearer(gateway, anna);
  const [streams, unharmed] = [await openStreams(other), await openStreams(stranger)];
  expect([await me(mine.headers), await me(other.headers), await me(token)]).toEqual([200, 200, 200]);

  const [answer, ...meanwhile] = await Promise.all([
    change(mine.headers, anna.password, "a better password"),
    ...Array.from({ length: 20 }, () => me(mine.headers)),
  ]);
  expect([answer.status, answer.json]).toMatchObject([200, { endedSessions: 1 }]);
  // A page that calls at this moment must not take its session for ended.
  expect(new Set(meanwhile)).toEqual(new Set([200]));
  expect([await me(mine.headers), await me(other.headers), await me(token)]).toEqual([200, 401, 401]);
  await streams.ended();
  expect([await me(stranger.headers), unharmed.open()]).toEqual([200, [true, true]]);

  await expect(gateway.signIn(anna)).rejects.toThrow("INVALID_CREDENTIALS");
  const better = { ...anna, password: "a better password" };
  const { authorization } = await bearer(gateway, better);
  // The apps are entered anew, by the session that went on.
  expect(await enterApp(gateway, mine, "echo")).toMatch(/nekzus-apps=./);

  // By a token: nothing is left, the token neither.
  const byToken = await change({ authorization }, better.password, anna.password);
  expect(byToken.json).toMatchObject({ endedSessions: 1 });
  expect([await me(mine.headers), await me({ authorization })]).toEqual([401, 401]);
});

test("a password that cannot be is refused with the field's name, and nothing ends", async () => {
  const ben = await addPerson(gateway, "ben");
  const session = await startSession(gateway, ben);
  const other = await startSession(gateway, ben);
  for (const [current, fresh, path] of [
    ["not the password", "a better password", "currentPassword"],
    [ben.password, "short", "newPassword"],
    [ben.password, "x".repeat(1025), "newPassword"],
    ["", "a better password", "currentPassword"],
  ] as const) {
    const answer = await change(session.headers, current, fresh);
    expect(answer.json).toMatchObject({ error: { code: "VALIDATION_FAILED", details: [{ path }] } });
    expect(answer.status).toBe(400);
  }
  expect([await me(session.headers), await me(other.headers)]).toEqual([200, 200]);
  expect(await gateway.signIn(ben)).toMatch(/^ey/);
});

test("a person sees the browsers that are signed in, and signs them out one by one or all at once", async () => {
  const cora = await addPerson(gateway, "cora", { apps: ["echo"] });
  const phone = await startSession(gateway, cora, PHONE);
  const desk = await startSession(gateway, cora, FIREFOX);
  const script = await startSession(gateway, cora);
  const listed = await sessionsOf(desk);
  expect(listed.map(({ browser, address, current }) => [browser, address, current])).toEqual([
    ["Unknown browser", "127.0.0.1", false],
    ["Firefox on Linux", "127.0.0.1", true],
    ["Safari on iPhone", "127.0.0.1", false],
  ]);
  const own = await gateway.api("GET", "/api/v1/auth/me", { headers: desk.headers });
  expect(own.json).toMatchObject({ sessionExpiresAt: listed[1]?.expiresAt });

  const streams = await openStreams(phone);
  const end = (id: string | undefined, { headers }: BrowserSession) =>
    gateway.api("DELETE", `/api/v1/auth/sessions/${id}`, { headers }).then(({ status }) => status);
  // Of somebody else: as if it were not there, also for an administrator.
  const dora = await startSession(gateway, await addPerson(gateway, "dora"));
  const admin = await startSession(gateway);
  expect([await end(listed[2]?.id, dora), await end(listed[2]?.id, admin), await end("ses_none", desk)]).toEqual([
    404, 404, 404,
  ]);
  expect([await me(phone.headers), streams.open()]).toEqual([200, [true, true]]);

  expect(await end(listed[2]?.id, desk)).toBe(204);
  expect(await me(phone.headers)).toBe(401);
  await streams.ended();
  expect(await end(listed[2]?.id, desk)).toBe(404);

  const token = await bearer(gateway, cora);
  const all = await gateway.api("DELETE", "/api/v1/auth/sessions", { headers: desk.headers });
  expect([all.status, all.json]).toEqual([200, { ended: 1 }]);
  expect([await me(script.headers), await me(desk.headers), await me(token)]).toEqual([401, 200, 200]);
  const byToken = await gateway.api("DELETE", "/api/v1/auth/sessions", { headers: token });
  expect([byToken.json, await me(desk.headers), await me(token)]).toEqual([{ ended: 1 }, 401, 200]);
  expect([await me(dora.headers), await me(admin.headers)]).toEqual([200, 200]);
});

const preferences = async (person: Person) =>
  (await gateway.api("GET", "/api/v1/preferences", { headers: await bearer(gateway, person) })).json;
const prefer = async (person: Person, body: unknown) =>
  gateway.api("PATCH", "/api/v1/preferences", { headers: await bearer(gateway, person), body });

test("preferences that cannot be are refused, and nothing of them is kept", async () => {
  const eva = await addPerson(gateway, "eva");
  const long = Array.from({ length: 1000 }, (_, i) => `${"a-quite-long-name-of-an-app-".padEnd(40, "x")}${i}`);
  for (const body of [
    { theme: "x".repeat(41) },
    { theme: 1 },
    { density: "tiny" },
    { shortcuts: "off" },
    { timeZone: "<script>" },
    { home: [] },
    { home: { favourites: ["a b"] } },
    { home: { recent: Array.from({ length: 21 }, (_, i) => `app${i}`) } },
    { setup: { finished: "yes" } },
    { theme: "dark", home: { order: long } },
  ]) {
    const answer = await prefer(eva, body);
    expect([answer.status, answer.json]).toMatchObject([400, { error: { code: "VALIDATION_FAILED" } }]);
  }
  expect(await preferences(eva)).toEqual({
    theme: "system",
    language: "",
    timeZone: "",
    density: "comfortable",
    shortcuts: true,
    home: { favourites: [], hidden: [], order: [], recent: [] },
    setup: { skipped: [], finished: false },
  });
});

// The last one, because it starts the gateway anew.
test("preferences belong to the person, are changed piece by piece, and survive a restart", async () => {
  const [fred, gina] = [await addPerson(gateway, "fred"), await addPerson(gateway, "gina")];
  await prefer(fred, { theme: "dark", home: { favourites: ["echo", "gone", "echo"], recent: ["echo"] } });
  await Promise.all([
    prefer(fred, { home: { favourites: ["echo"] }, timeZone: "America/Argentina/Buenos_Aires" }),
    prefer(fred, { setup: { skipped: ["tls"] }, shortcuts: false }),
  ]);
  const answer = await prefer(fred, { language: "pt-BR", setup: { finished: true } });
  const expected = {
    theme: "dark",
    language: "pt-BR",
    timeZone: "America/Argentina/Buenos_Aires",
    density: "comfortable",
    shortcuts: false,
    home: { favourites: ["echo"], hidden: [], order: [], recent: ["echo"] },
    setup: { skipped: ["tls"], finished: true },
  };
  expect(answer.json).toEqual(expected);
  await prefer(gina, { theme: "light" });

  await gateway.stop();
  gateway = await startGateway({ dataFolder });
  expect(await preferences(fred)).toEqual(expected);
  expect(await preferences(gina)).toMatchObject({ theme: "light", home: { favourites: [] } });
});
