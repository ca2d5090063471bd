// The code that takes a browser to the apps: once, for its session, into its app only (CWE-294, CWE-384, CWE-601).
// That it is good for 30 seconds is proved on virtual time, in gateway/src/core/access/hand-over.test.ts.
import { beforeAll, expect, test } from "vitest";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson } from "../harness/people.ts";
import { type BrowserSession, enterApp, enterHost, handOver, handOverAt, startSession } from "../harness/session.ts";

let gateway: Gateway;
let app: EchoApp;
let session: BrowserSession;

beforeAll(async () => {
  [gateway, app] = await Promise.all([
    startGateway({ config: { server: { base_domain: "home.example" } } }),
    startEchoApp(),
  ]);
  await gateway.addRoute("echo", app.url, { stripPrefix: true, skipHealthCheck: true });
  await gateway.addRoute("other", app.url, { stripPrefix: true, skipHealthCheck: true });
  await gateway.addRoute("films", app.url, { routingMode: "subdomain", skipHealthCheck: true });
  await gateway.addRoute("wiki", app.url, { routingMode: "subdomain", skipHealthCheck: true });
  session = await startSession(gateway);
});

test("a code works once, leads to its path, and its cookie opens apps but not the API", async () => {
  const enter = await handOver(gateway, session, "echo", "/apps/echo/a?b=%20c");
  const first = await gateway.apps("GET", enter);
  expect(first.status).toBe(303);
  expect(first.headers.location).toBe("/apps/echo/a?b=%20c");
  expect(first.headers["cache-control"]).toBe("no-store");
  expect(first.headers["referrer-policy"]).toBe("no-referrer");
  const line = first.headers["set-cookie"]?.[0] ?? "";
  expect(line).toMatch(/^__Host-nekzus-apps=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/);
  const cookie = line.split(";", 1)[0] as string;

  const second = await gateway.apps("GET", enter);
  expect(second.status).toBe(400);
  expect(second.headers).not.toHaveProperty("set-cookie");

  expect((await gateway.apps("GET", "/apps/echo/", { headers: { cookie } })).status).toBe(200);
  expect(app.seen.at(-1)?.headers).not.toHaveProperty("cookie");
  for (const headers of [{ cookie }, { ...session.headers, cookie }]) {
    expect((await gateway.api("GET", "/api/v1/apps", { headers })).status).toBe(401);
  }
});

test("looking at the address without opening it does not use the code up", async () => {
  const enter = await handOver(gateway, session, "echo");
  const looked = await gateway.apps("HEAD", enter);
  expect(looked.headers).not.toHaveProperty("set-cookie");
  expect((await gateway.apps("GET", enter)).status).toBe(303);
});

test("of several who bring one code at once, one gets in", async () => {
  const enter = await handOver(gateway, session, "echo");
  const answers = await Promise.all(Array.from({ length: 10 }, () => gateway.apps("GET", enter)));
  expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(9).fill(400)]);
});

test("no code for a cookie alone, a wrong proof, another's proof, a token, or nothing", async () => {
  const { cookie, headers, proof } = session;
  const another = await startSession(gateway);
  const own = { origin: headers.origin as string, "sec-fetch-site": "same-origin" };
  for (const shown of [
    { cookie },
    { cookie, "x-nekzus-proof": "wrong" },
    { cookie, "x-nekzus-proof": another.proof },
    { "x-nekzus-proof": proof },
    { authorization: `Bearer ${await gateway.signIn()}` },
    {},
  ]) {
    const answer = await gateway.api("POST", "/api/v1/auth/hand-over", {
      body: { appId: "echo" },
      headers: { ...own, ...shown },
    });
    expect([answer.status, answer.text]).toEqual([401, expect.not.stringContaining("code=")]);
  }
});

test("a code leads only into its own app", async () => {
  for (const path of [
    "//evil.example/",
    "https://evil.example/",
    "/\\evil.example/",
    "/api/v1/apps",
    "/apps/other/",
    "/apps/echoes/",
    "/apps/echo/../other/",
    "/apps/echo/%2e%2e/other/",
    "/apps/echo/..%2fother/",
    "/apps/echo/\r\nSet-Cookie: a=b",
    "/apps/echo/%0d%0aSet-Cookie:%20a=b",
    "javascript:alert(1)",
    "",
  ]) {
    const body = { appId: "echo", path };
    const answer = await gateway.api("POST", "/api/v1/auth/hand-over", { body, headers: session.headers });
    expect([path, answer.status]).toEqual([path, expect.toSatisfy((status) => status === 400 || status === 403)]);
  }
});

test("a code of a session that has ended is void, and so are the cookies made from it", async () => {
  const ending = await startSession(gateway);
  const cookie = await enterApp(gateway, ending, "echo");
  const enter = await handOver(gateway, ending, "echo");
  expect((await gateway.apps("GET", "/apps/echo/", { headers: { cookie } })).status).toBe(200);
  expect((await gateway.api("POST", "/api/v1/auth/logout", { headers: ending.headers })).status).toBe(200);
  expect((await gateway.apps("GET", enter)).status).toBe(400);
  expect((await gateway.apps("GET", "/apps/echo/", { headers: { cookie } })).status).toBe(401);
});

