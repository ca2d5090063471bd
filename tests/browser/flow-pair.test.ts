import type { Browser, BrowserContext } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { openEvents } from "../harness/streams.ts";
import { requires } from "../lab.ts";
import { complaintsOf, fits, launchBrowser, NARROW, openWindow, WIDE } from "./browser.ts";
import { FLOW_MS, press, restartUnder, signedInByKeyboard, tabTo, typeInto } from "./keyboard.ts";

describe.runIf(requires("browser"))("pairing a phone by keyboard", { timeout: FLOW_MS }, () => {
  let gateway: Gateway;
  let browser: Browser;
  let api: string;
  let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;

  beforeAll(async () => {
    const app = await startEchoApp();
    [gateway, browser] = await Promise.all([startGateway(), launchBrowser()]);
    await gateway.addRoute("echo", app.url, { stripPrefix: true, persistCookies: true });
    api = `https://127.0.0.1:${gateway.apiPort}`;
    signedIn = await signedInByKeyboard(browser, api);
  });

  /** What the phone does: fetches the code and asks; answers the words it shows, and its headers when it was let in. */
  async function phone(code: string, id: string) {
    const headers = { "x-pairing-request": "true" };
    const redeemed = await gateway.api("POST", "/api/v1/pair", { headers, body: { code } });
    const { bootstrapToken, phrase } = redeemed.json as { bootstrapToken: string; phrase: string };
    const asked = gateway.api("POST", "/api/v1/auth/pair", {
      headers: { authorization: `Bearer ${bootstrapToken}` },
      body: { device: { id, model: "Pixel 9", platform: "android" } },
    });
    return { phrase, asked };
  }

  test.each([
    ["wide", WIDE],
    ["narrow", NARROW],
  ])(
    "%s: a code, the words compared, the phone let in, renamed, its sign-ins forgotten, revoked, over a restart",
    async (width, viewport) => {
      const window = await openWindow(browser, { viewport, storageState: signedIn });
      const complaints = complaintsOf(window);
      const page = await window.newPage();
      await page.goto(`${api}/ui/`);
      await page.getByRole("heading", { name: "Home" }).waitFor();
      await page.keyboard.type("gv");
      await page.getByRole("heading", { name: "Devices", exact: true }).waitFor();
      await page.getByText("No device is paired").waitFor();

      await press(page.getByRole("button", { name: "Pair a device" }));
      const dialog = page.getByRole("dialog", { name: "Pair a device" });
      await dialog.getByText("Waiting for a device …").waitFor();
      await dialog.getByRole("img", { name: "The pairing code as a picture to scan" }).waitFor();
      expect(await fits(page)).toBe(true);
      const code = ((await dialog.getByText(/^[A-Z2-9]{4} [A-Z2-9]{4}$/).textContent()) ?? "").replace(" ", "");

      const { phrase, asked } = await phone(code, `pixel-${width}`);
      await dialog.getByText("Pixel 9 asks to be let in").waitFor();
      await dialog.getByText(phrase, { exact: true }).waitFor();
      expect(await fits(page)).toBe(true);
      await press(dialog.getByRole("button", { name: "The words are the same: let it in" }));
      await dialog.getByText("Pixel 9 is paired").waitFor();
      const { accessToken } = (await asked).json as { accessToken: string };
      const headers = { authorization: `Bearer ${accessToken}` };
      await gateway.api("GET", "/apps/echo/header?set-cookie=sid%3D1", { headers });
      const stream = await openEvents(gateway.apiPort, "/apps/echo/sse", headers);
      await press(dialog.getByRole("button", { name: "Done" }));
      await dialog.waitFor({ state: "hidden" });

      await restartUnder(page, gateway, async () => {});
      complaints.length = 0;
      await page.getByText("Pixel 9").first().waitFor();
      await press(page.getByRole("button", { name: "Rename Pixel 9" }));
      await typeInto(page.getByLabel("Name of the device"), "Kitchen");
      await page.keyboard.press("Enter");
      await page.getByText("Kitchen", { exact: true }).waitFor();
      expect(await fits(page)).toBe(true);

      await page.getByText("Kept signed in to 1 app").waitFor();
      await press(page.getByRole("button", { name: "Forget the sign-ins of Kitchen" }));
      await press(page.getByRole("alertdialog").getByRole("button", { name: "Forget them" }));
      await page.getByText("The sign-ins of Kitchen are forgotten.").waitFor();
      await page.getByText("Kept signed in to 1 app").waitFor({ state: "hidden" });

      await press(page.getByRole("button", { name: "Rights of Kitchen" }));
      const rights = page.getByRole("dialog", { name: "What Kitchen may do" });
      await tabTo(rights.getByLabel("It must be paired again after"));
      await page.keyboard.press("3");
      expect(await fits(page)).toBe(true);
      await press(rights.getByRole("button", { name: "Save" }));
      await page.getByText("The rights of Kitchen were changed.").waitFor();
      await rights.waitFor({ state: "hidden" });

      const again = await openEvents(gateway.apiPort, "/apps/echo/sse", headers);
      stream.close();
      await press(page.getByRole("button", { name: "Revoke Kitchen" }));
      const question = page.getByRole("alertdialog");
      await press(question.getByRole("button", { name: "Revoke it" }));
      await eventually("the phone is cut off", () => !again.open(), 2000);
      await page.getByText("No device is paired").waitFor();
      expect((await gateway.api("GET", "/apps/echo/", { headers })).status).toBe(401);
      expect(complaints).toEqual([]);
    },
  );
});
