// Each call of each screen fails in each way (40 F1, F2, F4): the rest works, the fault is said with a way on, and
// nobody is signed out.
import type { Locator, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { startEngine } from "../harness/engine.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";
import { demoConfig, launchBrowser, openWindow, signIn } from "./browser.ts";
import { CHANGES } from "./changes.ts";
import { callOf, FAULTS, type Fault, readAnew, standBetween, until } from "./faults.ts";
import { type ReadCall, SCREENS, type ScreenRow } from "./screens.ts";

/** One place reads every answer: the kinds of nonsense are tried on Home, elsewhere one that only the shape tells. */
const ELSEWHERE = FAULTS.filter(
  ({ name }) => !["null", "an empty object", "a list of an empty object", "JSON that ends too early"].includes(name),
);
/** Changes are never repeated. */
const CHANGE_FAULTS = FAULTS.filter(
  ({ name }) =>
    !["an empty object", "a list of an empty object", "JSON that ends too early", "texts for numbers"].includes(name),
);

/** Faults that are said alike, together. */
const alike = (faults: readonly Fault[]) => [...Map.groupBy(faults, ({ said }) => said.source).values()];

/** A sweep of many loads, on a busy machine. */
const SWEEP_MS = 90_000;

describe.runIf(requires("browser"))("a call that fails", { timeout: SWEEP_MS }, () => {
  let gateway: Gateway;
  let page: Page;
  let between: Awaited<ReturnType<typeof standBetween>>;

  beforeAll(async () => {
    const config = await demoConfig();
    const port = Number(new URL(config.routes[0]?.to ?? "").port);
    const engine = await startEngine([{ name: "jellyfin", port, labels: { "nekzus.app.name": "Jellyfin" } }]);
    const [started, browser] = await Promise.all([startGateway({ config: { ...config, ...engine } }), launchBrowser()]);
    gateway = started;
    // Little to paint: what is looked at is words.
    const window = await openWindow(browser, { viewport: { width: 800, height: 600 }, reducedMotion: "reduce" });
    between = await standBetween(window);
    page = await window.newPage();
    await page.clock.install();
    await go("/ui/");
    await signIn(page);
    await page.getByRole("heading", { name: "Home" }).waitFor();
  });

  const go = (path: string) => page.goto(`https://127.0.0.1:${gateway.apiPort}${path}`);
  const proof = () => page.evaluate(() => localStorage.getItem("nekzus.proof"));
  const said = (words: RegExp) => page.locator(':is([role="alert"], [role="status"])').filter({ hasText: words });

  /** The frame stands, and nobody was signed out or told that the whole gateway is away. */
  async function frameStands(heading: RegExp): Promise<void> {
    // Not by their roles, which an open dialog hides.
    await page.locator("h1").filter({ hasText: heading }).waitFor();
    await page.locator('nav[aria-label="Main"] a').filter({ hasText: "Home" }).first().waitFor();
    expect(await page.getByText("Ask now").count()).toBe(0);
    expect(await proof()).not.toBeNull();
  }

  for (const screen of SCREENS) {
    describe(screen.path, () => {
      beforeAll(async () => {
        const calls = new Set<string>();
        const note = (request: Parameters<typeof callOf>[0]) =>
          request.url().includes("/api/v1/") && calls.add(callOf(request));
        page.on("request", note);
        await go(screen.path);
        await page.locator("h1").filter({ hasText: screen.heading }).waitFor();
        for (const call of screen.calls) await call.shows?.(page).first().waitFor();
        page.off("request", note);
        // What is kept once it was fetched is not asked for on each screen.
        calls.add("GET /apps/board/favicon");
        const known = new Set(["GET /apps/board/favicon", ...screen.calls.map(({ call }) => call)]);
        expect([...calls].sort(), "the calls of the screen").toEqual([...known].sort());
      });

      const rows = screen.calls.filter(({ isElsewhere }) => !isElsewhere);
      // Answers of words only have no number to spoil.
      const faultsOf = (call: ReadCall) => (screen.path === "/ui/" || call.isWordsOnly ? FAULTS : ELSEWHERE);
      test.each(rows.map((call) => [call.call, call] as const))("%s", async (_, call) => {
        for (const faults of alike(faultsOf(call))) await sweep(screen, call, faults);
      });
    });
  }

  describe("who is signed in", () => {
    beforeAll(async () => void (await go("/ui/")));

    test.each(FAULTS.filter(({ name }) => name !== "401"))("$name: nobody is signed out", async (fault) => {
      await page.getByRole("link", { name: "Notice board" }).waitFor();
      const before = await proof();
      between.fail("GET /auth/me", fault);
      await readAnew(page);
      const heading = page.getByRole("heading", { level: 1, name: fault.said });
      await between.hasten(page, heading, "nothing says so");
      await page.getByText("You stay signed in.").waitFor();
      await page.getByRole("button", { name: "Try again" }).waitFor();
      expect(await proof()).toBe(before);
      await between.heal();
      await pressAgain(page.locator("main"));
      await between.hasten(page, page.getByRole("link", { name: "Notice board" }), "it does not come back");
    });

    test("401: the sign-in says why, and comes back to where the person was", async () => {
      await go("/ui/account");
      between.fail("GET /auth/me", FAULTS[0] as Fault);
      await readAnew(page);
      await page.getByText("Your session has ended. Sign in again.").waitFor();
      expect(await proof()).toBeNull();
      await between.heal();
      await signIn(page);
      await page.getByRole("heading", { level: 1, name: "Account" }).waitFor();
    });
  });

  describe("a change", () => {
    test.each(CHANGES.map((change) => [change.name, change] as const))("%s", async (_, change) => {
      await go(change.path);
      await change.prepare?.(page);
      for (const fault of CHANGE_FAULTS) {
        const where = `${change.call} answers ${fault.name}`;
        between.fail(change.call, fault);
        await change.press(page);
        const words = new RegExp(`${fault.said.source}|${fault.why.source}`);
        const message = page.locator(':is([role="alert"], [role="status"], [aria-live="polite"])');
        await between.hasten(page, message.filter({ hasText: words }), `${where}: nothing says so`);
        await between.hasten(page, change.kept(page), `${where}: something is lost`);
        if (change.typed) expect([where, await change.kept(page).inputValue()]).toEqual([where, change.typed]);
        expect(await proof()).not.toBeNull();
        await between.heal();
        await forgetMessages();
      }
    });

    /** Takes messages away, and lets the time pass that has to be waited for. */
    async function forgetMessages(): Promise<void> {
      const dismiss = page.getByRole("region", { name: "Messages" }).getByRole("button", { name: "Dismiss" });
      await dismiss.evaluateAll((all) => all.forEach((one) => void (one as HTMLElement).click()));
      await page.clock.fastForward(61_000);
    }
  });

  /** Presses "Try again", unless it is busy with that by itself. */
  async function pressAgain(place: Locator): Promise<void> {
    const buttons = place.getByRole("button", { name: "Try again" }).and(page.locator(":not([aria-busy])"));
    await buttons.evaluateAll(([first]) => (first as HTMLElement | undefined)?.click());
  }

  /** The screen while the call fails in each of these ways, which are said alike, and after that. */
  async function sweep({ heading, calls }: ScreenRow, call: ReadCall, faults: readonly Fault[]): Promise<void> {
    const readAll = () => (call.isKept ? page.reload() : readAnew(page));
    // What is tried only once is not tried again after a clock that ran away from it.
    const settle = call.isKept ? until : between.hasten;
    const others = calls.filter((other) => other !== call && !call.hides?.includes(other.call) && other.shows);
    const words = said(call.said ?? (faults[0] as Fault).said);
    for (const fault of faults) {
      if (fault.name === "texts for numbers" && call.isWordsOnly) continue;
      const where = `${call.call} answers ${fault.name}`;
      const met = between.fail(call.call, fault);
      await readAll();
      await settle(page, () => met.isOver, `${where}: it is not asked for`);
      if (!call.isQuiet) {
        await between.hasten(page, words, `${where}: nothing says so`);
        const wayOn = words.getByRole("button", { name: "Try again" }).or(words.getByRole("link"));
        expect(await wayOn.count(), `${where}: a way on`).toBeGreaterThan(0);
        expect(await words.count(), `${where}: said by others, too`).toBe(call.places ?? 1);
      }
      for (const { call, shows } of others)
        if (shows) await between.hasten(page, shows(page), `${where}: ${call} is missing`);
      await frameStands(call.namesScreen ? /./ : heading);
    }
    await between.heal();
    if (call.isKept) await readAll();
    else if (!call.isQuiet) await pressAgain(words);
    const where = `${call.call} after ${faults.map(({ name }) => name).join(", ")}`;
    if (call.shows) await settle(page, call.shows(page), `${where}: it does not come back`);
    expect(await words.count(), `${where}: it is still said`).toBe(0);
  }
});
