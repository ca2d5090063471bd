// Where to go next is an id or a path of our own, never an address that somebody else chose (CWE-601).
import { beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openWindow, signIn } from "../browser/browser.ts";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { sendRaw } from "../harness/request.ts";
import { enterApp, startSession } from "../harness/session.ts";
import { requires } from "../lab.ts";

let gateway: Gateway;
let app: EchoApp;
let api: string;

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
  await gateway.addRoute("echo", app.url, { stripPrefix: true });
  api = `https://127.0.0.1:${gateway.apiPort}`;
});

test("redirects of the gateway name only its own addresses", async () => {
  const navigate = { "sec-fetch-mode": "navigate", accept: "text/html" };
  for (const path of [
    "/apps/echo//evil.example",
    "/apps/echo/?next=//evil.example",
    "/apps//evil.example/",
    "/apps/echo",
  ]) {
    const answer = await gateway.apps("GET", path, { headers: navigate });
    expect([path, answer.status, answer.headers.location]).toEqual([path, 302, api + path]);
  }
  // A name that is not ours gets no redirect at all, on any port and in the clear.
  for (const host of [
    "evil.example",
    `evil.example:${gateway.apiPort}`,
    "127.0.0.1.evil.example",
    "evil.example#127.0.0.1",
  ]) {
    const headers = { ...navigate, host };
    for (const answer of [
      await gateway.apps("GET", "/apps/echo", { headers }),
      await gateway.api("GET", "/", { headers }),
    ]) {
      expect([host, answer.headers.location]).toEqual([host, undefined]);
      expect([400, 421]).toContain(answer.status);
    }
    const plain = await sendRaw(gateway.apiPort, false, `GET /apps/echo HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    expect(plain).toMatch(/^HTTP\/1.1 4\d\d /);
    expect(plain).not.toMatch(/^location:/im);
  }
  const bearer = { authorization: `Bearer ${await gateway.signIn()}` };
  for (const path of ["//evil.example", "/\\evil.example", "/%2fevil.example"]) {
    const answer = await gateway.api("GET", path, { headers: bearer });
    expect(answer.headers).not.toHaveProperty("location");
  }
});

test("a page of an app that asks past its prefix is led back, only within our own paths and only who may use the app", async () => {
  const apps = `https://127.0.0.1:${gateway.appsPort}`;
  await gateway.addRoute("whole", app.url);
  await gateway.addRoute("half", app.url, { stripPrefix: true, excludePaths: ["/raw/"] });
  const session = await startSession(gateway);
  const cookie = `${await enterApp(gateway, session, "half")}`;
  const asked = async (path: string, referer: string | undefined, more: Record<string, string> = {}) => {
    const { status, headers } = await gateway.apps("POST", path, { headers: { cookie, referer, ...more } });
    return [status, headers.location];
  };
  const page = `${apps}/apps/half/page?x=1`;
  expect(await asked("/chunk.js?v=1", page)).toEqual([307, "/apps/half/chunk.js?v=1"]);
  expect(await asked("/", page)).toEqual([307, "/apps/half/"]);
  expect(await asked("/api/v1/login", page, { "sec-fetch-site": "same-origin" })).toEqual([
    307,
    "/apps/half/api/v1/login",
  ]);
  // Wherever a path seems to lead, it stays a path below the prefix, or stays as it is.
  for (const path of ["//evil.example", "//evil.example/apps/half/", "/@evil.example", "/https://evil.example"]) {
    const [status, location] = await asked(path, page);
    expect([path, [307, 404].includes(status as number)]).toEqual([path, true]);
    if (location !== undefined) expect(location).toMatch(/^\/apps\/half\//);
  }
  const nowhere = [404, undefined];
  for (const referer of [
    undefined,
    "",
    "https://evil.example/apps/half/",
    `${apps}.evil.example/apps/half/`,
    `https://evil.example@127.0.0.1:${gateway.appsPort}/apps/half/`,
    `http://127.0.0.1:${gateway.appsPort}/apps/half/`,
    `${api}/apps/half/`,
    `${apps}/apps/half/../whole/`,
    `${apps}/apps/half`,
    `${apps}/apps/%68alf/`,
    `${apps}//evil.example/apps/half/`,
    `${apps}/apps/whole/`,
    `${apps}/apps/nowhere/`,
  ]) {
    expect([referer, ...(await asked("/chunk.js", referer))]).toEqual([referer, ...nowhere]);
  }
  expect(await asked("/raw/chunk.js", page)).toEqual(nowhere);
  expect(await asked("/chunk.js", page, { "sec-fetch-site": "cross-site" })).toEqual(nowhere);
  expect(await asked("/chunk.js", page, { cookie: "" })).toEqual(nowhere);
  expect(await asked("/.nekzus/chunk.js", page)).toEqual(nowhere);
  // The dashboard has an origin of its own, where nobody is led away.
  for (const path of ["/chunk.js", "/", "/ui/apps"]) {
    const answer = await gateway.api("GET", path, { headers: { cookie, referer: `${api}/apps/half/` } });
    expect([path, answer.headers.location]).toEqual([path, undefined]);
  }
});

describe.runIf(requires("browser"))("after the sign-in", () => {
  const remembered: [query: string, path: string][] = [
    ["?app=//evil.example", "echo /apps/echo/"],
    ["?app=javascript:alert(1)", ""],
    ["?next=https://evil.example/&url=//evil.example&return=%2f%2fevil.example", "//evil.example"],
    ["?app=echo", "echo //evil.example/"],
    ["?app=echo", "echo https://evil.example/apps/"],
    ["?app=echo", "echo javascript:alert(1)//apps/"],
    ["?app=echo", "echo /\\evil.example/apps/"],
    ["?app=echo", "echo /apps/../../\\evil.example"],
    ["?app=echo", "other /apps/other/"],
    ["ui/sign-in?app=//evil.example", "//evil.example /apps/"],
    ["ui/sign-in?app=echo&app=//evil.example", "echo /apps//evil.example/"],
    ["ui//evil.example/%2e%2e", ""],
  ];

  test("neither the address nor what the tab remembers leads to another origin", { timeout: 90_000 }, async () => {
    const window = await openWindow(await launchBrowser());
    const first = await window.newPage();
    await first.goto(api);
    await signIn(first);
    await first.getByRole("heading", { name: "Home" }).waitFor();
    for (const [query, path] of remembered) {
      const visited = new Set<string>();
      const page = await window.newPage();
      page.on("request", (request) => visited.add(new URL(request.url()).origin));
      await page.goto(`${api}/assets/logo.svg`);
      await page.evaluate((value) => sessionStorage.setItem("nekzus.path", value), path);
      await page.goto(`${api}/${query}`, { waitUntil: "commit" });
      // The dashboard, a page that says what went wrong, or what the app answers.
      await page.locator("h1, pre").first().waitFor();
      await page.waitForLoadState("networkidle");
      visited.delete(`https://127.0.0.1:${gateway.appsPort}`);
      expect([query, path, ...visited]).toEqual([query, path, api]);
      await page.close();
    }
  });
});
