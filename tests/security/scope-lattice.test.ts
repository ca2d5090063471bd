// Every kind of caller at every endpoint and every kind of app gets exactly what this table says (CWE-862, CWE-863,
// CWE-269). The table is written by hand: it is not made from the contract that it checks.
import { ENDPOINTS } from "@nekzus/contract";
import { beforeAll, expect, test } from "vitest";
import { call, SAMPLE } from "../contract/calls.ts";
import { startEchoApp } from "../harness/echo-app.ts";
import { BEHIND_NGINX, type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, bearer } from "../harness/people.ts";
import type { Answer } from "../harness/request.ts";
import { enterApp, startSession } from "../harness/session.ts";

/** `stranger` is on this machine too, behind something that forwards, and so is not local. */
const CALLERS = [
  "stranger",
  "local",
  "member",
  "granted",
  "memberSession",
  "admin",
  "adminSession",
  "appsCookie",
] as const;
type Caller = (typeof CALLERS)[number];

/** Who comes through a proxy is never local. */
const ASKED = CALLERS.filter((caller) => !BEHIND_NGINX || caller !== "local");

const EVERYBODY = CALLERS;
const PEOPLE: readonly Caller[] = ["member", "granted", "memberSession", "admin", "adminSession"];
const SIGNED_IN: readonly Caller[] = ["local", ...PEOPLE];
const ADMINS: readonly Caller[] = ["local", "admin", "adminSession"];
const SESSIONS: readonly Caller[] = ["memberSession", "adminSession"];

