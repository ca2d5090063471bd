import type { Browser, BrowserContext, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";
import { complaintsOf, openWindow } from "./browser.ts";
import { launchTrustingBrowser, outsideOf, type PrefixApp, startPrefixApp } from "./prefix-app.ts";
import { BASED_PAGE, FILES, filesOf, IMPORTING_PAGE, MARKUP_PAGE, pathsIn, SCRIPTED_PAGE } from "./prefix-pages.ts";

describe.runIf(requires("browser"))("pages of an app below a prefix, through the gateway", () => {
  let gateway: Gateway;
  let browser: Browser;
  let app: PrefixApp;

  beforeAll(async () => {
    [gateway, browser] = await Promise.all([startGateway(), launchTrustingBrowser()]);
    app = await startPrefixApp(gateway, "pages", filesOf);
  });

  type Opened = { window: BrowserContext; page: Page; complaints: string[]; outside: string[] };

  /** Opens a page of the app. */
  async function open(path: string): Promise<Opened> {
    const window = await openWindow(browser);
    const complaints = complaintsOf(window);
    const outside = outsideOf(window, app.root);
    const page = await window.newPage();
    await page.goto(app.root + path.slice(1));
    return { window, page, complaints, outside };
  }

  /** Waits until the app was asked for all of them; paths of this app, with their queries. */
  async function askedFor(paths: readonly string[]): Promise<void> {
    expect(paths.length).toBeGreaterThan(0);
    await expect.poll(() => paths.filter((path) => !app.asked.has(path)), { timeout: 15_000 }).toEqual([]);
  }

  /** It stayed inside, and its page complained about nothing. */
  function expectCalm({ complaints, outside }: Opened): void {
    expect(outside).toEqual([]);
    // What is preloaded is not used, and what the app sends as a font is none.
    expect(complaints.filter((one) => !/preload|font|OTS/.test(one))).toEqual([]);
  }

  test("everything that markup and style sheets name", async () => {
    const opened = await open("/markup.html");
    await askedFor(pathsIn(MARKUP_PAGE, FILES["/from-markup/sheet.css"]));
    await askedFor(["/in-header/preload.css", "/from-markup/whole.svg"]);
    expect(await opened.page.locator("body").getAttribute("data-whole")).toBe("yes");
    const devtools = await opened.window.newCDPSession(opened.page);
    const manifest = await devtools.send("Page.getAppManifest");
    expect(manifest.url).toBe(`${app.root}app.webmanifest`);
    const { start_url, scope, icons } = JSON.parse(manifest.data as string);
    expect([start_url, scope, icons[0].src]).toEqual([
      `${app.prefix}start.html`,
      app.prefix,
      `${app.prefix}icons/192.svg`,
    ]);
    expectCalm(opened);
  });

  test.each([
    ["that comes after a pause, and is reached from outside", "reached"],
    ["that comes after a pause, and is changed from within", "within"],
    ["that is closed, and is reached by its own element", "closed"],
    ["that comes at once, in a page that has not ended", "unended"],
  ])("what a script changes in a shadow root %s", async (_, name) => {
    const opened = await open(`/shadow/${name}.html`);
    await askedFor([`/from-shadow/${name}.svg`]);
    expectCalm(opened);
  });

  test("import maps, modules, workers, streams, sockets and cookies", async () => {
    const opened = await open("/scripted.html");
    const { page, window } = opened;
    await page.getByText("all done").waitFor();
    expect(await page.locator("output").textContent()).toBe("all done: strict sloppy module");
    await askedFor(pathsIn(SCRIPTED_PAGE));
    await askedFor(["/from-script/by-meta-url.js", "/from-script/by-meta-url.txt"]);
    const cookies = Object.fromEntries((await window.cookies()).map(({ name, path }) => [name, path]));
    expect(cookies).toEqual({ server: app.prefix, deep: `${app.prefix}deep`, page: app.prefix });
    expectCalm(opened);
  });

  test("imports of a path are led back, also where the page tells no Referer", async () => {
    for (const path of ["/importing.html", "/importing-silently.html", "/importing-by-meta.html"]) {
      const opened = await open(path);
      await opened.page.getByText("imported").waitFor();
      expect(opened.outside.toSorted()).toEqual(["/from-import/dynamic.js", "/from-import/static.js"]);
      expect(opened.complaints).toEqual([]);
    }
    await askedFor(pathsIn(IMPORTING_PAGE));
  });

  test("a base, redirects to a path and to the app's own address, a refresh, links and forms", async () => {
    for (const path of ["/redirect/path", "/redirect/own", "/refresh.html", "/refresh-header.html"]) {
      const opened = await open(path);
      await opened.page.waitForURL(`${app.root}landed.html`);
      expectCalm(opened);
    }
    const opened = await open("/deep/down/based.html");
    await askedFor(pathsIn(BASED_PAGE));
    for (const name of ["link", "own link", "get", "post", "button"]) {
      const gone = opened.page.waitForURL(`${app.root}landed.html*`);
      await opened.page.getByRole(/link/.test(name) ? "link" : "button", { name, exact: true }).click();
      await gone;
      await opened.page.goto(`${app.root}deep/down/based.html`);
    }
    await askedFor(["/from-ping/one.txt", "/from-ping/two.txt"]);
    expectCalm(opened);
  });

  test.each([
    ["a nonce", "/policy/nonce.html"],
    ["'strict-dynamic'", "/policy/dynamic.html"],
    ["the app's own paths only", "/policy/paths.html"],
    ["nothing but what is named", "/policy/none.html"],
    ["a policy in the page", "/policy/meta.html"],
    ["a hash", "/policy/hash.html"],
    ["a hash and 'strict-dynamic'", "/policy/hash-dynamic.html"],
    ["parts in several headers", "/policy/several.html"],
  ])("a policy with %s lets the page do what it may, and nothing else", async (_, path) => {
    const opened = await open(path);
    const { page } = opened;
    await page.getByText("all done").waitFor();
    expectCalm(opened);
    const ran = await page.evaluate(() => {
      document.body.setAttribute("onclick", "window.ran = true");
      document.body.click();
      return "ran" in window;
    });
    expect(ran).toBe(false);
  });

  test("what a policy only reports is reported inside, and our script is not", async () => {
    const opened = await open("/policy/report.html");
    await opened.page.getByText("all done").waitFor();
    await askedFor(["/from-report/uri.txt"]);
    type Report = { body: { blockedURL: string } };
    const reported = await opened.page.evaluate(
      () =>
        new Promise((done) => {
          const told = (reports: Report[]) => done(reports.map(({ body }) => body.blockedURL));
          const { ReportingObserver } = window as unknown as {
            ReportingObserver: new (told: (reports: Report[]) => void, options: object) => { observe(): void };
          };
          new ReportingObserver(told, { types: ["csp-violation"], buffered: true }).observe();
        }),
    );
    expect(reported).toEqual(["inline"]);
    expect(opened.outside).toEqual([]);
  });

  test("a policy in the page lets frames of the page stay inside, and takes our name for trusted values", async () => {
    const opened = await open("/policy/meta-frames.html");
    await askedFor(["written", "trusted", "frame"].map((name) => `/from-policy/${name}.svg`));
    expectCalm(opened);
  });

  test("a style that a policy names by its checksum is let in", async () => {
    const opened = await open("/policy/summed.html");
    const color = await opened.page.getByText("styled").evaluate((element) => getComputedStyle(element).color);
    expect(color).toBe("rgb(1, 2, 3)");
    // What it names comes back by the Referer.
    await askedFor(["/by-referer.svg"]);
    expect(opened.complaints).toEqual([]);
  });

  test("modules that are mapped by their paths, and a sheet with a checksum", async () => {
    const opened = await open("/mapped.html");
    await opened.page.getByText("all done").waitFor();
    await askedFor(["/from-map/elsewhere.js", "/from-map/moved/one.js", "/from-markup/whole.css"]);
    expect([...app.asked].filter((path) => /by-path|\/all\//.test(path))).toEqual([]);
    expectCalm(opened);
  });

  test("dots end at the root of the app", async () => {
    const opened = await open("/ui/climbing.html");
    await askedFor(["picture", "other", "sheet"].map((name) => `/from-climbing/${name}.svg`));
    expectCalm(opened);
  });

  test("a hint that comes before the page", async () => {
    const opened = await open("/hinted.html");
    await askedFor(["/from-hint/early.css"]);
    expectCalm(opened);
  });

  test("rules of speculation that a header names", async () => {
    const opened = await open("/ruled.html");
    await askedFor(["/from-rules/rules.json", "/from-rules/of-file.html"]);
    expectCalm(opened);
  });

  test("a manifest that comes as mere JSON", async () => {
    const opened = await open("/as-json.html");
    const devtools = await opened.window.newCDPSession(opened.page);
    const manifest = await devtools.send("Page.getAppManifest");
    expect(JSON.parse(manifest.data as string)).toEqual({ start_url: `${app.prefix}start.html` });
    expectCalm(opened);
  });

  test("a page with Trusted Types and no policy for anybody else", async () => {
    const opened = await open("/policy/trusted.html");
    await opened.page.getByText("all done").waitFor();
    await askedFor(["/from-trusted/picture.svg", "/from-trusted/script.js"]);
    expectCalm(opened);
  });

  test("coded pages are read and changed, whatever the coding", async () => {
    for (const coding of ["gzip", "br"]) {
      const opened = await open(`/coded/${coding}.html`);
      await opened.page.getByText("all done").waitFor();
      await askedFor([`/from-${coding}/picture.svg`]);
      expectCalm(opened);
    }
  });

  test("what needs no change comes as the app sent it, byte for byte", async () => {
    for (const [path, dest] of [
      ["/plain/page.html", "empty"],
      ["/plain/script.js", "script"],
      ["/plain/data.json", "empty"],
      ["/plain/sheet.css", "style"],
      ["/plain/picture.svg", "image"],
    ] as const) {
      const answer = await gateway.apps("GET", app.prefix + path.slice(1), { headers: { "sec-fetch-dest": dest } });
      expect([path, answer.status, answer.text]).toEqual([path, 200, FILES[path]]);
    }
  });
});
