// An icon is a picture also when it is opened on its own: an SVG with scripts runs nothing on the gateway's origin
// (CWE-79; CVE-2020-26870 is one of many for uploaded SVGs).
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openWindow } from "../browser/browser.ts";
import { whenDone } from "../harness/cleanup.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { startSession } from "../harness/session.ts";
import { requires } from "../lab.ts";

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" onload="fetch('/ran-onload')"><script>fetch('/ran-script')</script>
<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="/ran-frame"></iframe></foreignObject>
<image href="/ran-image"/><text>an icon</text></svg>`;

/** A page that calls its outermost part a drawing: what counts as an image by its first bytes, and is HTML inside. */
const PAGE = `<?xml version="1.0"?><!-- an icon --><svg xmlns="http://www.w3.org/1999/xhtml" onload="fetch('/ran-onload')">
<head><script>fetch('/ran-script')</script></head><body onload="fetch('/ran-body')"><iframe src="/ran-frame"></iframe>
<img src="/ran-image" alt=""/><form action="/ran-form"><p>an icon</p></form></body></svg>`;

let gateway: Gateway;
/** What the app itself offers, and what somebody uploaded. */
const APPS = ["app", "drawing", "page"];
const pathOf = (app: string) => `/api/v1/apps/${app}/favicon`;

beforeAll(async () => {
  const app = createServer((_, res) => res.setHeader("content-type", "image/png").end(SVG));
  await new Promise<void>((done) => app.listen(0, "127.0.0.1", done));
  whenDone(() => {
    app.close();
    app.closeAllConnections();
  });
  gateway = await startGateway();
  await gateway.addRoute("app", `http://127.0.0.1:${(app.address() as AddressInfo).port}`, { stripPrefix: true });
  for (const [name, text] of Object.entries({ drawing: SVG, page: PAGE })) {
    await gateway.addRoute(name, "http://127.0.0.1:9");
    const image = Buffer.from(text).toString("base64");
    expect((await gateway.admin("PUT", `/api/v1/apps/${name}/icon`, { image })).status).toBe(200);
  }
});

test.each(APPS)("%s: its policy forbids everything, and its type is told by its bytes", async (app) => {
  const { headers } = await gateway.admin("GET", pathOf(app));
  expect(headers).toMatchObject({ "content-type": "image/svg+xml", "x-content-type-options": "nosniff" });
  const policy = String(headers["content-security-policy"]).split(/;\s*/);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("sandbox");
  expect(policy.join()).not.toContain("script");
});

test("a browser cannot open it by its cookie alone", async () => {
  const { cookie } = await startSession(gateway);
  expect((await gateway.api("GET", pathOf("app"), { headers: { cookie, "sec-fetch-mode": "navigate" } })).status).toBe(
    401,
  );
});

describe.runIf(requires("browser"))("in a browser", () => {
  test.each(APPS)("%s: opened directly it runs nothing and asks for nothing", async (app) => {
    const path = pathOf(app);
    const window = await openWindow(await launchBrowser(), {
      extraHTTPHeaders: { authorization: `Bearer ${await gateway.signIn()}` },
    });
    const answered: string[] = [];
    const failed: unknown[] = [];
    window.on("response", (response) => answered.push(new URL(response.url()).pathname));
    window.on("requestfailed", (request) => failed.push(request.failure()?.errorText));
    const page = await window.newPage();
    const answer = await page.goto(`https://127.0.0.1:${gateway.apiPort}${path}`, { waitUntil: "networkidle" });
    expect(answer?.status()).toBe(200);
    expect(await page.getByText("an icon").count()).toBe(1);
    expect(answered.filter((name) => name !== "/favicon.ico")).toEqual([path]);
    // The policy itself holds the image back, before anything is sent.
    expect(failed).toEqual(["csp"]);
  });
});