/** Who gets past the guard; what is then found there is another matter. */
const MAY_CALL: Record<string, readonly Caller[]> = {
  healthz: EVERYBODY,
  livez: EVERYBODY,
  readyz: EVERYBODY,
  "healthz-api": EVERYBODY,
  metrics: EVERYBODY,
  openapi: EVERYBODY,
  docs: EVERYBODY,
  ui: EVERYBODY,
  dashboard: EVERYBODY,
  "dashboard.screen": EVERYBODY,
  assets: EVERYBODY,
  "addresses.authority": EVERYBODY,
  "apps.enter": EVERYBODY,
  "apps.enter-host": EVERYBODY,
  "auth.setup-status": EVERYBODY,
  "auth.setup": EVERYBODY,
  "auth.login": EVERYBODY,
  pair: EVERYBODY,
  "auth.pair": EVERYBODY,
  "auth.refresh": EVERYBODY,
  "auth.verify": PEOPLE,
  "auth.qr": ADMINS,
  "auth.qr-status": ADMINS,
  "pairings.create": ADMINS,
  "pairings.get": ADMINS,
  "pairings.approve": ADMINS,
  "pairings.delete": ADMINS,
  "auth.lift-lockout": ADMINS,
  "pair-page": EVERYBODY,
  "apps.access": ADMINS,
  "apikeys.list": ADMINS,
  "apikeys.create": ADMINS,
  "apikeys.get": ADMINS,
  "apikeys.rotate": ADMINS,
  "apikeys.delete": ADMINS,
  "audit-logs": ["admin", "adminSession"],
  "audit-logs.export": ["admin", "adminSession"],
  "devices.list": SIGNED_IN,
  "devices.get": SIGNED_IN,
  "devices.patch": SIGNED_IN,
  "devices.delete": SIGNED_IN,
  "devices.pins": SIGNED_IN,
  "devices.clear-session-cookies": SIGNED_IN,
  "session-cookies.list": [],
  "session-cookies.clear": [],
  "session-cookies.clear-app": [],
  "admin.devices": SIGNED_IN,
  "admin.device": SIGNED_IN,
  "admin.device-patch": SIGNED_IN,
  "admin.device-delete": SIGNED_IN,
  "auth.me": PEOPLE,
  "auth.logout": PEOPLE,
  "auth.hand-over": SESSIONS,
  "auth.hand-over-host": SESSIONS,
  "auth.password": PEOPLE,
  "sessions.list": PEOPLE,
  "sessions.end": PEOPLE,
  "sessions.end-others": PEOPLE,
  "preferences.get": PEOPLE,
  "preferences.patch": PEOPLE,
  "admin.info": SIGNED_IN,
  "apps.list": SIGNED_IN,
  "apps.get": SIGNED_IN,
  "apps.favicon": SIGNED_IN,
  "routes.list": SIGNED_IN,
  "routes.get": SIGNED_IN,
  "services.health": SIGNED_IN,
  "proposals.list": ADMINS,
  "events.list": SIGNED_IN,
  ws: EVERYBODY,
  "admin.ws-clients": ADMINS,
  "admin.ws-disconnect": ADMINS,
  "apps.put": ADMINS,
  "apps.patch": ADMINS,
  "apps.delete": ADMINS,
  "icons.put": ADMINS,
  "icons.delete": ADMINS,
  "addresses.get": ADMINS,
  "routes.put": ADMINS,
  "routes.patch": ADMINS,
  "routes.delete": ADMINS,
  "routes.test": ADMINS,
  "routes.check": ADMINS,
  "routes.cache-purge": ADMINS,
  "presets.list": SIGNED_IN,
  "activity.recent": SIGNED_IN,
  "notices.list": PEOPLE,
  "notices.read": PEOPLE,
  "webhooks.activity": ["admin", "adminSession"],
  "webhooks.notify": ["admin", "adminSession"],
  "webhooks.calls": ADMINS,
  "webhooks.replay": ADMINS,
  "webhooks.commands": ADMINS,
  "notifications.list": ADMINS,
  "notifications.stats": ADMINS,
  "notifications.stale": ADMINS,
  "notifications.get": ADMINS,
  "notifications.retry-many": ADMINS,
  "notifications.retry": ADMINS,
  "notifications.dismiss": ADMINS,
  "notifications.dismiss-device": ADMINS,
  "notifications.clear-delivered": ADMINS,
  "channels.list": ADMINS,
  "channels.create": ADMINS,
  "channels.get": ADMINS,
  "channels.put": ADMINS,
  "channels.delete": ADMINS,
  "channels.test": ADMINS,
  "rules.list": ADMINS,
  "rules.create": ADMINS,
  "rules.get": ADMINS,
  "rules.put": ADMINS,
  "rules.delete": ADMINS,
  "push.get": PEOPLE,
  "push.subscribe": PEOPLE,
  "push.unsubscribe": PEOPLE,
  "deletions.list": ADMINS,
  "deletions.restore": ADMINS,
  "proposals.approve": ADMINS,
  "proposals.dismiss": ADMINS,
  "proposals.restore": ADMINS,
  "discovery.rediscover": ADMINS,
  "discovery.dismissed": ADMINS,
  "discovery.sources": ADMINS,
  "jobs.list": ADMINS,
  "jobs.get": ADMINS,
  "jobs.cancel": ADMINS,
};

/** Who opens which app at the API's origin; the apps cookie (of the granted member) counts at the apps' origin. */
const MAY_OPEN: Record<string, readonly Caller[]> = {
  open: EVERYBODY,
  [SAMPLE]: ["local", "granted", "admin", "appsCookie"],
  plain: ["local", "admin"],
  both: ["local", "admin"],
  admins: ["local", "admin"],
};

let gateway: Gateway;
let shown: Record<Caller, Record<string, string>>;

beforeAll(async () => {
  const app = await startEchoApp();
  gateway = await startGateway({ config: { auth: { local_access: true } } });
  await gateway.addRoute("open", app.url, { publicAccess: true });
  await gateway.addRoute(SAMPLE, app.url);
  await gateway.addRoute("plain", app.url);
  await gateway.addRoute("both", app.url, { scopes: [`access:${SAMPLE}`, "read:*"] });
  await gateway.addRoute("admins", app.url, { scopes: ["access:admin"] });
  const [ben, cora] = [await addPerson(gateway, "ben"), await addPerson(gateway, "cora", { apps: [SAMPLE] })];
  const granted = await startSession(gateway, cora);
  // People of their own, since a token may end the sessions of its owner.
  const [dora, eva] = [
    await addPerson(gateway, "dora", { apps: [SAMPLE] }),
    await addPerson(gateway, "eva", { role: "admin" }),
  ];
  shown = {
    stranger: { via: "1.1 somebody" },
    local: {},
    member: await bearer(gateway, ben),
    granted: await bearer(gateway, cora),
    memberSession: (await startSession(gateway, dora)).headers,
    admin: await bearer(gateway),
    adminSession: (await startSession(gateway, eva)).headers,
    appsCookie: { cookie: await enterApp(gateway, granted, SAMPLE) },
  };
});

