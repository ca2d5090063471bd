import type { Browser } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { ADMIN, type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, setPassword } from "../harness/people.ts";
import { requires } from "../lab.ts";
import { complaintsOf, demoConfig, fits, launchBrowser, NARROW, openWindow, WIDE } from "./browser.ts";
import { FLOW_MS, press, restartUnder, signInByKeyboard, typeInto } from "./keyboard.ts";

/** For what takes several answers of the gateway. */
const PATIENT = { timeout: 20_000, interval: 100 };

describe.runIf(requires("browser"))("signing in by keyboard", { timeout: FLOW_MS }, () => {
  let gateway: Gateway;
  let browser: Browser;
  let api: string;

  beforeAll(async () => {
    const config = await demoConfig();
    [gateway, browser] = await Promise.all([startGateway({ config }), launchBrowser()]);
    api = `https://127.0.0.1:${gateway.apiPort}`;
  });

  test.each([
    ["wide", WIDE],
    ["narrow", NARROW],
  ])("%s: wrong, throttled with the time shown, then right, with a restart before and after", async (_, viewport) => {
    const page = await (await openWindow(browser, { viewport })).newPage();
    await page.goto(api);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    const alert = page.getByRole("alert");
    const password = page.getByLabel("Password", { exact: true });

    // While the gateway is away a try says so, and what was typed stays.
    await gateway.stop();
    await signInByKeyboard(page, { ...ADMIN, password: "a wrong guess" });
    await alert.getByText("The gateway does not answer").waitFor();
    await gateway.startAgain();
    await page.keyboard.press("Enter");
    await alert.getByText("The user name or the password is wrong.").waitFor();
    expect(await password.inputValue()).toBe("a wrong guess");

    // Some mistakes are free; then each makes the next wait longer, and the page counts down.
    const waiting = async () => Number(/in (\d+) second/.exec((await alert.textContent()) ?? "")?.[1] ?? 0);
    let first = 0;
    const tryAgain = async () => {
      await page.keyboard.press("Enter");
      first = await waiting();
      return first;
    };
    await expect.poll(tryAgain, PATIENT).toBeGreaterThan(1);
    await expect.poll(waiting, PATIENT).toBeLessThan(first);
    await alert.getByText("You can try again now.").waitFor();
    expect(await fits(page)).toBe(true);

    await typeInto(password, ADMIN.password);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Home" }).waitFor();
    // Too many wrong passwords while signed in cost time and not the session.
    await page.keyboard.type("gc");
    await page.getByRole("heading", { name: "Account" }).waitFor();
    await typeInto(page.getByLabel("Current password"), "another wrong guess");
    await typeInto(page.getByLabel("New password"), "a much better one");
    const guessAgain = async () => {
      await page.keyboard.press("Enter");
      return alert.getByText("Too many tries").isVisible();
    };
    await expect.poll(guessAgain, PATIENT).toBe(true);
    await press(page.getByRole("link", { name: "Home", exact: true }));
    await page.getByRole("heading", { name: "Home" }).waitFor();

    // What was asked for meanwhile comes when the gateway is back.
    await restartUnder(page, gateway, () => page.keyboard.press("/"));
    await page.getByRole("combobox", { name: "Search and commands" }).waitFor();
    await page.keyboard.press("Escape");
    await press(page.getByRole("link", { name: "Notice board" }));
    await page.getByText("connected", { exact: true }).waitFor();
  });

  test("a session that ends in the midst of a form takes nothing that was typed, and shows it to nobody else", async () => {
    const page = await (await openWindow(browser)).newPage();
    const name = page.getByRole("textbox", { name: "Name", exact: true });
    const ended = page.getByText("what you typed is still there");
    /** Ends every session of the person, as from another browser. */
    const endSessions = (password: string) => setPassword(gateway, anna.username, password);
    let anna = await addPerson(gateway, "anna", { role: "admin" });

    await page.goto(`${api}/ui/apps/routes/board`);
    await signInByKeyboard(page, anna);
    await typeInto(name, "Pinboard");
    anna = await endSessions("another password of anna");
    await ended.waitFor();
    expect(await name.isVisible()).toBe(false);
    await signInByKeyboard(page, anna);
    await name.waitFor();
    expect(await name.inputValue()).toBe("Pinboard");
    await press(page.getByRole("button", { name: "Save changes" }));
    await page.getByText("Pinboard is saved").waitFor();

    // So does what lies above its screen.
    await page.goto(`${api}/ui/notifications?tab=rules&rule=new`);
    await typeInto(name, "Anna's rule");
    anna = await endSessions("a third password of anna");
    await ended.waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    await signInByKeyboard(page, ADMIN);
    await name.waitFor();
    expect(await name.inputValue()).toBe("");
  });

  test("over plain HTTP it works and the page warns", async () => {
    const plain = await startGateway({ config: await demoConfig(), insecureHttp: true });
    const window = await openWindow(browser, { viewport: NARROW });
    const complaints = complaintsOf(window);
    const page = await window.newPage();
    await page.goto(`http://127.0.0.1:${plain.apiPort}/`);
    await page.getByText("Not encrypted.").waitFor();
    expect(await fits(page)).toBe(true);
    await signInByKeyboard(page, ADMIN);
    await press(page.getByRole("link", { name: "Notice board" }));
    await page.waitForURL(`http://127.0.0.1:${plain.appsPort}/apps/board/`);
    await page.getByText("connected", { exact: true }).waitFor();
    await page.reload();
    await page.getByText("connected", { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });
});
