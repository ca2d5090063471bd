// Names, labels and notes that come from apps and containers are text on every page, never markup (CWE-79, CWE-80).
import type { BrowserContext, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { complaintsOf, launchBrowser, openWindow, signIn } from "../browser/browser.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";

const HOSTILE = [
  `<img src=x onerror="document.title='taken'">`,
  `"><script>document.title='taken'</script>`,
  `</title><svg onload=document.title='taken'>`,
  `{{constructor.constructor('document.title=1')()}}`,
  `'-alert(1)-' javascript:document.title='taken'`,
];

/** Names of apps may be so long. */
const NAMES = HOSTILE.map((text) => text.slice(0, 100));

let gateway: Gateway;

/** The page must not rely on the gateway to have cleaned anything, so it gets the worst from a stand-in. */
async function standInForDiscovery(page: Page): Promise<void> {
  const proposals = HOSTILE.map((text, index) => ({
    id: text,
    source: text,
    detectedScheme: text,
    detectedHost: text,
    detectedPort: index,
    availablePorts: [
      { port: 1, scheme: text, label: text },
      { port: index, scheme: "http" },
    ],
    confidence: 1,
    suggestedApp: {
      id: text,
      name: text,
      icon: text,
      tags: [text],
      endpoints: { [text]: `javascript:${text}` },
      discoveryMeta: { [text]: text },
    },
    suggestedRoute: {
      routeId: text,
      appId: text,
      pathBase: text,
      to: `javascript:${text}`,
      containerId: text,
      scopes: [text],
      websocket: false,
      stripPrefix: false,
      rewriteHTML: false,
      skipHealthCheck: false,
    },
    tags: [text],
    lastSeen: text,
    securityNotes: [text],
    securityRemarks: [{ code: text, severity: text, message: text, advice: text }],
  }));
  const sources = HOSTILE.map((text) => ({
    name: text,
    status: "failing",
    message: text,
    found: 1,
    skipped: [{ name: text, reason: text }],
  }));
  const dismissed = HOSTILE.map((text) => ({ id: text, source: text, name: text, reason: text, lastSeen: text }));
  await page.route("**/api/v1/discovery/proposals", (route) => route.fulfill({ json: proposals }));
  await page.route("**/api/v1/discovery/sources", (route) => route.fulfill({ json: { enabled: true, sources } }));
  await page.route("**/api/v1/discovery/dismissed", (route) => route.fulfill({ json: dismissed }));
}

/** Nothing became an element, an attribute that runs, or an address that runs; and nothing ran. */
async function expectOnlyText(page: Page): Promise<void> {
  const made = await page.evaluate(() => {
    const runs = "body script, object, embed, iframe, base, [onerror], [onload], img[src=x]";
    const addresses = [...document.querySelectorAll("[href], [src], [action]")].filter((element) =>
      ["href", "src", "action"].some((name) => element.getAttribute(name)?.trim().startsWith("javascript:")),
    );
    return [...document.querySelectorAll(runs), ...addresses].map((element) => element.outerHTML.slice(0, 200));
  });
  expect(made).toEqual([]);
  expect(await page.title()).toMatch(/ · Nekzus$/);
}

beforeAll(async () => {
  gateway = await startGateway();
  for (const [index, name] of HOSTILE.entries()) {
    const appId = `app${index}`;
    await gateway.addRoute(appId, "http://127.0.0.1:9", { skipHealthCheck: true });
    const answer = await gateway.admin("PUT", `/api/v1/apps/${appId}`, {
      name: name.slice(0, 100),
      description: name,
      group: name,
      icon: name,
      tags: [name.slice(0, 50)],
    });
    expect(answer.status).toBe(200);
  }
});

describe.runIf(requires("browser"))("in a browser", () => {
  let window: BrowserContext;
  beforeAll(async () => {
    window = await openWindow(await launchBrowser());
  });

  test("every screen shows hostile texts as they are written", async () => {
    const complaints = complaintsOf(window);
    const page = await window.newPage();
    await standInForDiscovery(page);
    const go = (path: string) => page.goto(`https://127.0.0.1:${gateway.apiPort}${path}`);
    const main = page.getByRole("main");
    await go("/ui/");
    await signIn(page);

    // Home: names, groups, and links that lead to the apps.
    await page.getByRole("heading", { name: "Home" }).waitFor();
    for (const name of NAMES) await main.getByText(name, { exact: true }).first().waitFor();
    expect((await main.getByRole("heading", { level: 2 }).allTextContents()).sort()).toEqual([...HOSTILE].sort());
    for (const link of await main.locator("li a").evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href)))
      expect(link).toMatch(new RegExp(`^https://127.0.0.1:${gateway.apiPort}/apps/app\\d/$`));
    await expectOnlyText(page);

    // The palette finds apps and proposals by their names.
    await page.keyboard.press("ControlOrMeta+k");
    for (const name of NAMES) await page.getByRole("option", { name, exact: true }).waitFor();
    await page.getByRole("combobox").fill("Decide on");
    for (const text of HOSTILE) await page.getByRole("option", { name: `Decide on ${text}` }).waitFor();
    await expectOnlyText(page);

    // Apps and routes: the list, the question before a deletion, the message after it, and the form.
    await go("/ui/apps");
    for (const name of NAMES) await main.getByText(name, { exact: true }).first().waitFor();
    const [first = ""] = NAMES;
    await page.getByRole("button", { name: `Actions for ${first}`, exact: true }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("heading", { name: `Delete ${first}?`, exact: true }).waitFor();
    await expectOnlyText(page);
    await page.getByRole("button", { name: "Delete app and route" }).click();
    const message = page.getByRole("region", { name: "Messages" });
    await message.getByText(`${first} was deleted`).waitFor();
    await expectOnlyText(page);
    await message.getByRole("button", { name: /^Undo/ }).click();
    await message.getByText(`${first} is back`).waitFor();
    await go("/ui/apps/routes/app1");
    await page.getByRole("heading", { level: 1, name: `Edit ${NAMES[1]}`, exact: true }).waitFor();
    await expectOnlyText(page);

    // Discovery: the list with its sources and what they left out, and the sheet of a proposal.
    await go("/ui/discovery");
    for (const text of HOSTILE) await main.getByText(text, { exact: true }).first().waitFor();
    await main
      .getByRole("button", { name: /cannot be/ })
      .or(main.locator("summary"))
      .first()
      .click();
    await expectOnlyText(page);
    await go(`/ui/discovery?approve=${encodeURIComponent(HOSTILE[0] as string)}`);
    const sheet = page.getByRole("dialog");
    await sheet.getByRole("heading", { name: `Approve ${HOSTILE[0]}` }).waitFor();
    expect(await sheet.getByRole("textbox", { name: "Name", exact: true }).inputValue()).toBe(HOSTILE[0]);
    await expectOnlyText(page);
    expect(complaints).toEqual([]);
  });

  test("paths and queries of an address are text on the pages that tell what went wrong", async () => {
    const page = await window.newPage();
    const api = `https://127.0.0.1:${gateway.apiPort}`;
    const apps = `https://127.0.0.1:${gateway.appsPort}`;
    // From here on the window holds the cookie of the apps, too.
    await page.goto(`${api}/apps/app0/`);
    await page.waitForURL(`${apps}/apps/app0/`);
    for (const text of HOSTILE) {
      for (const start of [`${api}/apps/`, `${api}/`, `${apps}/apps/app0/`, `${apps}/apps/`, `${apps}/`]) {
        await page.goto(`${start}${encodeURIComponent(text)}?${encodeURIComponent(text)}`);
        expect(await page.title()).not.toContain("taken");
        expect(await page.locator("main :is(script, svg, img)").count()).toBe(0);
      }
    }
  });
});

test("no error answer repeats markup unescaped in a page", async () => {
  const token = await gateway.signIn();
  for (const path of ["/apps/%3Cimg%20src=x%3E/", '/apps/"><img>/', "/apps/app0/%22%3E%3Cimg%3E", "/<img>"]) {
    for (const headers of [{}, { authorization: `Bearer ${token}` }]) {
      for (const ask of [gateway.api, gateway.apps]) {
        const answer = await ask("GET", path, {
          headers: { accept: "text/html", ...headers },
        }).catch(() => undefined);
        if (answer?.headers["content-type"]?.includes("html"))
          expect(answer.text).not.toMatch(/<img(?! src="\/assets)/);
      }
    }
  }
});
