// The code that takes a browser to the apps: once, for its session, into its app only (CWE-294, CWE-384, CWE-601).
// That it is good for 30 seconds is proved on virtual time, in gateway/src/core/access/hand-over.test.ts.
import { beforeAll, expect, test } from "vitest";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { type BrowserSession, enterApp, handOver, startSession } from "../harness/session.ts";

let gateway: Gateway;
let app: EchoApp;
let session: BrowserSession;

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
  await gateway.addRoute("echo", app.url, { stripPrefix: true });
  await gateway.addRoute("other", app.url, { stripPrefix: true });
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
