// Messages in the browser: our worker is registered, shows what it is pushed, and opens the right page; where they cannot
// be had, the page says what is missing (ruling R17). The push service of the browser itself is not reachable here.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";
import { complaintsOf, launchBrowser, openWindow, signIn } from "./browser.ts";

const HOST = "home.example";
const RESOLVE = `--host-resolver-rules=MAP ${HOST} 127.0.0.1`;

/** What of a service worker's inside is used. */
type WorkerScope = EventTarget & {
  clients: { openWindow(address: string): Promise<void> };
  registration: ServiceWorkerRegistration;
};

describe.runIf(requires("browser"))("messages in the browser", { timeout: 60_000 }, () => {
  let gateway: Gateway;
  let trusting: Browser;
  let origin: string;

  beforeAll(async () => {
    [gateway, trusting] = await Promise.all([
      startGateway({ config: { server: { allowed_hosts: [HOST] } } }),
      // As a browser in which the gateway's authority was installed.
      launchBrowser([RESOLVE, "--ignore-certificate-errors"]),
    ]);
    origin = `https://${HOST}:${gateway.apiPort}`;
  });

  async function account(browser: Browser): Promise<{ window: BrowserContext; page: Page }> {
    const window = await openWindow(browser);
    await window.grantPermissions(["notifications"], { origin });
    const page = await window.newPage();
    await page.goto(`${origin}/ui/account`);
    await signIn(page);
    await page.getByRole("heading", { name: "Account", exact: true }).waitFor();
    return { window, page };
  }
  const press = (page: Page) => page.getByRole("button", { name: "Get messages in this browser" }).click();

  test("the worker controls no page, shows what it is pushed once, and opens what it is about", async () => {
    const { window, page } = await account(trusting);
    const complaints = complaintsOf(window);
    await press(page);
    await page.getByText("The browser's push service did not answer").waitFor();
    const worker = window.serviceWorkers()[0] ?? (await window.waitForEvent("serviceworker"));
    expect(worker.url()).toBe(`${origin}/assets/push-worker.js`);
    const held = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration("/assets/push-worker.js");
      return [registration?.scope, registration?.active?.state, navigator.serviceWorker.controller];
    });
    expect(held).toEqual([`${origin}/assets/`, "activated", null]);

    const devtools = await window.newCDPSession(page);
    const registered = new Promise<string>((done) =>
      devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) =>
        done(registrations[0]?.registrationId ?? ""),
      ),
    );
    await devtools.send("ServiceWorker.enable");
    const registrationId = await registered;
    const push = (data: string) => devtools.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data });
    const message = { id: "m1", title: "Grafana is down", body: "no answer", severity: "critical", timestamp: 1 };
    for (const event of ["app_down", "app_down"]) await push(JSON.stringify({ ...message, event }));
    await push(JSON.stringify({ ...message, id: "m2", event: "pairing_asked" }));
    await push("no JSON at all");
    const shown = () =>
      page.evaluate(async () => {
        const registration = await navigator.serviceWorker.getRegistration("/assets/push-worker.js");
        const all = (await registration?.getNotifications()) ?? [];
        return all.map(({ title, tag, data }) => `${tag} ${title} ${data.place}`).sort();
      });
    const wanted = ["m1 Grafana is down /ui/", "m2 Grafana is down /ui/devices", "undefined Nekzus /ui/?notices=shown"];
    await eventually("all are shown", async () => (await shown()).length === wanted.length);
    expect(await shown()).toEqual(wanted);

    const opened = await worker.evaluate(async () => {
      const scope = globalThis as unknown as WorkerScope;
      const places: string[] = [];
      scope.clients.openWindow = async (address) => void places.push(address);
      for (const notification of await scope.registration.getNotifications()) {
        const waits: Promise<unknown>[] = [];
        const event = Object.assign(new Event("notificationclick"), {
          notification,
          waitUntil: (work: Promise<unknown>) => waits.push(work),
        });
        scope.dispatchEvent(event);
        await Promise.all(waits);
      }
      return places.map((address) => new URL(address).pathname).sort();
    });
    expect(opened).toEqual(["/ui/", "/ui/", "/ui/devices"]);
    expect(await shown()).toEqual([]);
    // A window of a test is a private one, in which Chromium has no push service.
    expect(complaints.filter((text) => !text.includes("Push API in incognito mode"))).toEqual([]);
  });

  test("the browser finds nothing wrong with the manifest, and would install the dashboard", async () => {
    // A test's certificate is trusted by an exception, which does not count here; this machine's own name does.
    const plain = await startGateway({ insecureHttp: true });
    const window = await openWindow(trusting);
    const complaints = complaintsOf(window);
    const page = await window.newPage();
    await page.goto(`http://localhost:${plain.apiPort}/ui/`);
    const devtools = await window.newCDPSession(page);
    const { url, errors } = await devtools.send("Page.getAppManifest");
    expect([url, errors]).toEqual([`http://localhost:${plain.apiPort}/assets/dashboard.webmanifest`, []]);
    const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
    // A window of a test is a private one.
    expect(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito")).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("a subscription is kept, known again after a reload, and ended", async () => {
    const { page } = await account(trusting);
    // In place of the push service, which a test cannot reach.
    await page.evaluate(() => {
      const toJSON = () => ({
        endpoint: "https://push.example.org/one",
        keys: {
          p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
          auth: "BTBZMqHH6r4Tts7J_aSIgg",
        },
      });
      PushManager.prototype.subscribe = async () => ({ toJSON }) as unknown as PushSubscription;
    });
    await press(page);
    await page.getByText("This browser gets messages.").waitFor();
    await page.getByRole("list", { name: "Browsers that get messages" }).getByText("This one").waitFor();
    await page.reload();
    await page.getByText("This browser gets messages.").waitFor();
    await page.getByRole("button", { name: /^Stop messages in/ }).click();
    await page.getByRole("button", { name: "Get messages in this browser" }).waitFor();
    const workers = await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
    expect(workers).toBe(0);
  });

  test("a new sign-in takes the messages along, and signing out ends them in the browser too", async () => {
    const { window, page } = await account(trusting);
    // In place of the push service; what it holds lasts as long as the window.
    await window.addInitScript(() => {
      const toJSON = () => ({
        endpoint: "https://push.example.org/two",
        keys: {
          p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
          auth: "BTBZMqHH6r4Tts7J_aSIgg",
        },
      });
      const unsubscribe = async () => {
        localStorage.removeItem("held");
        return true;
      };
      const held = { toJSON, unsubscribe } as unknown as PushSubscription;
      PushManager.prototype.getSubscription = async () => (localStorage.getItem("held") ? held : null);
      PushManager.prototype.subscribe = async () => {
        localStorage.setItem("held", "1");
        return held;
      };
    });
    await page.reload();
    await press(page);
    await page.getByText("This browser gets messages.").waitFor();
    const headers = { authorization: `Bearer ${await gateway.signIn()}`, host: `${HOST}:${gateway.apiPort}` };
    const subscriptions = async () => {
      const { json } = await gateway.api("GET", "/api/v1/notifications/push", { headers });
      return (json as { subscriptions: { id: string }[] }).subscriptions;
    };
    expect(await subscriptions()).toHaveLength(1);

    // Its session is lost here but goes on at the gateway, and is ended there after the next sign-in.
    await page.evaluate(() => localStorage.removeItem("nekzus.proof"));
    await page.reload();
    const taken = page.waitForResponse(
      (answer) => answer.request().method() === "POST" && /push\/sub/.test(answer.url()),
    );
    await signIn(page);
    expect((await taken).status()).toBe(201);
    const ended = await page.evaluate(async () => {
      const own = { "X-Nekzus-Proof": localStorage.getItem("nekzus.proof") ?? "" };
      return (await fetch("/api/v1/auth/sessions", { method: "DELETE", headers: own })).status;
    });
    expect(ended).toBe(200);
    expect(await subscriptions()).toHaveLength(1);

    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await eventually("the browser forgot it", () => page.evaluate(() => localStorage.getItem("held") === null));
    await eventually("the gateway forgot it", async () => (await subscriptions()).length === 0);
  });

  test("a certificate that the browser does not trust, and an address instead of a name, are said to be the reason", async () => {
    const { page } = await account(await launchBrowser([RESOLVE]));
    await press(page);
    await page.getByText("The browser does not trust the certificate of this address.").waitFor();
    const here = await (await openWindow(trusting)).newPage();
    await here.goto(`https://127.0.0.1:${gateway.apiPort}/ui/account`);
    await signIn(here);
    await here.getByText("open the dashboard by its name instead of its address").waitFor();
    expect(await here.getByRole("button", { name: "Get messages in this browser" }).count()).toBe(0);
  });
});
