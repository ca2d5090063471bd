// Apps share an origin: none of them may speak for all of it in its answers (CWE-565, CWE-644, CVE-2022-2860 class of cookies without a name).
import { beforeAll, expect, test } from "vitest";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";

let gateway: Gateway;
let app: EchoApp;
let bearer: Record<string, string>;

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
  await gateway.addRoute("echo", app.url, { stripPrefix: true });
  bearer = { authorization: `Bearer ${await gateway.signIn()}` };
});

async function answered(headers: readonly (readonly [string, string])[]) {
  const query = new URLSearchParams(headers.map(([name, value]) => [name, value]));
  const answer = await gateway.api("GET", `/apps/echo/header?${query}`, { headers: bearer });
  expect(answer.status).toBe(200);
  return answer.headers;
}

test("headers that act on the whole origin are removed, the app's own pass", async () => {
  const headers = await answered([
    ["Clear-Site-Data", '"*"'],
    ["Strict-Transport-Security", "max-age=31536000"],
    ["Alt-Svc", 'h3="evil.example:443"'],
    ["NEL", '{"report_to":"a","max_age":1}'],
    ["Report-To", '{"group":"a","endpoints":[{"url":"https://evil.example"}]}'],
    ["X-Nekzus-User", "admin"],
    ["X-App", "kept"],
    ["Content-Security-Policy", "default-src 'self'"],
  ]);
  const names = Object.keys(headers);
  for (const name of ["clear-site-data", "strict-transport-security", "alt-svc", "nel", "report-to", "x-nekzus-user"]) {
    expect(names).not.toContain(name);
  }
  expect(headers["x-app"]).toBe("kept");
  // What the gateway's own pages say about themselves is not said for an app.
  for (const name of ["x-frame-options", "x-content-type-options", "referrer-policy", "cache-control"]) {
    expect(names).not.toContain(name);
  }
  expect(headers["content-security-policy"]).toBe("default-src 'self'");
});

test.each([
  "/",
  "/apps/",
  "/apps/other/",
  "/apps/echo",
  "/apps/echo/../",
  "/apps/echo/%2e%2e/",
  "/apps/echo/..\\",
  "https://127.0.0.1/apps/echo/",
  "../",
  "./../",
])("a worker may not watch over %s", async (scope) => {
  // An app that does not know its prefix means its own ground by `/`, and gets no more than that.
  const allowed = (await answered([["Service-Worker-Allowed", scope]]))["service-worker-allowed"] as string | undefined;
  if (allowed === undefined) return;
  const url = new URL(allowed, "https://nas.local/apps/echo/worker.js");
  expect([url.host, url.pathname.slice(0, "/apps/echo/".length)]).toEqual(["nas.local", "/apps/echo/"]);
});

test("a worker may watch over the app's own ground", async () => {
  expect((await answered([["Service-Worker-Allowed", "/apps/echo/"]]))["service-worker-allowed"]).toBe("/apps/echo/");
});

test("no cookie with a name of ours passes, however it is written", async () => {
  const ours = ["__Host-nekzus-session", "__Host-nekzus-apps", "nekzus-session", "nekzus-apps"];
  const tossed = ours.flatMap((name) => [
    `${name}=evil; Path=/`,
    `  ${name} =evil; Path=/`,
    `\t${name}\t=evil`,
    `${name}=; Max-Age=0`,
    // Without a name, browsers send the value as it is, so that it reads as a cookie with a name.
    `=${name}=evil; Path=/`,
    ` = ${name}=evil`,
    `${name}`,
  ]);
  const headers = await answered([
    ...tossed.map((cookie) => ["Set-Cookie", cookie] as const),
    ["Set-Cookie", "session=mine; Path=/"],
    ["Set-Cookie", "my-nekzus-apps=fine"],
  ]);
  expect(headers["set-cookie"]).toEqual(["session=mine; Path=/apps/echo/", "my-nekzus-apps=fine"]);
});