test("a page of another site cannot sign a browser in with a code of its own", async () => {
  const enter = await handOver(gateway, session, "echo");
  const sent = await gateway.apps("GET", enter, {
    headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
  });
  expect(sent.status).toBe(400);
  expect(sent.headers).not.toHaveProperty("set-cookie");
});

test("codes are redeemed on the origin of the apps alone", async () => {
  const enter = await handOver(gateway, session, "echo");
  expect((await gateway.api("GET", enter)).status).toBe(404);
  for (const code of ["", "x", "x".repeat(43), "%00", "__proto__"]) {
    expect((await gateway.apps("GET", `/apps/.nekzus/enter?code=${code}`)).status).toBe(400);
  }
});

/** Redeems a code at a host name of the apps' listener; `cookie` is what the browser holds there. */
const enterAt = (host: string, path: string, cookie?: string) =>
  gateway.apps("GET", path, { headers: { host: `${host}:${gateway.appsPort}`, cookie } });

test("a code for an app's name is good there once, and only in the browser that asked", async () => {
  const films = () => handOverAt(gateway, session, { host: "films.home.example", port: gateway.appsPort });
  const refused = async (answer: ReturnType<typeof enterAt>) => {
    const { status, headers } = await answer;
    expect([status, "set-cookie" in headers]).toEqual([400, false]);
  };
  const { next, entry } = await films();
  const path = next.pathname + next.search;
  expect((await enterAt("films.home.example", path, entry)).status).toBe(303);
  await refused(enterAt("films.home.example", path, entry));

  for (const [host, change] of [
    ["wiki.home.example", (own: string) => own],
    ["127.0.0.1", (own: string) => own],
    ["films.home.example", () => undefined],
    ["films.home.example", () => "__Host-nekzus-entry=AAAAAAAAAAAAAAAAAAAAAA"],
    // Planted for the whole domain by a neighbour, without the prefix that browsers guard.
    ["films.home.example", (own: string) => own.replace("__Host-", "")],
  ] as const) {
    const { next: other, entry: own } = await films();
    await refused(enterAt(host, other.pathname + other.search, change(own)));
  }
  // A code of one kind means nothing where the other kind is redeemed.
  const { next: named } = await films();
  expect((await gateway.apps("GET", `/apps/.nekzus/enter${named.search}`)).status).toBe(400);
  const byPath = await handOver(gateway, session, "echo");
  await refused(enterAt("films.home.example", `/.nekzus/enter${byPath.slice(byPath.indexOf("?"))}`, entry));
});

test("a code for an app's name takes session and proof, a right to the app, and goes to a place of ours", async () => {
  const ask = (change: object, headers: Record<string, string | undefined> = session.headers) =>
    gateway.api("POST", "/api/v1/auth/hand-over/host", {
      body: { host: "films.home.example", path: "/", state: "A".repeat(22), ...change },
      headers,
    });
  const own = { origin: session.headers.origin as string, "sec-fetch-site": "same-origin" };
  for (const shown of [{ cookie: session.cookie }, { "x-nekzus-proof": session.proof }, {}]) {
    expect((await ask({}, { ...own, ...shown })).status).toBe(401);
  }
  const stranger = await startSession(gateway, await addPerson(gateway, "ida"));
  expect((await ask({}, stranger.headers)).status).toBe(403);
  for (const host of [
    "evil.example",
    "home.example",
    "films.home.example.evil.example",
    "films.home.example@evil.example",
  ]) {
    expect([host, (await ask({ host })).status]).toEqual([host, 404]);
  }
  for (const path of [
    "https://evil.example/",
    "/a/../b",
    "/%2e%2e/",
    "/a\r\nSet-Cookie: a=b",
    "/.nekzus/enter?code=x",
  ]) {
    expect([path, (await ask({ path })).status]).toEqual([
      path,
      expect.toSatisfy((status) => [400, 403].includes(status)),
    ]);
  }
  // Another program of the machine may listen at any other port.
  const { url } = (await ask({ host: "films.home.example:31337" })).json as { url: string };
  expect(new URL(url).host).toBe(`films.home.example:${gateway.apiPort}`);
});

test("what is the gateway's at an app's name never reaches the app, and shows nothing of the API", async () => {
  const cookie = await enterHost(gateway, session, { host: "films.home.example", port: gateway.apiPort });
  const before = app.seen.length;
  for (const path of [
    "/.nekzus/",
    "/.nekzus/enter",
    "/.nekzus/enter/x",
    "/.nekzus/api/v1/apps",
    "/.nekzus//api/v1/apps",
  ]) {
    const headers = { host: `films.home.example:${gateway.apiPort}`, cookie: `${cookie}; ${session.cookie}` };
    const answer = await gateway.api("GET", path, { headers: { ...headers, "x-nekzus-proof": session.proof } });
    expect([path, answer.status]).toEqual([path, expect.toSatisfy((status) => status === 400 || status === 404)]);
  }
  expect(app.seen.length).toBe(before);
});
