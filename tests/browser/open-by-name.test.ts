import type { Browser, BrowserContext, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";
import { addMember, complaintsOf, demoConfig, foreignPage, launchBrowser, openWindow, signIn } from "./browser.ts";

const DOMAIN = "home.example";

describe.runIf(requires("browser"))("opening apps by their names in a browser", () => {
  let gateway: Gateway;
  let browser: Browser;
  /** The dashboard, and the board by its name, on the API's listener. */
  let api: string;
  let board: string;
  /** Cookies and proof of somebody who is signed in and has opened no app yet. */
  let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;

  beforeAll(async () => {
    const config = await demoConfig();
    [gateway, browser] = await Promise.all([
      startGateway({ config: { ...config, server: { base_domain: DOMAIN, routing_mode: "subdomain" } } }),
      launchBrowser([`--host-resolver-rules=MAP *.${DOMAIN} 127.0.0.1, MAP ${DOMAIN} 127.0.0.1`]),
    ]);
    api = `https://${DOMAIN}:${gateway.apiPort}`;
    board = `https://board.${DOMAIN}:${gateway.apiPort}`;
    const window = await openWindow(browser);
    const page = await window.newPage();
    await page.goto(api);
    await signIn(page);
    await page.getByRole("heading", { name: "Home" }).waitFor();
    signedIn = await window.storageState();
  });

  /** Waits until the board is shown and alive: its stream counts and its socket is open. */
  async function boardRuns(page: Page, address: string): Promise<void> {
    await page.waitForURL(address);
    await page.getByText("seconds since the demo began").waitFor();
    const socketState = () => page.locator("#notes-state").textContent();
    await expect.poll(socketState, { timeout: 15_000 }).toBe("connected");
  }

  test("a tile of Home opens the app by its name, with its stream and its socket; reload and the next app work", async () => {
    const window = await openWindow(browser, { storageState: signedIn });
    const complaints = complaintsOf(window);
    const page = await window.newPage();
    await page.goto(api);
    await page.getByRole("link", { name: "Notice board" }).click();
    await boardRuns(page, `${board}/`);
    await page.reload();
    await boardRuns(page, `${board}/`);
    await page.goto(api);
    await page.getByRole("link", { name: "Echo" }).click();
    await page.waitForURL(`https://echo.${DOMAIN}:${gateway.apiPort}/`);
    expect(await page.textContent("body")).not.toContain("x-forwarded-prefix");
    expect(complaints).toEqual([]);
  });

  test("a typed address, a bookmark of the other port, and one of the former path open the app", async () => {
    const other = `https://board.${DOMAIN}:${gateway.appsPort}`;
    const window = await openWindow(browser, { storageState: signedIn });
    const complaints = complaintsOf(window);
    const page = await window.newPage();
    for (const [address, shown] of [
      [`${board}/?a=%20b&c=/d#e`, `${board}/?a=%20b&c=/d#e`],
      [`${other}/?x=1#y`, `${other}/?x=1#y`],
      [`${api}/apps/board/?old=1#z`, `${board}/?old=1#z`],
    ] as const) {
      await page.goto(address);
      await boardRuns(page, shown);
      // The next one comes to the name for the first time again.
      await window.clearCookies({ domain: `board.${DOMAIN}` });
    }
    expect(complaints).toEqual([]);
  });

  test("a link on a foreign page opens the app, and coming back does not loop", async () => {
    const foreign = await foreignPage(`<link rel="icon" href="data:,"><a href="${board}/?n=1">one</a>`);
    const window = await openWindow(browser, { storageState: signedIn });
    const complaints = complaintsOf(window);
    const page = await window.newPage();
    for (let visit = 0; visit < 2; visit++) {
      await page.goto(foreign);
      await page.getByRole("link", { name: "one" }).click();
      await boardRuns(page, `${board}/?n=1`);
    }
    expect(complaints).toEqual([]);
  });

  test("who is not signed in signs in first and lands where they wanted to go; who may not open it is told so", async () => {
    const window = await openWindow(browser);
    const page = await window.newPage();
    await page.goto(`${board}/?x=1&y=/z#part`);
    await page.getByText("Sign in to open the app.").waitFor();
    expect(page.url()).toBe(`${api}/ui/sign-in?app=board`);
    await signIn(page, await addMember(gateway, "kim", ["board"]));
    await boardRuns(page, `${board}/?x=1&y=/z#part`);

    await page.goto(`https://echo.${DOMAIN}:${gateway.apiPort}/`);
    await page.getByRole("heading", { name: "You may not open this app" }).waitFor();
    await page.getByRole("link", { name: "All apps" }).click();
    await page.getByRole("link", { name: "Notice board" }).waitFor();
  });
});
