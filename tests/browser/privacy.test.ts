// The dashboard talks to its gateway and to nobody else, asks for no more than is looked at, and comes back by itself.
import type { Browser, BrowserContext, Page, Request } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { startEngine } from "../harness/engine.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";
import { complaintsOf, demoConfig, launchBrowser, openWindow, signIn } from "./browser.ts";
import { callOf } from "./faults.ts";
import { OVERLAYS, SCREENS } from "./views.ts";

/** Calls before Home shows its apps (40 F7). */
const MOST_CALLS = 10;
/** How long after the gateway is back the page may be behind (40 F5). */
const LIVE_AGAIN_MS = 10_000;

describe.runIf(requires("browser"))("the dashboard", { timeout: 90_000 }, () => {
  let gateway: Gateway;
  let browser: Browser;
  let api: string;
  let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;

  beforeAll(async () => {
    const config = await demoConfig();
    const port = Number(new URL(config.routes[0]?.to ?? "").port);
    const engine = await startEngine([{ name: "jellyfin", port, labels: { "nekzus.app.name": "Jellyfin" } }]);
    [gateway, browser] = await Promise.all([startGateway({ config: { ...config, ...engine } }), launchBrowser()]);
    api = `https://127.0.0.1:${gateway.apiPort}`;
    const window = await openWindow(browser);
    const page = await window.newPage();
    await page.goto(api);
    await signIn(page);
    await page.getByRole("heading", { name: "Home" }).waitFor();
    signedIn = await window.storageState();
  });

  const openHome = async (page: Page) => {
    await page.goto(api);
    await page.getByRole("link", { name: "Notice board" }).waitFor();
  };

  test("asks nobody but the gateway on any screen, and breaks no rule of its policy", async () => {
    const window = await openWindow(browser, { storageState: signedIn });
    const complaints = complaintsOf(window);
    const origins = new Set<string>();
    window.on("request", (request) => origins.add(new URL(request.url()).origin));
    const page = await window.newPage();
    for (const { path, open, shows } of [...SCREENS, ...OVERLAYS]) {
      await page.goto(api + path);
      await page.locator("h1").first().waitFor();
      if (open) {
        await page.waitForLoadState("networkidle");
        await open(page);
      }
      await shows(page).waitFor();
    }
    // The blob: address of a picture carries the origin of the page that made it.
    expect([...origins]).toEqual([api]);
    expect(complaints).toEqual([]);
  });

  test("shows Home after few calls, then asks only for what is on it, and in a hidden tab for nothing", async () => {
    const window = await openWindow(browser, { storageState: signedIn });
    const page = await window.newPage();
    await page.clock.install();
    let calls: string[] = [];
    let open = 0;
    const isCall = (request: Request) => request.url().includes("/api/v1/");
    page.on("request", (request) => isCall(request) && ++open && calls.push(callOf(request)));
    for (const end of ["requestfinished", "requestfailed"] as const)
      page.on(end as "requestfinished", (request) => void (isCall(request) && open--));
    // A connection is asked as well, and given up when it stays silent for some of the page's seconds.
    let awaited = 0;
    page.on("websocket", (socket) => {
      let isAsked = false;
      const ask = (is: boolean) => {
        if (is !== isAsked) awaited += is ? 1 : -1;
        isAsked = is;
      };
      ask(true);
      socket.on("framesent", ({ payload }) => String(payload).includes('"ping"') && ask(true));
      socket.on("framereceived", () => ask(false));
      socket.on("close", () => ask(false));
    });
    /** Lets so many seconds pass on the page's clock. What is asked meanwhile is answered in no time, as seen there. */
    async function pass(seconds: number): Promise<void> {
      for (let passed = 0; passed < seconds; passed += 5) {
        await page.clock.runFor(5000);
        await expect.poll(() => open + awaited).toBe(0);
      }
    }
    await openHome(page);
    expect(calls.length).toBeLessThanOrEqual(MOST_CALLS);
    await expect.poll(() => open + awaited).toBe(0);

    calls = [];
    await pass(60);
    expect(new Set(calls)).toEqual(new Set(["GET /apps", "GET /discovery/proposals", "GET /activity/notices"]));
    // Every 15, 20 and 30 seconds.
    expect(calls.length).toBeLessThanOrEqual(9);

    await look(page, "hidden");
    calls = [];
    await pass(300);
    expect(calls).toEqual([]);
    await look(page, "visible");
    await expect.poll(() => calls).toContain("GET /apps");
  });

  test("is live again after each of five ends of the core, without being loaded anew", async () => {
    const window = await openWindow(browser, { storageState: signedIn });
    const page = await window.newPage();
    await openHome(page);
    await page.evaluate(() => void Object.assign(window, { isSamePage: true }));
    const banner = page.getByText("The gateway does not answer.");
    for (let round = 1; round <= 5; round++) {
      const [core] = gateway.children().core;
      process.kill(core as number, "SIGKILL");
      // Something is asked just then, as by a person who goes on working.
      await page
        .getByRole("link", { name: round % 2 ? "Apps and routes" : "Home" })
        .first()
        .click();
      await backAgain(round);
      const here =
        round % 2 ? page.getByRole("link", { name: "/apps/echo/" }) : page.getByRole("link", { name: "Echo" });
      const since = performance.now();
      await here.waitFor({ timeout: LIVE_AGAIN_MS });
      await banner.waitFor({ state: "hidden", timeout: LIVE_AGAIN_MS });
      expect(performance.now() - since, `round ${round}`).toBeLessThan(LIVE_AGAIN_MS);
    }
    expect(await page.evaluate(() => "isSamePage" in window)).toBe(true);
    expect(await page.getByRole("heading", { name: "Sign in" }).count()).toBe(0);
  });

  test("says that the gateway is away, counts, asks at once when told to, and goes on when it is back", async () => {
    const window = await openWindow(browser, { storageState: signedIn });
    const page = await window.newPage();
    await openHome(page);
    let isAway = true;
    let asked = 0;
    await page.route("**/api/v1/**", (route) => {
      if (route.request().url().endsWith("/healthz")) asked++;
      return isAway ? route.abort("connectionrefused") : route.continue();
    });
    await page.getByRole("link", { name: "Account" }).first().click();
    const banner = page.getByRole("status").filter({ hasText: "The gateway does not answer." });
    await banner.waitFor();
    await banner.getByText(/Next try in \d+ seconds?\./).waitFor();
    const before = asked;
    await banner.getByRole("button", { name: "Ask now" }).click();
    await expect.poll(() => asked).toBeGreaterThan(before);
    // The rest of the page goes on working.
    await page.getByRole("link", { name: "Home" }).first().click();
    await page.getByRole("link", { name: "Notice board" }).waitFor();
    isAway = false;
    await banner.getByRole("button", { name: "Ask now" }).click();
    await banner.waitFor({ state: "hidden" });
  });

  /** Waits until a core answers again. */
  async function backAgain(round: number): Promise<void> {
    await expect
      .poll(async () => (await gateway.api("GET", "/api/v1/healthz").catch(() => undefined))?.status, {
        timeout: 20_000,
        message: `the core of round ${round}`,
      })
      .toBe(200);
  }
});

/** Hides the tab or shows it again, as far as its page can tell. */
async function look(page: Page, state: "hidden" | "visible"): Promise<void> {
  await page.evaluate((state) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
    Object.defineProperty(document, "hidden", { configurable: true, get: () => state === "hidden" });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  }, state);
}
