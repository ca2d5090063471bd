import type { Browser, BrowserContext, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { EVERY_OPTION } from "../harness/every-option.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";
import { complaintsOf, fits, launchBrowser, NARROW, openWindow, WIDE } from "./browser.ts";
import { FLOW_MS, focusName, press, restartUnder, signedInByKeyboard, tabTo, typeInto } from "./keyboard.ts";

const APP = {
  name: "Wiki",
  icon: "lucide:book-open",
  group: "Reading",
  description: "What we know about the house",
  tags: ["notes", "house"],
};

describe.runIf(requires("browser"))("editing a route by keyboard", { timeout: FLOW_MS }, () => {
  let gateway: Gateway;
  let browser: Browser;
  let service: EchoApp;
  let api: string;
  let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;

  beforeAll(async () => {
    [gateway, browser, service] = await Promise.all([startGateway(), launchBrowser(), startEchoApp()]);
    api = `https://127.0.0.1:${gateway.apiPort}`;
    signedIn = await signedInByKeyboard(browser, api);
  });

  /** Route and app as they are stored. */
  async function stored() {
    const [route, app] = await Promise.all(
      ["routes", "apps"].map(async (kind) => (await gateway.admin("GET", `/api/v1/${kind}/wiki`)).json),
    );
    return { route, app } as Record<"route" | "app", Record<string, unknown>>;
  }

  async function makeRoute(): Promise<void> {
    await gateway.addRoute("wiki", service.url, {
      ...EVERY_OPTION,
      setRequestHeaders: { Authorization: "Basic Zm9v" },
    });
    const answer = await gateway.admin("PUT", "/api/v1/apps/wiki", APP);
    if (answer.status !== 200) throw new Error(answer.text);
    expect((await stored()).route).toMatchObject(EVERY_OPTION);
  }

  const nameIn = (page: Page) => page.getByRole("textbox", { name: "Name", exact: true });

  /** Opens the form of the route in a window of its own, from the list. */
  async function openForm(viewport: { width: number; height: number }): Promise<Page> {
    const page = await (await openWindow(browser, { viewport, storageState: signedIn })).newPage();
    await page.goto(api);
    await page.getByRole("heading", { name: "Home" }).waitFor();
    await page.keyboard.type("ga");
    await press(page.getByRole("link", { name: APP.name, exact: true }));
    await nameIn(page).waitFor();
    return page;
  }

  test("every option has an entry in the form that shows it", async () => {
    await makeRoute();
    const page = await openForm(WIDE);
    for (const folded of await page.locator("main [aria-expanded=false]").all()) await folded.click();
    const entries = await page
      .locator("[id^=route-]")
      .evaluateAll((all) => all.map(({ id }) => id.replace("route-", "")));
    const { rateLimit, cache, ...single } = EVERY_OPTION;
    const parts = ["ratePerMinute", "rateBurst", "cacheEnabled", "cacheTtl", "cacheMaxBytes"];
    const wanted = [...Object.keys(single), ...parts, "to", "caFile", "setRequestHeaders"];
    expect(wanted.filter((option) => !entries.includes(option))).toEqual([]);
  });

  test.each([
    ["wide", WIDE],
    ["narrow", NARROW],
  ])("%s: the name is changed over a restart, and nothing else differs", async (_, viewport) => {
    await makeRoute();
    const before = await stored();
    const page = await openForm(viewport);
    const complaints = complaintsOf(page.context());
    await typeInto(nameIn(page), "Our wiki");
    expect(await fits(page)).toBe(true);

    const save = page.getByRole("button", { name: "Save changes" });
    await restartUnder(page, gateway, async () => {
      await press(save);
      await page.getByText("Nothing came back from it").waitFor();
    });
    expect(await nameIn(page).inputValue()).toBe("Our wiki");
    expect(await focusName(page)).toContain("Save changes");
    complaints.length = 0;
    await press(save);
    await page.getByText("Our wiki is saved").waitFor();
    await expect.poll(() => focusName(page), { timeout: 5000 }).toContain("Apps and routes");

    const after = await stored();
    expect(after.route).toEqual({ ...before.route, appName: "Our wiki" });
    expect(after.app).toEqual({ ...before.app, name: "Our wiki", version: (before.app.version as number) + 1 });
    expect(complaints).toEqual([]);
  });

  test.each([
    ["the wide one", WIDE, NARROW],
    ["the narrow one", NARROW, WIDE],
  ])("of two windows that edit the same, %s saves first and the other is asked", async (_, quick, slow) => {
    await makeRoute();
    const [first, second] = await Promise.all([openForm(quick), openForm(slow)]);
    await typeInto(nameIn(first), "House wiki");
    await typeInto(nameIn(second), "Family wiki");
    await typeInto(second.getByRole("textbox", { name: "Address of the app" }), `${service.url}/wiki`);

    await tabTo(nameIn(first));
    await first.keyboard.press("Enter");
    await first.getByText("House wiki is saved").waitFor();

    await tabTo(nameIn(second));
    await second.keyboard.press("Enter");
    const warning = second.getByRole("dialog", { name: "Somebody else changed this meanwhile" });
    await warning.getByRole("row", { name: /^Name/ }).getByText("House wiki").waitFor();
    expect(await fits(second)).toBe(true);
    expect((await stored()).app.name).toBe("House wiki");
    // Nothing is lost by looking at the form again.
    await second.keyboard.press("Escape");
    await warning.waitFor({ state: "hidden" });
    expect(await nameIn(second).inputValue()).toBe("Family wiki");
    await expect.poll(() => focusName(second), { timeout: 5000 }).toContain("Name");
    await press(second.getByRole("button", { name: "Save changes" }));
    await press(warning.getByRole("button", { name: "Keep mine and save" }));
    await second.getByText("Family wiki is saved").waitFor();
    const { app, route } = await stored();
    expect(app).toMatchObject({ ...APP, name: "Family wiki" });
    expect(route).toMatchObject({ ...EVERY_OPTION, to: `${service.url}/wiki` });
  });
});
