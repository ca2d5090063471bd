import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { startDemoServices } from "../../gateway/src/cli/demo/services.ts";
import { whenDone } from "../harness/cleanup.ts";
import { makeFolder } from "../harness/folder.ts";
import { ADMIN, type Gateway } from "../harness/gateway.ts";

export const WIDE = { width: 1440, height: 900 } as const;
export const NARROW = { width: 390, height: 844 } as const;

/** Longest wait for what a page should show. */
const PATIENCE_MS = 10_000;
const LAUNCH = {
  executablePath: process.env.CHROMIUM,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};
const CONTEXT = { ignoreHTTPSErrors: true, viewport: WIDE } as const;

/** A browser; `more` are further switches of its command line. */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  const browser = await chromium.launch({ ...LAUNCH, args: [...LAUNCH.args, ...more] });
  whenDone(() => browser.close());
  return browser;
}

/** A window with cookies of its own. */
export async function openWindow(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext({ ...CONTEXT, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  whenDone(() => context.close());
  return context;
}

/** A browser that refuses cookies for addresses of this pattern, as a person can set it; `*` for all. */
export async function refuseCookies(pattern: string): Promise<BrowserContext> {
  const folder = makeFolder("nekzus-browser-");
  mkdirSync(join(folder, "Default"));
  const exceptions = { cookies: { [`${pattern},*`]: { setting: 2 } } };
  writeFileSync(
    join(folder, "Default", "Preferences"),
    JSON.stringify({ profile: { content_settings: { exceptions } } }),
  );
  const context = await chromium.launchPersistentContext(folder, { ...LAUNCH, ...CONTEXT });
  context.setDefaultTimeout(PATIENCE_MS);
  whenDone(() => context.close());
  return context;
}

/**
 * Collects what a page complains about: errors on its console, uncaught ones, and violations of its policy. A missing
 * icon of an app is no complaint, although the browser writes each 404 to the console.
 */
export function complaintsOf(context: BrowserContext): string[] {
  const complaints: string[] = [];
  const watch = (page: Page) => {
    page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() !== "error" && message.type() !== "warning") return;
      if (/\/favicon(\.ico)?$/.test(message.location().url)) return;
      complaints.push(`${message.location().url}: ${message.text()}`);
    });
  };
  context.on("page", watch);
  for (const page of context.pages()) watch(page);
  return complaints;
}

/** Signs in on the page that is shown, with the mouse. */
export async function signIn(page: Page, { username, password } = ADMIN as { username: string; password: string }) {
  await page.getByLabel("User name").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Does the page fit its window, so that nobody must scroll sideways? */
export function fits(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
}

/** Configuration with the two services of `nekzus demo`. */
export async function demoConfig() {
  const services = await startDemoServices();
  whenDone(() => services.stop());
  return {
    // A name for others, who do not reach the address on which tests listen.
    server: { allowed_hosts: ["nekzus.home"] },
    apps: [
      { id: "board", name: "Notice board" },
      { id: "echo", name: "Echo", icon: "🔁" },
    ],
    routes: [
      { id: "board", app_id: "board", to: services.pageUrl, strip_prefix: true, websockets: true },
      { id: "echo", app_id: "echo", to: services.echoUrl, strip_prefix: true },
    ],
  };
}

/** Adds a member who may open the apps, with the command line beside the running gateway. */
export async function addMember(gateway: Gateway, username: string, apps: readonly string[]) {
  const passwordFile = join(makeFolder("nekzus-secret-"), "password");
  const password = "a door for my family";
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const main = join(import.meta.dirname, "../../gateway/src/main.ts");
  const place = ["--config", gateway.configFile, "--data", gateway.dataFolder, "--password-file", passwordFile];
  const grants = apps.flatMap((app) => ["--app", app]);
  await promisify(execFile)(process.execPath, [main, "user", "add", username, ...grants, ...place]);
  return { username, password };
}

/** A page of somebody else, on another host name than the gateway's. Answers its address. */
export async function foreignPage(html: string): Promise<string> {
  const server = createServer((_, res) => res.setHeader("content-type", "text/html").end(html));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  whenDone(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://localhost:${(server.address() as AddressInfo).port}/`;
}