const refused = ({ status, json }: Answer) => {
  const code = (json as { error?: { code?: string } } | undefined)?.error?.code ?? "";
  if (status === 401 && (code === "UNAUTHORIZED" || code.startsWith("TOKEN_"))) return 401;
  return status === 403 ? 403 : undefined;
};

test("every endpoint has a row", () => {
  expect(Object.keys(MAY_CALL).sort()).toEqual(ENDPOINTS.map(({ id }) => id).sort());
});

/** The endpoint that ends the caller's own sign-in is asked last; what admins delete here is never there. */
const order = [...ENDPOINTS].sort((a, b) => Number(a.id === "auth.logout") - Number(b.id === "auth.logout"));
const ABSENT = ["apps.delete", "routes.delete", "routes.put", "routes.patch"];

test.each(ASKED)("%s opens apps", async (caller) => {
  for (const [app, who] of Object.entries(MAY_OPEN)) {
    const ask = caller === "appsCookie" ? gateway.apps : gateway.api;
    const answer = await ask("GET", `/apps/${app}/`, { headers: shown[caller] });
    // A browser session is for the API alone: in its place the way to an app is the hand-over.
    const nobody = caller === "stranger" || caller.endsWith("Session");
    const refusal = nobody ? 401 : 403;
    // Without a credential even a public app opens only where its scripts cannot reach the API's pages.
    const opened = nobody ? 307 : 200;
    expect([caller, app, answer.status]).toEqual([caller, app, who.includes(caller) ? opened : refusal]);
  }
  const absent = await gateway.api("GET", "/apps/absent/", { headers: shown[caller] });
  expect(absent.status).toBe(shown[caller].authorization || caller === "local" ? 404 : 401);
});

test.each(ASKED)(
  "%s at every endpoint",
  async (caller) => {
    for (const endpoint of order) {
      const path = ABSENT.includes(endpoint.id) ? endpoint.path.replace(/\{.*\}/, "absent") : undefined;
      const answer = await call(gateway, endpoint, { headers: shown[caller], ...(path && { path }) });
      const may = MAY_CALL[endpoint.id]?.includes(caller);
      const { kind } = endpoint.access;
      const known = caller !== "stranger" && caller !== "appsCookie" && (caller !== "local" || kind === "localOr");
      const expected = may ? undefined : known && kind !== "browserSession" ? 403 : 401;
      // Setup and sign-in judge what the body proves, by codes of their own.
      const got = kind === "open" ? undefined : refused(answer);
      expect([caller, endpoint.id, got]).toEqual([caller, endpoint.id, expected]);
    }
  },
  60_000,
);

test("what a member is shown: the apps that were granted, as if there were no others", async () => {
  await gateway.addRoute(SAMPLE, "http://127.0.0.1:9");
  const names = async (headers: Record<string, string>, list: string) =>
    ((await gateway.api("GET", `/api/v1/${list}`, { headers })).json as { id?: string; appId?: string }[])
      .map(({ id, appId }) => id ?? appId)
      .sort();
  const headers = await bearer(gateway, { username: "cora", password: "the password of cora" });
  for (const list of ["apps", "routes"]) {
    expect(await names(headers, list)).toEqual(["open", SAMPLE].sort());
  }
  for (const path of ["apps/plain", "apps/plain/favicon", "routes/plain", "services/plain/health", "apps/absent"]) {
    const hidden = await gateway.api("GET", `/api/v1/${path}`, { headers });
    expect([path, hidden.status]).toEqual([path, 404]);
    const missing = await gateway.api("GET", `/api/v1/${path.replace("plain", "absent")}`, { headers });
    expect(hidden.text.replaceAll("plain", "absent")).toBe(missing.text);
  }
});
