import { describe, expect, test } from "vitest";
import { startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";
import { complaintsOf, demoConfig, fits, launchBrowser, NARROW, openWindow, signIn } from "./browser.ts";

describe.runIf(requires("browser"))("the first minutes in a browser", () => {
  test("the printed code makes the first administrator, who is signed in and can open an app", async () => {
    const config = await demoConfig();
    const [gateway, browser] = await Promise.all([startGateway({ config, admin: false }), launchBrowser()]);
    const code = /[Ss]etup code[^:]*: *(\S+)/.exec(gateway.output())?.[1] as string;
    const window = await openWindow(browser, { viewport: NARROW });
    const complaints = complaintsOf(window);
    const page = await window.newPage();
    await page.goto(`https://127.0.0.1:${gateway.apiPort}/`);
    const form = page.locator("#setup");
    await form.getByLabel("User name").fill("anna");
    await form.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await form.getByLabel("Setup code").fill("AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA");
    await form.getByRole("button", { name: "Make the administrator" }).click();
    await form.getByRole("alert").getByText("code").waitFor();
    expect(await fits(page)).toBe(true);
    // The browser itself notes every refused request on its console.
    expect(complaints.splice(0)).toEqual([expect.stringContaining("/api/v1/auth/setup: Failed to load resource")]);

    await form.getByLabel("Setup code").fill(code);
    await form.getByRole("button", { name: "Make the administrator" }).click();
    await page.getByRole("link", { name: "Notice board" }).click();
    await page.waitForURL(`https://127.0.0.1:${gateway.appsPort}/apps/board/`);
    await page.getByText("connected", { exact: true }).waitFor();

    // From now on there is only the sign-in, also for somebody who had the page open before.
    const late = await (await openWindow(browser)).newPage();
    await late.goto(`https://127.0.0.1:${gateway.apiPort}/`);
    await late.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("plain HTTP works and the page warns", async () => {
    const config = await demoConfig();
    const [gateway, browser] = await Promise.all([startGateway({ config, insecureHttp: true }), launchBrowser()]);
    const window = await openWindow(browser, { viewport: NARROW });
    const complaints = complaintsOf(window);
    const page = await window.newPage();
    await page.goto(`http://127.0.0.1:${gateway.apiPort}/`);
    await page.getByText("Not encrypted.").waitFor();
    expect(await fits(page)).toBe(true);
    await signIn(page);
    await page.getByRole("link", { name: "Notice board" }).click();
    await page.waitForURL(`http://127.0.0.1:${gateway.appsPort}/apps/board/`);
    await page.getByText("connected", { exact: true }).waitFor();
    await page.reload();
    await page.getByText("connected", { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });
});
