import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { ENGINE, proposed, startContainer, uniqueName } from "../harness/containers.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";
import { complaintsOf, fits, launchBrowser, NARROW, openWindow, WIDE } from "./browser.ts";
import { FLOW_MS, focusName, press, restartUnder, signedInByKeyboard, typeInto } from "./keyboard.ts";

const SOCKET = (process.env.DOCKER_HOST ?? "").replace(/^unix:\/\//, "");

describe.runIf(requires("browser") && requires("docker"))("approving by keyboard", { timeout: FLOW_MS }, () => {
  let gateway: Gateway;
  let browser: Browser;
  let api: string;
  let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;
  const [ordinary, powerful, crossing] = [uniqueName("notes"), uniqueName("pilot"), uniqueName("films")];

  beforeAll(async () => {
    // Before the browser starts: a new container cuts its connections.
    const options = new Map([[powerful, ["-v", `${SOCKET}:/var/run/docker.sock`]]]);
    await Promise.all(
      [ordinary, powerful, crossing].map((name) =>
        startContainer(
          name,
          { "nekzus.enable": "true", "nekzus.app.id": name, "nekzus.app.name": name },
          "lab/node:1",
          options.get(name),
        ),
      ),
    );
    [gateway, browser] = await Promise.all([startGateway({ config: ENGINE }), launchBrowser()]);
    api = `https://127.0.0.1:${gateway.apiPort}`;
    // Somebody has the path already that the third one asks for.
    const { suggestedRoute } = await proposed(gateway, crossing);
    await gateway.addRoute("cinema", suggestedRoute.to, { appName: "Cinema", pathBase: `/apps/${crossing}/` });
    signedIn = await signedInByKeyboard(browser, api);
  });

  // What was approved and removed again is proposed anew.
  afterEach(async () => {
    const routes = (await gateway.admin("GET", "/api/v1/routes")).json as { routeId: string; appId: string }[];
    for (const { routeId, appId } of routes) {
      if (appId !== "cinema") await gateway.admin("DELETE", `/api/v1/routes/${routeId}`);
    }
    await gateway.admin("POST", "/api/v1/discovery/rediscover");
  });

  /** Opens the sheet of a proposal from the list. */
  async function openSheet(page: Page, name: string) {
    await press(page.getByRole("button", { name: `Approve… ${name}` }));
    const sheet = page.getByRole("dialog", { name: `Approve ${name}` });
    await sheet.waitFor();
    return sheet;
  }

  test.each([
    ["wide", WIDE],
    ["narrow", NARROW],
  ])("%s: an ordinary one, a dangerous one, and one whose path is taken, over a restart", async (_, viewport) => {
    for (const name of [ordinary, powerful, crossing]) await proposed(gateway, name);
    const window = await openWindow(browser, { viewport, storageState: signedIn });
    const complaints = complaintsOf(window);
    const page = await window.newPage();
    await page.goto(api);
    await page.getByRole("heading", { name: "Home" }).waitFor();
    await page.keyboard.type("gd");
    await page.getByRole("heading", { name: "Discovery" }).waitFor();

    const first = await openSheet(page, ordinary);
    await press(first.getByRole("button", { name: "Test the connection" }));
    await first.getByText("The connection works", { exact: true }).waitFor();
    expect(await fits(page)).toBe(true);
    await press(first.getByRole("button", { name: "Approve", exact: true }));
    await page.getByText(`${ordinary} is approved.`).waitFor();
    await first.waitFor({ state: "hidden" });
    // The decision goes on with what stands next in the list.
    await expect.poll(() => focusName(page), { timeout: 5000 }).not.toBe("nothing");

    const second = await openSheet(page, powerful);
    await second.getByText("It can use the container engine, whose socket is mounted into it").first().waitFor();
    const approve = second.getByRole("button", { name: "Approve", exact: true });
    expect(await approve.isDisabled()).toBe(true);
    await press(second.getByRole("checkbox", { name: /^I know this and approve it all the same/ }), "Space");
    await press(approve);
    await page.getByText(`${powerful} is approved.`).waitFor();
    await second.waitFor({ state: "hidden" });

    const third = await openSheet(page, crossing);
    const path = third.getByRole("textbox", { name: "Path", exact: true });
    await third.getByText(`The path overlaps /apps/${crossing}/ of Cinema`).waitFor();
    await typeInto(path, "/apps/films-of-ours/");
    await third.getByText("The path overlaps").waitFor({ state: "hidden" });
    expect(complaints.splice(0)).toEqual([]);
    await restartUnder(page, gateway, async () => {
      await press(third.getByRole("button", { name: "Approve", exact: true }));
      await third.getByText("Nothing came back from it").waitFor();
    });
    expect(await path.inputValue()).toBe("/apps/films-of-ours/");
    expect(await focusName(page)).toContain("Approve");
    complaints.length = 0;
    await press(third.getByRole("button", { name: "Approve", exact: true }));
    await page.getByText(`${crossing} is approved.`).waitFor();
    await third.waitFor({ state: "hidden" });

    for (const [name, opened] of [
      [ordinary, `/apps/${ordinary}/`],
      [powerful, `/apps/${powerful}/`],
      [crossing, "/apps/films-of-ours/"],
    ] as const) {
      await page.goto(api);
      await press(page.getByRole("link", { name }));
      await page.waitForURL(`https://127.0.0.1:${gateway.appsPort}${opened}`);
      expect(await page.textContent("body")).toContain('"app":"echo"');
    }
    expect(complaints).toEqual([]);
  });
});
