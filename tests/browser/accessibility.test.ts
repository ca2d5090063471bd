// What can be measured of WCAG 2.2 AA, on every screen and all that opens above one (40 A1, A3, N3).
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { startEngine } from "../harness/engine.ts";
import { startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";
import { demoConfig, fits, launchBrowser, NARROW, openWindow, signIn, WIDE } from "./browser.ts";
import { OVERLAYS, SCREENS, type View } from "./views.ts";

const WIDTHS = [320, 390, 768, 1024, 1440, 2560];
/** Light was looked at with every rule; in the others only colours differ. The other palettes are computed in the build. */
const OTHER_COLOURS = [
  { palette: "default", scheme: "dark" },
  { palette: "contrast", scheme: "light" },
  { palette: "contrast", scheme: "dark" },
];
/** Pixels from the top of the window to the first row of a list. */
const FIRST_ROW_WITHIN = 300;

/** A sweep of many loads, on a busy machine. */
const SWEEP_MS = 90_000;

describe.runIf(requires("browser"))("accessibility", { timeout: SWEEP_MS }, () => {
  let browser: Browser;
  let api: string;
  let page: Page;
  const titles = new Set<string>();
  let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;

  beforeAll(async () => {
    const config = await demoConfig();
    const port = Number(new URL(config.routes[0]?.to ?? "").port);
    const engine = await startEngine([{ name: "jellyfin", port, labels: { "nekzus.app.name": "Jellyfin" } }]);
    const [gateway, launched] = await Promise.all([
      startGateway({ config: { ...config, ...engine } }),
      launchBrowser(),
    ]);
    browser = launched;
    api = `https://127.0.0.1:${gateway.apiPort}`;
    // Without animations nothing is measured half faded in.
    const window = await openWindow(browser, { reducedMotion: "reduce" });
    page = await window.newPage();
    await page.goto(api);
    await signIn(page);
    await page.getByRole("heading", { name: "Home" }).waitFor();
    signedIn = await window.storageState();
  });

  async function go({ path, open, shows }: View, where = page): Promise<void> {
    await where.goto(api + path);
    await where.locator("h1").first().waitFor();
    if (open) {
      await where.waitForLoadState("networkidle");
      await open(where);
    }
    await shows(where).waitFor();
  }

  test.each([...SCREENS, ...OVERLAYS])("axe finds nothing serious on $name, in any colours", async (view) => {
    await page.setViewportSize(WIDE);
    await go(view);
    await colour(page, { palette: "default", scheme: "light" });
    expect(await findings(page)).toEqual([]);
    for (const colours of OTHER_COLOURS) {
      await colour(page, colours);
      expect([colours, await findings(page, ["color-contrast"])]).toEqual([colours, []]);
    }
  });

  test.each(["sign-in", "set-up"])("axe finds nothing serious on the %s", async (name) => {
    const stranger = await (await openWindow(browser, { reducedMotion: "reduce" })).newPage();
    if (name === "set-up") {
      await stranger.route("**/api/v1/auth/setup-status", (route) =>
        route.fulfill({ json: { setupRequired: true, hasUsers: false } }),
      );
    }
    await stranger.goto(api);
    await stranger.getByLabel("User name").waitFor();
    expect(await findings(stranger)).toEqual([]);
    for (const width of WIDTHS) {
      await stranger.setViewportSize({ width, height: 800 });
      expect([width, await fits(stranger)]).toEqual([width, true]);
    }
    expect(await tooSmall(stranger, 24)).toEqual([]);
  });

  test.each([
    ["a list that could not be read", "**/api/v1/apps", "Something went wrong"],
    ["a gateway that cannot say who is signed in", "**/api/v1/auth/me", "You stay signed in."],
  ])("axe finds nothing serious on %s", async (_, call, words) => {
    await page.route(call, (route) => route.fulfill({ status: 500, body: "" }));
    await page.goto(api);
    await page.getByText(words).first().waitFor();
    expect(await findings(page)).toEqual([]);
    await page.unroute(call);
  });

  test.each(SCREENS)("$name fits every window, names it, and begins with what it is about", async (view) => {
    await go(view);
    expect(await page.locator("h1").count()).toBe(1);
    titles.add(await page.title());
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      expect([width, await widerThanWindow(page)]).toEqual([width, []]);
      expect([width, await fits(page)]).toEqual([width, true]);
      const box = [390, 1024, 1440].includes(width) ? await view.firstRow?.(page).boundingBox() : undefined;
      if (box) expect(box.y, `the first row at ${width} px`).toBeLessThanOrEqual(FIRST_ROW_WITHIN);
    }
    expect(await tooSmall(page, 24)).toEqual([]);
    // A window of 1280 px that is zoomed to 200 % lays out as one of 640.
    await page.setViewportSize({ width: 640, height: 360 });
    expect(await fits(page)).toBe(true);
  });

  test("no two screens name the window alike", () => {
    expect([...titles].filter((title) => !title.endsWith(" · Nekzus"))).toEqual([]);
    // Arranging Home is Home.
    expect(titles.size).toBe(SCREENS.length - 1);
  });

  test.each(OVERLAYS)("$name fits a narrow window", async (view) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await go(view);
    expect(await widerThanWindow(page)).toEqual([]);
    expect(await fits(page)).toBe(true);
    expect(await tooSmall(page, 24)).toEqual([]);
  });

  test("what is touched is large enough for a finger", async () => {
    const window = await openWindow(browser, {
      viewport: NARROW,
      hasTouch: true,
      isMobile: true,
      reducedMotion: "reduce",
      storageState: signedIn,
    });
    const phone = await window.newPage();
    const small: Record<string, string[]> = {};
    for (const view of [...SCREENS, ...OVERLAYS]) {
      await go(view, phone);
      expect(await phone.evaluate(() => matchMedia("(pointer: coarse)").matches)).toBe(true);
      const found = await tooSmall(phone, 44);
      if (found.length > 0) small[view.name] = found;
    }
    expect(small).toEqual({});
  });
});

