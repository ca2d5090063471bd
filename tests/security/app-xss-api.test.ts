// A script on a page of an app, malicious or injected, gets nothing from the API of the gateway (CWE-79, CWE-346, CWE-922).
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openWindow, signIn } from "../browser/browser.ts";
import { whenDone } from "../harness/cleanup.ts";
import { startEchoApp } from "../harness/echo-app.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";

describe.runIf(requires("browser"))("a script of an app", () => {
  let gateway: Gateway;
  let browser: Browser;
  let api: string;
  let page: Page;

  beforeAll(async () => {
    const server = createServer((req, res) => {
      const script = req.url?.endsWith(".js");
      res.setHeader("content-type", script ? "text/javascript" : "text/html");
      res.setHeader("service-worker-allowed", "/");
      res.end(script ? "" : `<!doctype html><title>App</title><link rel="icon" href="data:,">`);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    whenDone(() => {
      server.close();
      server.closeAllConnections();
    });
    [gateway, browser] = await Promise.all([startGateway(), launchBrowser()]);
    // Without our script in its pages, which would lead what they ask for into the prefix: a hostile app gets round it.
    const options = { stripPrefix: true, rewriteHTML: false };
    await gateway.addRoute("evil", `http://127.0.0.1:${(server.address() as AddressInfo).port}`, options);
    api = `https://127.0.0.1:${gateway.apiPort}`;
    page = await (await openWindow(browser)).newPage();
    await page.goto(`${api}/apps/evil/`);
    await signIn(page);
    await page.waitForURL(`https://127.0.0.1:${gateway.appsPort}/apps/evil/`);
  });

  test("reads neither proof nor cookies", async () => {
    const held = await page.evaluate(() => ({
      local: Object.keys(localStorage),
      session: Object.keys(sessionStorage),
      cookie: document.cookie,
    }));
    expect(held).toEqual({ local: [], session: [], cookie: "" });
  });

  test("reads nothing from the API and changes nothing there, however it asks", async () => {
    const answers: string[] = [];
    page.on("response", (answer) => {
      if (answer.url().startsWith(api)) answers.push(`${answer.status()} ${new URL(answer.url()).pathname}`);
    });
    const read = await page.evaluate(async (api) => {
      const attempt = async (path: string, init: RequestInit) => {
        try {
          const answer = await fetch(api + path, { credentials: "include", ...init });
          return `${answer.type} ${await answer.text()}`.trim();
        } catch {
          return "refused by the browser";
        }
      };
      const body = JSON.stringify({ appId: "evil" });
      const change = JSON.stringify({ name: "Taken over" });
      return Promise.all([
        attempt("/api/v1/auth/me", {}),
        attempt("/api/v1/apps", { mode: "no-cors" }),
        attempt("/api/v1/auth/hand-over", { method: "POST", body, headers: { "Content-Type": "application/json" } }),
        attempt("/api/v1/auth/hand-over", { method: "POST", mode: "no-cors", body }),
        attempt("/api/v1/auth/login", { method: "POST", mode: "no-cors", body }),
        attempt("/api/v1/apps/evil", { method: "PUT", body: change, headers: { "X-Nekzus-Proof": "guess" } }),
        attempt("/api/v1/auth/logout", { method: "POST", mode: "no-cors" }),
        attempt("/", {}),
      ]);
    }, api);
    expect(new Set(read)).toEqual(new Set(["refused by the browser", "opaque"]));
    // Of requests that the browser lets out it tells the status to the test, though not to the page.
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.filter((answer) => answer.startsWith("2"))).toEqual([]);
    expect((await gateway.admin("GET", "/api/v1/apps/evil")).json).toMatchObject({ name: "evil" });
    // The session was not ended either.
    const home = await page.context().newPage();
    await home.goto(api);
    await home.getByRole("heading", { name: "Home" }).waitFor();
    await home.close();
  });

  test("finds no API on its own origin", async () => {
    const ours = ["/ui/", "/docs", "/assets/open.js", "/assets/logo.svg"];
    for (const path of ours) expect([path, (await gateway.api("GET", path)).status]).toEqual([path, 200]);
    const paths = [...ours, "/", "/api/v1/apps", "/api/v1/auth/me"];
    const ask = (paths: string[]) =>
      Promise.all(paths.map(async (path) => (await fetch(path, { credentials: "include" })).status));
    expect(await page.evaluate(ask, paths)).toEqual(paths.map(() => 404));
    expect(await page.evaluate(ask, ["/apps/.nekzus/enter?code=x"])).toEqual([400]);
  });

  test("shows none of our pages in a frame", async () => {
    const framed = await page.evaluate(
      async (addresses) => {
        return Promise.all(
          addresses.map(async (address) => {
            const frame = document.createElement("iframe");
            frame.src = address;
            const loaded = new Promise((done) => frame.addEventListener("load", done));
            document.body.append(frame);
            await loaded;
            // A refused frame shows the browser's own error page, which is of no origin.
            return frame.contentWindow?.location.href;
          }),
        ).catch((error: DOMException) => error.name);
      },
      [`${api}/`, `${api}/docs`, `${api}/apps/evil/`],
    );
    expect(framed).toBe("SecurityError");
    const shown = page.frames().filter((frame) => frame.url().startsWith(api));
    for (const frame of shown) expect(await frame.locator("main").count()).toBe(0);
  });

  test("gets no worker beyond its own path", async () => {
    const scopes = await page.evaluate(async () => {
      const tried = ["/", "/apps/", "/apps/echo/", "/apps/evil/"].map(async (scope) => {
        try {
          await navigator.serviceWorker.register("worker.js", { scope });
          return scope;
        } catch {
          return undefined;
        }
      });
      return (await Promise.all(tried)).filter((scope) => scope !== undefined);
    });
    // A browser that does not trust the certificate registers none at all.
    expect(["", "/apps/evil/"]).toContain(scopes.join());
  });

  test("gets no hold of our window when it opens one", async () => {
    const popup = page.waitForEvent("popup");
    await page.evaluate((api) => {
      (globalThis as { opened?: Window | null }).opened = open(api);
    }, api);
    const opened = await popup;
    await opened.getByRole("heading", { name: "Home" }).waitFor();
    const reach = await page.evaluate(() => {
      const { opened } = globalThis as { opened?: Window };
      try {
        return String(opened?.localStorage.length);
      } catch {
        return "refused";
      }
    });
    expect(reach).toBe("refused");
    await opened.close();
  });
});

test("a public app's pages are never served on the API's origin, where they could use the dashboard's session", async () => {
  const [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
  await gateway.addRoute("pub", app.url, { publicAccess: true });
  for (const headers of [{ accept: "text/html", "sec-fetch-mode": "navigate" }, { accept: "*/*" }]) {
    const answer = await gateway.api("GET", "/apps/pub/page?x=1", { headers });
    expect(answer.status).toBe(307);
    expect(answer.headers.location).toBe(`https://127.0.0.1:${gateway.appsPort}/apps/pub/page?x=1`);
  }
  expect(app.seen).toEqual([]);
  expect((await gateway.apps("GET", "/apps/pub/page")).status).toBe(200);
});
