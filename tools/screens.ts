/**
 * `npm run screens`: takes the pictures in docs/screens from a running gateway with apps of its own making. Needs
 * Chromium (`CHROMIUM`) and a Docker engine (`DOCKER_HOST`) whose containers it may propose. `npm run screens -- home
 * apps` takes only those.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { ROOT } from "./delivery/bundle.ts";

const TARGET = join(ROOT, "docs/screens");
const PASSWORD = "correct horse battery";
const WINDOWS: Record<string, BrowserContextOptions> = {
  wide: { viewport: { width: 1440, height: 900 } },
  narrow: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};
/** How long a page may take to be complete, and to stand still after that, in ms. */
const PATIENCE_MS = 20_000;
const STILL_MS = 400;

/** Runs in the page: nothing is loading, no picture is missing, nothing moves. */
const SETTLED = `document.fonts.status === "loaded" &&
  ![...document.querySelectorAll("[aria-busy=true], [role=status]")].some(
    (one) => one.ariaBusy === "true" || one.textContent === "Loading",
  ) &&
  [...document.images].every((image) => image.complete) &&
  document.getAnimations().every((animation) => animation.playState !== "running")`;

const APPS = [
  ["films", "Films", "lucide:clapperboard", "Media", "Everything we recorded and bought"],
  ["music", "Music", "lucide:music", "Media", "The whole collection, in every room"],
  ["photos", "Photos", "lucide:camera", "Media", "From all our phones"],
  ["books", "Books", "lucide:book-open", "Media", "Read anywhere"],
  ["house", "House", "lucide:house", "Household", "Lights, heating, shutters"],
  ["kitchen", "Recipes", "lucide:chef-hat", "Household", "What is for dinner"],
  ["shopping", "Shopping list", "lucide:shopping-cart", "Household", "Shared by everybody"],
  ["weather", "Weather", "lucide:thermometer", "Household", "The station on the roof"],
  ["files", "Files", "lucide:folder", "Work", "Documents and backups"],
  ["paper", "Paper", "lucide:file-text", "Work", "Scanned letters, searchable"],
  ["code", "Code", "lucide:git-branch", "Work", "Repositories"],
  ["printer", "Printer", "lucide:printer", "Work", "The one in the hall"],
  ["graphs", "Graphs", "lucide:chart-line", "", "How the machines are doing"],
  ["router", "Router", "lucide:router", "", "The box by the door"],
] as const;

/** What a neighbour of the gateway's would propose; the second has something to say about its safety. */
const CONTAINERS = [
  ["vault", ["--label", "nekzus.app.name=Passwords"]],
  ["wiki", ["--label", "nekzus.app.name=Wiki", "-p", "127.0.0.1::3000"]],
  ["monitor", ["--label", "nekzus.app.name=Engine monitor", "--privileged"]],
] as const;

const DELETED = [
  ["old-wiki", "Old wiki", "lucide:book-open"],
  ["camera", "Door camera", "lucide:camera"],
] as const;

/** What is shown to somebody who is signed in, and what is done there before the picture. */
const SCREENS: Record<string, { path: string; act?(page: Page): Promise<void> }> = {
  home: { path: "/ui/" },
  apps: { path: "/ui/apps" },
  deleted: { path: "/ui/apps?panel=deleted" },
  edit: { path: "/ui/apps/routes/films", act: test },
  add: {
    path: "/ui/apps/new?to=http://127.0.0.1:9",
    async act(page) {
      await page.getByLabel("Name", { exact: true }).fill("Bicycle log");
      await test(page);
    },
  },
  discovery: { path: "/ui/discovery" },
  approve: { path: "/ui/discovery?approve=proposal_docker_http_nekzus_screens_monitor_3000" },
  welcome: { path: "/ui/welcome?step=apps" },
  devices: { path: "/ui/devices" },
  pairing: { path: "/ui/devices?panel=pair" },
  activity: { path: "/ui/activity" },
  notices: { path: "/ui/?notices=shown" },
  rules: { path: "/ui/notifications?tab=rules" },
  channels: { path: "/ui/notifications?tab=channels" },
  webhooks: { path: "/ui/webhooks" },
  keys: { path: "/ui/keys" },
  audit: { path: "/ui/audit" },
  access: { path: "/ui/apps?access=films" },
  account: { path: "/ui/account" },
  about: { path: "/ui/about" },
  palette: {
    path: "/ui/",
    async act(page) {
      await page.keyboard.press("/");
      await page.getByRole("combobox", { name: "Search and commands" }).and(page.locator(":focus")).waitFor();
      await page.keyboard.type("re");
    },
  },
};