/** Changes the colours, and ends at once how they fade into one another. */
async function colour(page: Page, colours: { palette: string; scheme: string }): Promise<void> {
  await page.evaluate((wanted) => {
    Object.assign(document.documentElement.dataset, wanted);
    const fading = () => document.getAnimations().filter((one) => one instanceof CSSTransition);
    for (let now = fading(); now.length > 0; now = fading()) for (const one of now) one.finish();
  }, colours);
}

/** What axe calls serious or critical, with the places. */
async function findings(page: Page, rules?: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
    );
}

/** Elements that reach beyond the right edge of the window, but for those in something that scrolls by itself. */
function widerThanWindow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const isCut = (element: Element): boolean => {
      for (let box = element.parentElement; box; box = box.parentElement) {
        if (getComputedStyle(box).overflowX !== "visible") return true;
      }
      return false;
    };
    return [...document.querySelectorAll("main *, [role=dialog] *, nav *")]
      .filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1 && !isCut(element))
      .map((element) => element.outerHTML.slice(0, 120));
  });
}

/**
 * Targets that are smaller than `least` px in one direction, by where a press still meets them: their boxes may be
 * drawn smaller. Links within a text are as high as its lines.
 */
function tooSmall(page: Page, least: number): Promise<string[]> {
  return page.evaluate((least) => {
    const wanted =
      "a[href], button, summary, select, textarea, input:not([type=hidden]), [role=option], [role=menuitem], [role=tab]";
    const isLarge = (element: Element): boolean => {
      const { width, height } = element.getBoundingClientRect();
      return width >= least - 0.5 && height >= least - 0.5;
    };
    /** Do presses to all four sides of its middle, half of `least` away, meet it? */
    const isMet = (element: HTMLElement, labels: readonly Element[]): boolean => {
      element.scrollIntoView({ block: "center", inline: "center" });
      const box = element.getBoundingClientRect();
      const [x, y, away] = [box.x + box.width / 2, box.y + box.height / 2, least / 2 - 1];
      const sides = [
        [x - away, y],
        [x + away, y],
        [x, y - away],
        [x, y + away],
      ] as const;
      return sides.every(([x, y]) => {
        const met = document.elementFromPoint(x, y);
        return met !== null && [element, ...labels].some((target) => target.contains(met));
      });
    };
    // What lies behind an open menu or dialog is out of reach.
    const top = document.querySelector("[role=menu], [role=dialog], [role=alertdialog]") ?? document;
    return [...top.querySelectorAll<HTMLElement>(wanted)].flatMap((element) => {
      const style = getComputedStyle(element);
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return [];
      if (element.closest("[inert], [aria-hidden=true]") || style.clipPath === "inset(50%)") return [];
      if (element.tagName === "A" && style.display === "inline") return [];
      const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
      if ([element, ...labels].some(isLarge) || isMet(element, labels)) return [];
      const { width, height } = element.getBoundingClientRect();
      const name = element.getAttribute("aria-label") ?? labels[0]?.textContent ?? element.textContent?.trim() ?? "";
      return [`${element.tagName.toLowerCase()} “${name.slice(0, 40)}” ${Math.round(width)}×${Math.round(height)}`];
    });
  }, least);
}
