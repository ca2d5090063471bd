// An app's own credentials pass; ours never reach an app, also when they are expired, and in whatever place they are
// shown (CWE-522, CWE-200: the proxy that passes its session cookie on).
import { beforeAll, expect, test } from "vitest";
import { signToken } from "../../gateway/src/wire/token.ts";
import { type EchoApp, type Seen, startEchoApp } from "../harness/echo-app.ts";
import { BEHIND_NGINX, type Gateway, startGateway } from "../harness/gateway.ts";
import { enterApp, startSession } from "../harness/session.ts";

let gateway: Gateway;
let app: EchoApp;
let token: string;
const OUR_KEY = `nekzus_${"a".repeat(64)}`;
/** Ours by its form, and nothing else about it is right. */
const EXPIRED = signToken(
  { iss: "x", aud: "y", sub: "user:9", typ: "access", jti: "j", iid: "i", gen: 1, scopes: [], iat: 1, exp: 2 },
  Buffer.alloc(32, 1).toString("base64url"),
);

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway({ config: { auth: { local_access: true } } }), startEchoApp()]);
  await gateway.addRoute("app", app.url);
  await gateway.addRoute("open", app.url, { publicAccess: true });
  token = await gateway.signIn();
});

async function seen(path: string, headers: Record<string, string>): Promise<Seen> {
  const listener = path.startsWith("/apps/open/") ? gateway.apps : gateway.api;
  const answer = await listener("GET", path, { headers });
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.json as Seen;
}

test("an app's own credentials pass", async () => {
  expect((await seen("/apps/open/", { authorization: "Bearer the-apps-own" })).headers.authorization).toBe(
    "Bearer the-apps-own",
  );
  expect((await seen("/apps/open/", { authorization: "Basic YTpi" })).headers.authorization).toBe("Basic YTpi");
  const foreignJwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
  expect((await seen("/apps/open/", { authorization: `Bearer ${foreignJwt}` })).headers.authorization).toBe(
    `Bearer ${foreignJwt}`,
  );
  const both = await seen("/apps/app/", { "x-api-key": "the-apps-own", authorization: `Bearer ${token}` });
  expect(both.headers["x-api-key"]).toBe("the-apps-own");
  expect(both.headers).not.toHaveProperty("authorization");
});

test.skipIf(BEHIND_NGINX)("a local program opens an app with the app's own credential (ruling R20)", async () => {
  const headers = { host: `localhost:${gateway.apiPort}`, authorization: "Bearer the-apps-own" };
  expect((await seen("/apps/app/", headers)).headers.authorization).toBe("Bearer the-apps-own");
  const ours = await gateway.api("GET", "/apps/app/", { headers: { ...headers, authorization: `Bearer ${EXPIRED}` } });
  expect(ours.status).toBe(401);
  const api = await gateway.api("GET", "/api/v1/apps", { headers });
  expect(api.status).toBe(401);
});

test("ours never pass, right or wrong, to apps that everybody may open too", async () => {
  const cookies = (value: string) =>
    ["__Host-nekzus-session", "__Host-nekzus-apps", "nekzus-session", "nekzus-apps"].map((name) => `${name}=${value}`);
  for (const secret of [token, EXPIRED, OUR_KEY]) {
    const shown: Record<string, string>[] = [
      { authorization: `Bearer ${secret}` },
      { Authorization: `bearer   ${secret}` },
      // In a place where they are no credential: somebody tried, and the app must not learn it.
      { authorization: secret },
      { authorization: `Token ${secret}` },
      { authorization: `Basic ${Buffer.from(`admin:${secret}`).toString("base64")}` },
      { "x-api-key": secret },
      { "x-api-key": `Bearer ${secret}` },
      ...cookies(secret).map((cookie) => ({ cookie: `a=1; ${cookie}; b=2` })),
      { cookie: cookies(secret).join("; ") },
    ];
    if (secret === OUR_KEY) shown.push({ X_API_Key: secret });
    const basic = Buffer.from(`admin:${secret}`).toString("base64");
    for (const headers of shown) {
      const text = JSON.stringify(await seen("/apps/open/", headers));
      expect(text, JSON.stringify(Object.keys(headers))).not.toContain(secret);
      expect(text).not.toContain(basic);
    }
  }
  expect(
    (await seen("/apps/open/", { cookie: `a=1; nekzus-apps=${token}; b=2` })).headers.cookie?.replaceAll(" ", ""),
  ).toBe("a=1;b=2");
});

test("the cookie by which a browser opens an app is not shown to it", async () => {
  const cookie = await enterApp(gateway, await startSession(gateway), "app");
  const answer = await gateway.apps("GET", "/apps/app/", { headers: { cookie: `theme=dark; ${cookie}` } });
  expect(answer.status).toBe(200);
  expect((answer.json as Seen).headers.cookie).toBe("theme=dark");
  expect(JSON.stringify(answer.json)).not.toContain(cookie.split("=")[1]);
});

test("with the cookie, a change must come from the apps' own pages", async () => {
  const cookie = await enterApp(gateway, await startSession(gateway), "app");
  const origin = `https://127.0.0.1:${gateway.appsPort}`;
  const change = async (headers: Record<string, string>) =>
    (await gateway.apps("POST", "/apps/app/", { headers: { cookie, ...headers }, body: "x" })).status;
  expect(await change({ origin })).toBe(200);
  expect(await change({ origin, "sec-fetch-site": "same-origin" })).toBe(200);
  // Pages that hide their referrer say so even to themselves.
  expect(await change({ origin: "null", "sec-fetch-site": "same-origin" })).toBe(200);
  expect(await change({})).toBe(403);
  expect(await change({ origin: "null" })).toBe(403);
  expect(await change({ origin: `https://127.0.0.1:${gateway.apiPort}` })).toBe(403);
  expect(await change({ origin: "https://evil.example" })).toBe(403);
  expect(await change({ origin, "sec-fetch-site": "same-site" })).toBe(403);
  expect(await change({ origin, "sec-fetch-site": "cross-site" })).toBe(403);
});
