// Names, labels and notes that come from apps and containers are text on every page, never markup (CWE-79, CWE-80).
import type { BrowserContext } from "playwright-core";
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

let gateway: Gateway;

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

  test("the lists of apps and proposals show hostile texts as they are written", async () => {
    const complaints = complaintsOf(window);
    const page = await window.newPage();
    // The page must not rely on the gateway to have cleaned anything, so it gets the worst from a stand-in.
    const proposals = HOSTILE.map((text, index) => ({
      id: text,
      source: text,
      detectedScheme: text,
      detectedHost: text,
      detectedPort: index,
      suggestedApp: { id: text, name: text },
      suggestedRoute: { pathBase: text },
      availablePorts: [
        { port: 1, scheme: text, label: text },
        { port: index, scheme: "http", label: "" },
      ],
      securityNotes: [text],
      tags: [text],
      lastSeen: text,
    }));
    await page.route("**/api/v1/discovery/proposals", (route) => route.fulfill({ json: proposals }));
    await page.goto(`https://127.0.0.1:${gateway.apiPort}/`);
    await signIn(page);
    await page.getByRole("heading", { name: "Apps" }).waitFor();
    await page.getByRole("heading", { name: "Found, waiting for you" }).waitFor();

    const names = page.locator("#apps .name");
    expect((await names.allTextContents()).sort()).toEqual(HOSTILE.map((text) => text.slice(0, 100)).sort());
    expect(await page.locator("#proposal-list h3").allTextContents()).toEqual(HOSTILE);
    expect(await page.locator("#proposal-list .notes li").allTextContents()).toEqual(HOSTILE);
    expect(await page.locator("main :is(script, svg, object, iframe, img[onerror])").count()).toBe(0);
    for (const link of await page
      .locator("#apps a")
      .evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href)))
      expect(link).toMatch(new RegExp(`^https://127.0.0.1:${gateway.apiPort}/apps/app\\d/$`));
    expect(await page.title()).toBe("Nekzus");
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
