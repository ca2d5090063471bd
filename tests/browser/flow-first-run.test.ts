import type { Browser } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { ENGINE, startContainer, uniqueName } from "../harness/containers.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";
import { complaintsOf, fits, launchBrowser, NARROW, openWindow, WIDE } from "./browser.ts";
import { FLOW_MS, press, restartUnder, signInByKeyboard, typeInto } from "./keyboard.ts";

const NEW_ADMIN = { username: "anna", password: "correct horse battery" };

/** The code that the gateway printed last. */
function setupCode(gateway: Gateway): string {
  return [...gateway.output().matchAll(/[Ss]etup code[^:]*: *(\S+)/g)].at(-1)?.[1] ?? "";
}

describe.runIf(requires("browser") && requires("docker"))("the first minutes by keyboard", { timeout: FLOW_MS }, () => {
  let browser: Browser;
  let wide: Gateway;
  let narrow: Gateway;
  const photos = uniqueName("photos");

  beforeAll(async () => {
    // Before the browser starts: a new container cuts its connections.
    await startContainer(photos, { "nekzus.enable": "true", "nekzus.app.id": photos, "nekzus.app.name": photos });
    const options = { config: ENGINE, admin: false };
    [wide, narrow, browser] = await Promise.all([startGateway(options), startGateway(options), launchBrowser()]);
  });

  test.each([
    ["wide", WIDE],
    ["narrow", NARROW],
  ])("%s: from the printed code to an opened app, over two restarts", async (width, viewport) => {
    const gateway = width === "wide" ? wide : narrow;
    const address = `https://127.0.0.1:${gateway.apiPort}/`;
    const window = await openWindow(browser, { viewport });
    const complaints = complaintsOf(window);
    const page = await window.newPage();
    await page.goto(address);
    await page.getByRole("heading", { name: "Welcome" }).waitFor();
    const code = page.getByLabel("Setup code");
    await signInByKeyboard(page, NEW_ADMIN);
    await typeInto(code, "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA");
    await page.keyboard.press("Enter");
    await page.getByText("This is not the code. Enter the newest one that the gateway printed.").waitFor();
    expect(await fits(page)).toBe(true);
    // The browser itself notes every refused request on its console.
    for (const complaint of complaints.splice(0)) expect(complaint).toContain("/api/v1/auth/setup: Failed to load");

    await gateway.stop();
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("The gateway does not answer").waitFor();
    await gateway.startAgain();
    // Whoever starts it anew reads a new code; the rest is still there.
    await typeInto(code, setupCode(gateway));
    complaints.length = 0;
    await press(page.getByRole("button", { name: "Make the administrator" }));

    const heading = (name: string) => page.getByRole("heading", { name, exact: true });
    const go = page.getByRole("button", { name: "Continue" });
    await heading("How you reach this gateway").waitFor();
    await press(go);
    await heading("A certificate that your devices trust").waitFor();
    await press(go);
    await heading("What was found").waitFor();
    await press(go);
    await heading("Pick your first apps").waitFor();
    const tick = page.getByRole("checkbox", { name: photos });
    await tick.waitFor();
    expect(await tick.isChecked()).toBe(true);
    expect(await fits(page)).toBe(true);
    expect(complaints.splice(0)).toEqual([]);

    const add = page.getByRole("button", { name: /^Add \d+ apps?$/ });
    await restartUnder(page, gateway, async () => {
      await press(add);
      await page.getByText("Nothing came back from it").first().waitFor();
    });
    complaints.length = 0;
    // What failed is tried again when the person says so.
    await press(tick, "Space");
    await press(add);
    await heading("The gateway is ready").waitFor();
    await press(page.getByRole("link", { name: photos }));
    await page.waitForURL(`https://127.0.0.1:${gateway.appsPort}/apps/${photos}/`);
    expect(await page.textContent("body")).toContain('"app":"echo"');

    // From now on there is only the sign-in, also for somebody who had the page open before.
    const late = await (await openWindow(browser, { viewport })).newPage();
    await late.goto(address);
    await late.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(complaints).toEqual([]);
  });
});