async function test(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Test the connection" }).click();
  await page.getByRole("button", { name: "Test again" }).waitFor();
  await page.getByText(/^Tested/).waitFor({ timeout: PATIENCE_MS });
}

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), "nekzus-screens-"));
const app = createServer((_, answer) => answer.setHeader("content-type", "text/html").end("<title>An app</title>"));
app.listen(0, "127.0.0.1");
await once(app, "listening");
const passwordFile = join(folder, "password");
const configFile = join(folder, "nekzus.json");
await writeFile(passwordFile, PASSWORD, { mode: 0o600 });
await writeFile(configFile, JSON.stringify(configuration((app.address() as AddressInfo).port)));
await mkdir(TARGET, { recursive: true });

const containers = CONTAINERS.map(([name]) => `nekzus-screens-${name}`);
await remove();
for (const [name, options] of CONTAINERS) {
  const label = ["--label", "nekzus.enable=true", "--label", `nekzus.app.id=${name}`];
  await run("docker", ["run", "-d", "--name", `nekzus-screens-${name}`, ...label, ...options, "lab/node:1"]);
}
const gateway = spawn(
  process.execPath,
  [join(ROOT, "gateway/src/main.ts"), "start", "--config", configFile, "--data", join(folder, "data")],
  {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NEKZUS_ADMIN_USER: "anna", NEKZUS_ADMIN_PASSWORD_FILE: passwordFile },
  },
);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
const wanted = process.argv.slice(2);
try {
  const base = await untilReady();
  await prepare(browser, base);
  for (const colorScheme of ["light", "dark"] as const) {
    for (const [size, window] of Object.entries(WINDOWS)) {
      await takeAll(browser, base, `${size}-${colorScheme}`, { ...window, colorScheme });
    }
  }
} finally {
  await browser.close();
  gateway.kill();
  await once(gateway, "exit");
  app.close();
  await remove();
  await rm(folder, { recursive: true, force: true });
}

async function takeAll(from: Browser, base: string, suffix: string, options: BrowserContextOptions): Promise<void> {
  const window = await from.newContext({ ignoreHTTPSErrors: true, ...options });
  const page = await window.newPage();
  const take = async (name: string) => {
    await settle(page);
    await page.screenshot({ path: join(TARGET, `${name}-${suffix}.png`) });
  };
  await page.goto(`${base}/ui/`);
  await page.getByLabel("User name").waitFor();
  if (isWanted("sign-in")) await take("sign-in");
  await signIn(page);
  for (const [name, { path, act }] of Object.entries(SCREENS)) {
    if (!isWanted(name)) continue;
    await page.goto(base + path);
    await page.locator("h1").first().waitFor();
    await settle(page);
    await act?.(page);
    await take(name);
  }
  await window.close();
}

function isWanted(name: string): boolean {
  return wanted.length === 0 || wanted.includes(name);
}

async function signIn(page: Page): Promise<void> {
  await page.getByLabel("User name").fill("anna");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page
    .getByRole("link", { name: /^Films/ })
    .first()
    .waitFor();
}

/** Waits until nothing is loading, no picture is missing and nothing moves any more. */
async function settle(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  const end = Date.now() + PATIENCE_MS;
  while (!(await page.evaluate(SETTLED))) {
    if (Date.now() > end) throw new Error(`${page.url()} does not come to rest`);
    await page.waitForTimeout(100);
  }
  await page.waitForTimeout(STILL_MS);
}

