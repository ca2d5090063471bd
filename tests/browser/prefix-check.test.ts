// What a person sees of a check and of a known app: on a phone, with texts of the app shown as text.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { whenDone } from "../harness/cleanup.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";
import { complaintsOf, fits, launchBrowser, NARROW, openWindow, WIDE } from "./browser.ts";
import { FLOW_MS, signedInByKeyboard } from "./keyboard.ts";

const PAGE = `<!doctype html><title>Grafana</title><img src="http://cdn.example/${"long".repeat(60)}.png">
<script>fetch("/api/<b>bold</b>"); fetch("/api/items"); new WebSocket("wss://" + location.host)</script>`;

describe.runIf(requires("browser"))("checking a prefix on the dashboard", { timeout: FLOW_MS }, () => {
  let gateway: Gateway;
  let browser: Browser;
  let api: string;
  let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;

  beforeAll(async () => {
    [gateway, browser] = await Promise.all([startGateway(), launchBrowser()]);
    api = `https://127.0.0.1:${gateway.apiPort}`;
    signedIn = await signedInByKeyboard(browser, api);
    const server = createServer((_, res) => void res.setHeader("content-type", "text/html").end(PAGE));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    whenDone(() => void server.close());
    const to = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await gateway.addRoute("watch", to, { stripPrefix: true });
  });

  test("a report can be read on a phone, from the row's menu", async () => {
    const context = await openWindow(browser, { viewport: NARROW, storageState: signedIn });
    const complaints = complaintsOf(context);
    const page = await context.newPage();
    await page.goto(`${api}/ui/apps`);
    await page.getByRole("button", { name: /^Actions for/ }).click();
    await page.getByRole("menuitem", { name: "Check the prefix" }).click();
    await page.getByText("Works, with remarks").first().waitFor();
    await page.getByText("The app opens WebSockets, which are switched off for this route.").waitFor();
    await page
      .getByText(/GF_SERVER_ROOT_URL/)
      .first()
      .waitFor();
    await page.getByText(/more things?, good to know/).click();
    await page.getByText("/api/items").waitFor();
    expect(await fits(page)).toBe(true);
    expect(complaints).toEqual([]);
  });

  test("a known app is proposed, and set with one click only", async () => {
    const page = await (await openWindow(browser, { viewport: WIDE, storageState: signedIn })).newPage();
    await page.goto(`${api}/ui/apps/new`);
    await page.getByLabel("Name", { exact: true }).fill("Deluge");
    await page.getByText("Known app: Deluge").waitFor();
    const strip = page.getByLabel("Take the path away before forwarding");
    expect(await strip.isChecked()).toBe(false);
    await page.getByRole("button", { name: "Use these options" }).click();
    expect(await strip.isChecked()).toBe(true);
    // It stands among the folded options.
    await page.getByText("X-Deluge-Base: /apps/deluge/").waitFor({ state: "attached" });
    await page.getByRole("button", { name: "Use these options" }).waitFor({ state: "detached" });
  });
});
