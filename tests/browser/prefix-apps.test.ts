import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";
import { complaintsOf, launchBrowser, openWindow, signIn } from "./browser.ts";
import { APP_PATIENCE_MS, type LabApp, type Seen } from "./lab-apps/lab-app.ts";
import { LAB_APPS } from "./lab-apps.ts";
import { outsideOf } from "./prefix-app.ts";

const DOMAIN = "home.example";
const PAGE = join(import.meta.dirname, "../../docs/prefix-mode-apps.md");

/** How an app is opened: below a prefix that it knows nothing of, or at a host name of its own. */
type Way = "prefix" | "name";

describe.runIf(requires("browser") && requires("apps"))("apps of the lab in a browser", () => {
  let gateway: Gateway;
  let browser: Browser;
  let api: string;
  let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;
  const worked = new Set<string>();

  beforeAll(async () => {
    const config = {
      server: { base_domain: DOMAIN, routing_mode: "both" },
      apps: LAB_APPS.map(({ id, name }) => ({ id, name })),
      routes: LAB_APPS.map(({ id, variable, options }) => ({
        id,
        app_id: id,
        to: addressOf(variable).replace(/\/$/, ""),
        strip_prefix: true,
        ...underscored(options),
      })),
    };
    // What apps ask of the internet is refused at once, wherever the tests run.
    const names = `MAP *.${DOMAIN} 127.0.0.1, MAP ${DOMAIN} 127.0.0.1, MAP * ~NOTFOUND`;
    [gateway, browser] = await Promise.all([
      startGateway({ config }),
      launchBrowser([`--host-resolver-rules=${names}`]),
    ]);
    api = `https://${DOMAIN}:${gateway.apiPort}`;
    const window = await openWindow(browser);
    const page = await window.newPage();
    await page.goto(api);
    await signIn(page);
    await page.getByRole("heading", { name: "Home" }).waitFor();
    signedIn = await window.storageState();
  });

  /** Opens an app and waits until it works. */
  async function works(app: LabApp, way: Way): Promise<void> {
    const window = await openWindow(browser, { storageState: signedIn });
    window.setDefaultTimeout(APP_PATIENCE_MS);
    const byName = `https://${app.id}.${DOMAIN}:${gateway.apiPort}/`;
    const root = way === "name" ? byName : `https://${DOMAIN}:${gateway.appsPort}/apps/${app.id}/`;
    const complaints = complaintsOf(window);
    const outside = outsideOf(window, root);
    const page = await window.newPage();
    const seen = watch(page, root);
    await page.goto(way === "name" ? byName : `${api}/apps/${app.id}/`);
    await app.works({ page, seen, to: addressOf(app.variable), mark: `${way}${Date.now()}` });
    expect(page.url()).toContain(root);
    expect(outside).toEqual([]);
    expect(complaints.filter((one) => !app.complains.test(one))).toEqual([]);
    worked.add(`${app.id} ${way}`);
  }

  test.each(LAB_APPS.map((app) => ({ name: app.name, app })))(
    "$name works below a prefix and at a host name",
    { timeout: 2 * APP_PATIENCE_MS },
    async ({ app }) => {
      // One after the other: both change the same app.
      await works(app, "prefix");
      await works(app, "name");
    },
  );

  test("the page about it says the same", async () => {
    const rows = await Promise.all(LAB_APPS.map((app) => rowOf(app, (way) => worked.has(`${app.id} ${way}`))));
    const text = pageOf(rows);
    if (process.env.NEKZUS_WRITE_DOCS) writeFileSync(PAGE, text);
    const told = "NEKZUS_WRITE_DOCS=1 writes what was seen into docs/prefix-mode-apps.md";
    expect(readFileSync(PAGE, "utf8"), told).toBe(text);
  });
});

/** Collects what a page of an app does. */
function watch(page: Page, root: string): Seen {
  const seen: Seen = { answers: [], sockets: new Map() };
  const pathOf = (url: string) => url.replace(/^ws/, "http").replace(root, "/");
  page.on("response", (response) => void seen.answers.push(`${response.status()} ${pathOf(response.url())}`));
  page.on("websocket", (socket) => {
    const path = pathOf(socket.url());
    socket.on("framereceived", () => void seen.sockets.set(path, (seen.sockets.get(path) ?? 0) + 1));
  });
  return seen;
}

async function rowOf(app: LabApp, worked: (way: Way) => boolean): Promise<string[]> {
  const options = Object.entries({ stripPrefix: true, ...app.options });
  return [
    app.name,
    await app.version(addressOf(app.variable)),
    worked("prefix") ? "works" : "fails",
    worked("name") ? "works" : "fails",
    options.map(([name, value]) => `\`${name}: ${value}\``).join(", "),
    app.remark,
  ];
}

/** The whole page, as `tests/browser/prefix-apps.test.ts` writes it. */
function pageOf(rows: string[][]): string {
  const head = [
    "app",
    "version",
    "below a prefix",
    "by host name",
    "options of the route",
    "what was done, and what to know",
  ];
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => (row[at] as string).length)));
  const line = (cells: string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] as number)).join(" | ")} |`;
  return `# Apps that were tried

Each was used in Chromium through the gateway, below \`/apps/NAME/\` **without** its own setting for a base path, and at
a [host name](apps-and-routes.md#a-host-name-for-an-app). It works when everything that was done came about, also after a
reload, when it asked for nothing outside of its prefix, and when its page complained about nothing that it would not
complain about anyway. Everything that is needed is a route with these options; at a host name \`stripPrefix\` has no
effect.

${line(head)}
${line(widths.map((width) => "-".repeat(width)))}
${rows.map(line).join("\n")}

This page is written by the test that tries them, and the test fails when it says something else.
[The script in pages](prefix-mode-script.md) tells how it is done, and what no script can cover.
`;
}

function addressOf(variable: string): string {
  const address = process.env[variable];
  if (!address) throw new Error(`${variable} is not set`);
  return address;
}

/** Options as the configuration file names them. */
function underscored(options: Record<string, unknown>): Record<string, unknown> {
  const spelled = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [spelled(name), value]));
}