/** Makes two deletions and gives the person favourites, as they would on the page. */
async function prepare(from: Browser, base: string): Promise<void> {
  const window = await from.newContext({ ignoreHTTPSErrors: true });
  const page = await window.newPage();
  await page.goto(`${base}/ui/`);
  await signIn(page);
  await page.evaluate(async (deleted) => {
    const headers = {
      "Content-Type": "application/json",
      "X-Nekzus-Proof": localStorage.getItem("nekzus.proof") ?? "",
    };
    const send = (method: string, path: string, body?: object) =>
      fetch(`/api/v1/${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    for (const [id, appName, icon] of deleted) {
      await send("PUT", `routes/${id}`, { appId: id, appName, icon, to: "http://127.0.0.1:9" });
      await send("DELETE", `apps/${id}`);
    }
    await send("POST", "apikeys", { name: "Home automation", scopes: ["read:catalog", "access:house"] });
    await send("POST", "apikeys", { name: "Backup script", scopes: ["read:*"], networks: ["192.168.1.0/24"] });
    for (const [id, model, platform] of [
      ["kitchen", "Kitchen tablet", "android"],
      ["annas-phone", "Anna's phone", "ios"],
    ]) {
      const made = (await (await send("POST", "pairings", {})).json()) as { id: string; code: string };
      const redeemed = await fetch("/api/v1/pair", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Pairing-Request": "true" },
        body: JSON.stringify({ code: made.code }),
      });
      const { bootstrapToken, phrase } = (await redeemed.json()) as { bootstrapToken: string; phrase: string };
      const asking = fetch("/api/v1/auth/pair", {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${bootstrapToken}` },
        body: JSON.stringify({ device: { id, model, platform } }),
      });
      while ((await send("POST", `pairings/${made.id}/approve`, { phrase })).status === 404) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await asking;
    }
    const shop = { message: "The shop is online", icon: "Rocket", iconClass: "success", details: "Version 2.4.1" };
    const disk = { message: "The disk of the NAS is nearly full", icon: "AlertTriangle", iconClass: "warning" };
    for (const body of [shop, disk]) await send("POST", "webhooks/activity", body);
    const from = { from: "nas@example.org", to: ["anna@example.org"], host: "mail.example.org" };
    const mail = await send("POST", "notifications/channels", { kind: "mail", name: "Anna's mail", ...from });
    const { id } = (await mail.json()) as { id: string };
    const quietHours = { from: "22:00", to: "07:00", timeZone: "Europe/Berlin" };
    const rule = { name: "By mail, not at night", events: ["app_down", "webhook"], minSeverity: "warning" };
    await send("POST", "notifications/rules", { ...rule, channels: [id], quietHours });
    await send("PATCH", "preferences", {
      home: { favourites: ["films", "house", "books", "shopping"] },
      setup: { finished: true },
    });
  }, DELETED);
  await window.close();
}

function configuration(port: number): object {
  return {
    server: { addr: "127.0.0.1:0", apps_addr: "127.0.0.1:0" },
    discovery: { enabled: true, docker: { socket_path: process.env.DOCKER_HOST ?? "" } },
    health_checks: { interval: "2s" },
    apps: APPS.map(([id, name, icon, group, description]) => ({ id, name, icon, group, description })),
    // Nothing listens behind the printer.
    routes: APPS.map(([id]) => ({
      id,
      app_id: id,
      to: `http://127.0.0.1:${id === "printer" ? 9 : port}`,
      strip_prefix: true,
    })),
  };
}

async function untilReady(): Promise<string> {
  let output = "";
  for await (const chunk of gateway.stdout) {
    output += chunk;
    const [, url] = /Nekzus is ready at (https:\/\/[^\s,]+)/.exec(output) ?? [];
    if (!url) continue;
    gateway.stdout.resume();
    return `https://127.0.0.1:${new URL(url).port}`;
  }
  throw new Error(`the gateway did not start:\n${output}`);
}

async function remove(): Promise<void> {
  await run("docker", ["rm", "-f", ...containers]).catch(() => undefined);
}
