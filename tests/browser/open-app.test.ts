import type { Browser, BrowserContext, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";
import {
  addMember,
  complaintsOf,
  demoConfig,
  fits,
  foreignPage,
  launchBrowser,
  NARROW,
  openWindow,
  refuseCookies,
  signIn,
  WIDE,
} from "./browser.ts";

describe.runIf(requires("browser"))("opening apps in a browser", () => {
  let gateway: Gateway;
  let browser: Browser;
  let api: string;
  let apps: string;
  /** Cookies and proof of somebody who is signed in and has opened no app yet. */
  let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;

  beforeAll(async () => {
    const config = await demoConfig();
    [gateway, browser] = await Promise.all([startGateway({ config }), launchBrowser()]);
    api = `https://127.0.0.1:${gateway.apiPort}`;
    apps = `https://127.0.0.1:${gateway.appsPort}`;
    const window = await openWindow(browser);
    const page = await window.newPage();
    await page.goto(api);
    await signIn(page);
    await page.getByRole("heading", { name: "Home" }).waitFor();
    signedIn = await window.storageState();
  });

  /** Waits until the board is shown and alive: its stream counts and its socket is open. */
  async function boardRuns(page: Page): Promise<void> {
    await page.waitForURL((url) => url.href.startsWith(`${apps}/apps/board/`));
    await page.getByText("seconds since the demo began").waitFor();
    // Asked for like this, a failure tells what stands there.
    const socketState = () => page.locator("#notes-state").textContent();
    await expect.poll(socketState, { timeout: 15_000 }).toBe("connected");
  }

  test.each([
    ["wide", WIDE],
    ["narrow", NARROW],
  ])("%s: sign in, one click, and the app runs with its stream and its socket; reload works", async (_, viewport) => {
    const window = await openWindow(browser, { viewport });
    const complaints = complaintsOf(window);
    const page = await window.newPage();
    await page.goto(api);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await fits(page)).toBe(true);
    await signIn(page);
    await page.getByRole("link", { name: "Notice board" }).waitFor();
    expect(await fits(page)).toBe(true);

    await page.getByRole("link", { name: "Notice board" }).click();
    await boardRuns(page);
    expect(page.url()).toBe(`${apps}/apps/board/`);
    await page.getByLabel("Your note").fill("Bins go out on Tuesday");
    await page.getByRole("button", { name: "Pin" }).click();
    await page.getByRole("listitem").getByText("Bins go out on Tuesday").waitFor();
    await page.reload();
    await boardRuns(page);

    await page.goto(api);
    await page.getByRole("link", { name: "Echo" }).click();
    await page.waitForURL(`${apps}/apps/echo/`);
    expect(await page.textContent("body")).toMatch(/"x-forwarded-prefix": ?"\/apps\/echo"/);
    expect(complaints).toEqual([]);
  });

  test.each([
    ["a typed address, with its query and fragment", () => `${api}/apps/board/?a=%20b&c=/d#e`, "?a=%20b&c=/d#e"],
    ["a bookmark of the app's own address", () => `${apps}/apps/board/?x=1#y`, "?x=1#y"],
    ["an address without the last slash", () => `${api}/apps/board`, ""],
  ])("%s opens the app", async (_, address, rest) => {
    const window = await openWindow(browser, { storageState: signedIn });
    const complaints = complaintsOf(window);
    const page = await window.newPage();
    await page.goto(address());
    await boardRuns(page);
    expect(page.url()).toBe(`${apps}/apps/board/${rest}`);
    expect(complaints).toEqual([]);
  });

  test("links on a foreign page open the app, on either address, and coming back does not loop", async () => {
    const foreign = await foreignPage(
      `<link rel="icon" href="data:,"><a href="${api}/apps/board/?n=1">one</a><a href="${apps}/apps/board/?n=2">two</a>`,
    );
    for (const [name, query] of [
      ["one", "?n=1"],
      ["two", "?n=2"],
    ] as const) {
      const window = await openWindow(browser, { storageState: signedIn });
      const complaints = complaintsOf(window);
      const page = await window.newPage();
      for (let visit = 0; visit < 2; visit++) {
        await page.goto(foreign);
        await page.getByRole("link", { name }).click();
        await boardRuns(page);
        expect(page.url()).toBe(`${apps}/apps/board/${query}`);
      }
      expect(complaints).toEqual([]);
    }
  });

  test("who is not signed in gets to the sign-in, and from there to where they wanted to go", async () => {
    const window = await openWindow(browser);
    const complaints = complaintsOf(window);
    const page = await window.newPage();
    await page.goto(`${apps}/apps/board/?x=1&y=/z#part`);
    await page.getByText("Sign in to open the app.").waitFor();
    expect(page.url()).toBe(`${api}/ui/sign-in?app=board`);
    await signIn(page);
    await boardRuns(page);
    expect(page.url()).toBe(`${apps}/apps/board/?x=1&y=/z#part`);
    expect(complaints).toEqual([]);
  });

  test("signing out ends open streams and the next load asks to sign in", async () => {
    const window = await openWindow(browser);
    const home = await window.newPage();
    await home.goto(api);
    await signIn(home);
    await home.getByRole("link", { name: "Notice board" }).waitFor();
    const app = await window.newPage();
    await app.goto(`${api}/apps/board/`);
    await boardRuns(app);
    const other = await window.newPage();
    await other.goto(api);
    await other.getByRole("heading", { name: "Home" }).waitFor();

    await home.getByRole("link", { name: "Account" }).first().click();
    await home.getByRole("button", { name: "Sign out", exact: true }).click();
    await home.getByText("You are signed out.").waitFor();
    await other.getByText("You signed out in another window.").waitFor();
    await app.getByText("not connected; trying again").waitFor();
    await app.getByText("the connection broke; trying again").waitFor();
    await app.reload();
    await app.getByText("Sign in to open the app.").waitFor();
    await signIn(app);
    await boardRuns(app);
  });

  test("a member sees and opens what was granted, and is told so for the rest", async () => {
    const member = await addMember(gateway, "kim", ["echo"]);
    const window = await openWindow(browser, { viewport: NARROW });
    const page = await window.newPage();
    await page.goto(`${api}/apps/board/`);
    await page.getByText("Sign in to open the app.").waitFor();
    await signIn(page, member);
    await page.getByRole("heading", { name: "You may not open this app" }).waitFor();
    expect(await fits(page)).toBe(true);
    await page.getByRole("link", { name: "All apps" }).click();
    await page.getByRole("link", { name: "Echo" }).waitFor();
    expect(await page.getByRole("main").getByRole("listitem").count()).toBe(1);
    await page.getByRole("link", { name: "Echo" }).click();
    await page.waitForURL(`${apps}/apps/echo/`);
    // With the cookie of the apps origin a path of another app is still refused.
    const refused = await page.goto(`${apps}/apps/board/`);
    expect(refused?.status()).toBe(403);
    await page.getByRole("heading", { name: "Not allowed" }).waitFor();
  });

  test("an address without an app says so", async () => {
    const window = await openWindow(browser, { storageState: signedIn });
    const page = await window.newPage();
    await page.goto(`${apps}/apps/nothing/here`);
    await page.getByRole("heading", { name: "No app at this address" }).waitFor();
    expect(page.url()).toBe(`${api}/apps/nothing/here`);
  });

  test("where cookies are off the sign-in says so", async () => {
    const window = await refuseCookies("*");
    const page = await window.newPage();
    await page.goto(`${api}/apps/board/`);
    await page.getByText("Sign in to open the app.").waitFor();
    await signIn(page);
    await page.getByText(/did not keep the session. Allow cookies/).waitFor();
  });

  test("where only the apps' address may keep no cookie, opening ends with an explanation", async () => {
    const window = await refuseCookies(apps);
    const page = await window.newPage();
    await page.goto(`${api}/apps/board/`);
    await signIn(page);
    await page.getByRole("heading", { name: "The browser does not keep the sign-in" }).waitFor();
    expect(page.url()).toBe(`${api}/apps/board/`);
  });

  test("the API page shows every endpoint, finds them, and opens one by its address", async () => {
    const window = await openWindow(browser, { viewport: NARROW });
    const complaints = complaintsOf(window);
    const page = await window.newPage();
    await page.goto(`${api}/docs`);
    const entries = page.locator("#groups details");
    await entries.first().waitFor();
    const document = (await gateway.api("GET", "/api/v1/openapi.json")).json as { paths: Record<string, object> };
    const operations = Object.values(document.paths).flatMap((item) =>
      Object.values(item as Record<string, { operationId?: string }>).flatMap(({ operationId }) => operationId ?? []),
    );
    expect(operations.length).toBeGreaterThan(25);
    const shown = await entries.evaluateAll((all) => all.map(({ id }) => id.slice("op-".length)));
    expect(shown.sort()).toEqual(operations.sort());
    // Each one opens, and nothing in it is wider than the window.
    await entries.evaluateAll((all) => {
      for (const entry of all) (entry as HTMLDetailsElement).open = true;
    });
    await page.getByRole("heading", { name: "Example" }).last().waitFor();
    expect(await fits(page)).toBe(true);

    await page.getByLabel("Find an endpoint").fill("proposal approve");
    await page.getByText("1 endpoint", { exact: true }).waitFor();
    await page.goto(`${api}/docs#op-${operations[0]}`);
    await page.reload();
    await page.locator(`#op-${operations[0]?.replace(".", "\\.")}[open]`).waitFor();
    expect(complaints).toEqual([]);
  });
});
