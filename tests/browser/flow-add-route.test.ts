import type { Browser, BrowserContext } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";
import { complaintsOf, fits, launchBrowser, NARROW, openWindow, WIDE } from "./browser.ts";
import { FLOW_MS, focusName, press, restartUnder, signedInByKeyboard, tabTo, typeInto } from "./keyboard.ts";

/** Nothing listens on it, and nobody but root could make it. */
const WRONG_PORT = 1;
/** The screens read the health of apps every 15 s. */
const UNTIL_READ_MS = 20_000;

describe.runIf(requires("browser"))("adding a route by keyboard", { timeout: FLOW_MS }, () => {
  let gateway: Gateway;
  let browser: Browser;
  let service: EchoApp;
  let api: string;
  let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;

  beforeAll(async () => {
    const config = { health_checks: { interval: "1s" } };
    [gateway, browser, service] = await Promise.all([startGateway({ config }), launchBrowser(), startEchoApp()]);
    api = `https://127.0.0.1:${gateway.apiPort}`;
    signedIn = await signedInByKeyboard(browser, api);
  });

  test.each([
    ["wide", WIDE],
    ["narrow", NARROW],
  ])("%s: a wrong port is told, corrected, and the app is running and opens", async (width, viewport) => {
    const window = await openWindow(browser, { viewport, storageState: signedIn });
    const complaints = complaintsOf(window);
    const page = await window.newPage();
    const name = `Films ${width}`;
    await page.goto(api);
    await page.getByRole("heading", { name: "Home" }).waitFor();
    await page.keyboard.type("ga");
    await page.getByRole("heading", { name: "Apps and routes" }).waitFor();
    await press(page.getByRole("link", { name: "Add app", exact: true }));
    await page.getByRole("heading", { name: "Add an app" }).waitFor();

    const address = page.getByRole("textbox", { name: "Address of the app" });
    await typeInto(address, `127.0.0.1:${WRONG_PORT}`);
    await typeInto(page.getByRole("textbox", { name: "Name", exact: true }), name);
    await press(page.getByRole("button", { name: "Test the connection" }));
    await page.getByText("Nothing listens there", { exact: true }).waitFor();
    // The scheme that most people leave out was put in front.
    expect(await address.inputValue()).toBe(`http://127.0.0.1:${WRONG_PORT}`);
    expect(await fits(page)).toBe(true);
    expect(complaints.splice(0)).toEqual([]);

    await typeInto(address, service.url);
    const again = page.getByRole("button", { name: "Test again" });
    await restartUnder(page, gateway, async () => {
      await press(again);
      await page.getByText("Nothing came back from it").waitFor();
    });
    expect(await focusName(page)).toContain("Test again");
    await page.keyboard.press("Enter");
    await page.getByText("The connection works", { exact: true }).waitFor();
    expect(await address.inputValue()).toBe(service.url);
    complaints.length = 0;

    await tabTo(page.getByRole("textbox", { name: "Name", exact: true }));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Apps and routes" }).waitFor();
    await page.getByText(`${name} is added.`).waitFor();
    await page.getByRole("row").filter({ hasText: name }).waitFor();
    const health = () => gateway.admin("GET", `/api/v1/services/films-${width}/health`);
    await eventually("the app is healthy", async () => (await health()).status === 200);

    await page.keyboard.type("gh");
    await page.getByRole("heading", { name: "Home" }).waitFor();
    const tile = page.getByRole("link", { name });
    await tile.getByText("Running").waitFor({ timeout: UNTIL_READ_MS });
    await page.keyboard.type("ga");
    await page.getByRole("row", { name }).getByText("Running").first().waitFor({ timeout: UNTIL_READ_MS });
    await page.keyboard.type("gh");
    await press(tile);
    await page.waitForURL(`https://127.0.0.1:${gateway.appsPort}/apps/films-${width}/`);
    expect(await page.textContent("body")).toContain(`"url":"/apps/films-${width}/"`);
    expect(complaints).toEqual([]);
  });
});
