// Being told, from a channel and a rule to a notice that is read once for all browsers (40 E3, E4, S8).
import { spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { type Receiver, startReceiver } from "../harness/receiver.ts";
import { requires } from "../lab.ts";
import { complaintsOf, fits, launchBrowser, NARROW, openWindow, WIDE } from "./browser.ts";
import { FLOW_MS, press, restartUnder, signedInByKeyboard, tabTo, typeInto } from "./keyboard.ts";

const SECRET = "between us two";

describe.runIf(requires("browser"))("being told what happens, by keyboard", { timeout: FLOW_MS }, () => {
  let gateway: Gateway;
  let receiver: Receiver;
  let browser: Browser;
  let api: string;
  let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;

  beforeAll(async () => {
    receiver = await startReceiver();
    [gateway, browser] = await Promise.all([
      startGateway({ config: { notifications: { networks: ["127.0.0.1"] } } }),
      launchBrowser(),
    ]);
    api = `https://127.0.0.1:${gateway.apiPort}`;
    signedIn = await signedInByKeyboard(browser, api);
  });

  async function home(viewport: { width: number; height: number }): Promise<{ page: Page; complaints: string[] }> {
    const window = await openWindow(browser, { viewport, storageState: signedIn });
    const complaints = complaintsOf(window);
    const page = await window.newPage();
    await page.goto(`${api}/ui/`);
    await page.getByRole("heading", { name: "Home" }).waitFor();
    return { page, complaints };
  }

  const bell = (page: Page, unread: string) => page.getByRole("button", { name: new RegExp(`^Notices ?${unread}`) });
  const sent = (title: string) => receiver.got.find(({ json }) => json.title === title);

  test.each([
    ["wide", WIDE],
    ["narrow", NARROW],
  ])(
    "%s: a channel that is tested, a rule, a webhook from a shell; the bell counts in two browsers, and is read in one",
    async (width, viewport) => {
      const { page, complaints } = await home(viewport);
      const other = await home(WIDE);
      await bell(other.page, "none unread").waitFor();
      const channel = `Hook, ${width}`;
      const text = `The ${width} freezer is open`;

      await page.keyboard.type("gn");
      await page.getByRole("heading", { name: "Notifications", exact: true }).waitFor();
      await tabTo(page.getByRole("tab", { name: "Deliveries" }));
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Enter");
      await press(page.getByRole("button", { name: "Add a channel" }));
      const form = page.getByRole("dialog", { name: "Add a channel" });
      await tabTo(form.getByLabel("Where to"));
      await page.keyboard.type("Webhook");
      await typeInto(form.getByRole("textbox", { name: "Name" }), channel);
      await typeInto(form.getByLabel("Address", { exact: true }), receiver.url);
      await typeInto(form.getByRole("textbox", { name: "Secret for the signature" }), SECRET);
      expect(await fits(page)).toBe(true);
      await press(form.getByRole("button", { name: "Add the channel" }));
      await form.waitFor({ state: "hidden" });

      await press(page.getByRole("button", { name: `Test ${channel}` }));
      await page.getByText("The test message was sent").waitFor();
      const tested = sent("Test message from Nekzus") ?? expect.unreachable();
      const [, seconds, mac] = /^t=(\d+),v1=(\w+)$/.exec(String(tested.headers["x-nekzus-signature"])) ?? [];
      const signed = `${seconds}.${JSON.stringify(tested.json)}`;
      expect(mac).toBe(createHmac("sha256", SECRET).update(signed).digest("hex"));
      expect(await page.content()).not.toContain(SECRET);
      expect(await fits(page)).toBe(true);

      await tabTo(page.getByRole("tab", { name: "Channels" }));
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("Enter");
      await page.getByText("Apps that are down").first().waitFor();
      await press(page.getByRole("button", { name: "Add a rule" }));
      const rule = page.getByRole("dialog", { name: "Add a rule" });
      await typeInto(rule.getByRole("textbox", { name: "Name" }), `Grave, ${width}`);
      await press(rule.getByLabel("An app is down, and when it is back"), "Space");
      await press(rule.getByLabel("A webhook says something"), "Space");
      await press(rule.getByText("Grouping", { exact: true }).locator(".."));
      await typeInto(rule.getByLabel("Tell after"), "0");
      await press(rule.getByRole("button", { name: "Add the rule" }));
      await rule.waitFor({ state: "hidden" });
      await page.getByText(`Grave, ${width}`, { exact: true }).waitFor();

      // The gateway goes and comes back in the middle; both pages go on.
      await restartUnder(page, gateway, async () => {});
      complaints.length = 0;
      other.complaints.length = 0;

      await page.keyboard.type("gw");
      await page.getByRole("heading", { name: "Webhooks", exact: true }).waitFor();
      await press(page.getByRole("button", { name: "Make a key for webhooks" }));
      await press(page.getByRole("button", { name: "I have it" }));
      const offered = page.getByRole("region", { name: "An entry in the activity feed" }).locator("pre");
      const command = ((await offered.textContent()) ?? "").replace("Deployment completed", text);
      const shell = spawnSync("sh", ["-c", command.replace("curl ", "curl -sS -k ")], { encoding: "utf8" });
      expect([shell.stdout, shell.stderr]).toEqual([expect.stringContaining('"success":true'), ""]);
      await page.getByText("Taken").first().waitFor();
      await eventually("the rule has it sent", () => sent(text));

      await bell(page, "1 unread").waitFor();
      await bell(other.page, "1 unread").waitFor();
      await press(bell(other.page, "1 unread"));
      const notices = other.page.getByRole("dialog", { name: "Notices" });
      await notices.getByText(text).waitFor();
      await press(notices.getByRole("button", { name: `Mark as read: ${text}` }));
      await notices.getByText("Everything is read.").waitFor();
      await bell(page, "none unread").waitFor();
      expect(await fits(page)).toBe(true);

      // What one does oneself is no notice.
      await page.keyboard.type("gt");
      await page.getByRole("heading", { name: "Activity", exact: true }).waitFor();
      await page.getByText(text).first().waitFor();
      await gateway.addRoute(`lamp-${width}`, "http://127.0.0.1:9", { skipHealthCheck: true });
      await page.getByText(`lamp-${width} was added`).first().waitFor();
      await bell(page, "none unread").waitFor();

      await page.keyboard.type("gn");
      const delivery = page.getByRole("listitem").filter({ hasText: text });
      await delivery.getByText("Delivered", { exact: true }).first().waitFor();
      expect(await fits(page)).toBe(true);
      expect([complaints, other.complaints]).toEqual([[], []]);
    },
  );

  test("only the event socket is away: the page says that updates are slower, until it is back", async () => {
    const window = await openWindow(browser, { storageState: signedIn });
    let isBlocked = true;
    await window.routeWebSocket(/\/api\/v1\/ws$/, (socket) => (isBlocked ? socket.close() : socket.connectToServer()));
    const page = await window.newPage();
    await page.clock.install();
    await page.goto(`${api}/ui/`);
    await page.getByRole("heading", { name: "Home" }).waitFor();
    const note = page.getByRole("status").filter({ hasText: "Updates are slower at the moment." });
    await eventually("it is said", async () => {
      await page.clock.runFor(2000);
      return note.isVisible();
    });
    expect(await page.getByText("The gateway does not answer.").count()).toBe(0);
    isBlocked = false;
    await eventually("it is said no more", async () => {
      await page.clock.runFor(2000);
      return !(await note.isVisible());
    });
  });
});
