import type { Browser, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";
import { complaintsOf, openWindow } from "./browser.ts";
import { type Act, ELEMENTS, NAVIGATIONS, REQUESTS } from "./prefix-acts.ts";
import { launchTrustingBrowser, outsideOf, POLICY, type PrefixApp, startPrefixApp } from "./prefix-app.ts";

const PREFIX = "/apps/x/";

const WORKER = `
  onmessage = async () => {
    const asked = await (await fetch("/in-worker/fetch.txt")).text();
    const xhr = new XMLHttpRequest();
    xhr.open("GET", "/in-worker/xhr.txt", false);
    xhr.send();
    new WebSocket(location.origin.replace("http", "ws") + "/in-worker/socket");
    postMessage(asked);
  };`;

const FILES = {
  "/page.html": '<head><title>App</title></head><body><main id="main"></main></body>',
  "/worker.js": `importScripts("/in-worker/imported.js");${WORKER}`,
  "/module-worker.js": WORKER,
  "/shared-worker.js":
    'onconnect = ({ ports: [port] }) => fetch("/in-shared/fetch.txt").then(() => port.postMessage("shared"));',
  "/nesting-worker.js":
    'const inner = new Worker("/nested-worker.js"); inner.onmessage = ({ data }) => postMessage(data);',
  "/nested-worker.js": 'fetch("/in-nested/fetch.txt").then(() => postMessage("nested"));',
  "/there.html": "<p>there</p>",
  "/late/there.html": "<p>there</p>",
  "/module.js": 'import "/static.js"; await import("/dynamic.js");',
};

describe.runIf(requires("browser"))("a page in prefix mode", () => {
  let gateway: Gateway;
  let browser: Browser;
  let app: PrefixApp;

  beforeAll(async () => {
    [gateway, browser] = await Promise.all([startGateway(), launchTrustingBrowser()]);
    app = await startPrefixApp(gateway, "x", FILES);
  });

  /** Opens a page of an app, and answers what it complained about and what it asked outside of its prefix. */
  async function open(of = app) {
    const window = await openWindow(browser);
    const complaints = complaintsOf(window);
    const outside = outsideOf(window, of.root);
    const page = await window.newPage();
    await page.goto(`${of.root}page.html`);
    return { page, complaints, outside };
  }

  async function acts(page: Page, group: string, all: Record<string, Act>): Promise<void> {
    for (const [name, act] of Object.entries(all)) {
      const path = `/${group}/${name}`;
      await page.evaluate(act as (path: string) => unknown, path).catch((error) => {
        throw new Error(`${name}: ${error}`);
      });
    }
    await askedFor(
      app,
      Object.keys(all).map((name) => `/${group}/${name}`),
    );
  }

  test("what sends requests", async () => {
    const { page, complaints, outside } = await open();
    await acts(page, "requests", REQUESTS);
    expect(outside).toEqual([]);
    const [body, aborted] = await page.evaluate(async () => {
      const stopped = new AbortController();
      const later = fetch(new Request("/requests/never.txt", { signal: stopped.signal })).catch(({ name }) => name);
      stopped.abort();
      const sent = await fetch(new Request("/requests/echo.txt", { method: "POST", body: "kept" }));
      return [await sent.text(), await later];
    });
    expect([body, aborted]).toEqual(["kept", "AbortError"]);
    expect(complaints).toEqual([]);
  });

  test("elements, markup, styles, frames", async () => {
    const { page, complaints, outside } = await open();
    await acts(page, "elements", ELEMENTS);
    expect(outside).toEqual([]);
    // What the server sends as a font is none.
    expect(complaints.filter((one) => !/font|OTS/i.test(one))).toEqual([]);
  });

  test("document.write, also in place of the page, after which forms and frames still stay", async () => {
    const { page, complaints, outside } = await open();
    await page.evaluate(() => {
      document.open();
      document.write(
        '<img src="/written/picture.svg">',
        '<form action="/written/form.html"><button>go</button></form>',
      );
      document.close();
      document.body.append(document.createElement("iframe"));
      return (window[0] as Window & typeof globalThis).fetch("/written/frame.txt");
    });
    await page.getByRole("button").click();
    await page.waitForURL(`**${PREFIX}written/form.html?`);
    expect([...app.asked]).toContain("/written/picture.svg");
    expect(outside).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("members of location, links, forms", async () => {
    const { page, complaints, outside } = await open();
    for (const [name, act] of Object.entries(NAVIGATIONS)) {
      const gone = page.waitForURL(`**${PREFIX}go/${name}*`);
      await page.evaluate(act as (path: string) => unknown, `/go/${name}`);
      await gone;
    }
    expect(outside).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("windows, history and what getters say", async () => {
    const { page, complaints, outside } = await open();
    const said = await page.evaluate(() => {
      history.pushState(null, "", "/pushed?a#b");
      const link = document.createElement("a");
      link.href = "/x";
      Object.assign(document, { cookie: "page=1; Path=/; Domain=elsewhere.invalid" });
      Object.assign(document, { cookie: "deep=1; path=/deep" });
      const textOf = Function.prototype.toString;
      return {
        address: location.pathname + location.search + location.hash,
        link: new URL(link.href).pathname,
        kept: new URL(new Request("/kept/x").url).pathname,
        far: new Request("https://elsewhere.invalid/x").url,
        cookie: document.cookie,
        names: [fetch.name, fetch.length, String(fetch), textOf.call(WebSocket), String(textOf)],
        instance: new Request("/x") instanceof Request && Request.prototype.constructor === Request,
        constants: WebSocket.OPEN,
        globals: Object.keys(globalThis).filter((name) => /nekzus|prefix|handed/i.test(name)),
        tags: document.scripts.length,
      };
    });
    expect(said).toEqual({
      address: `${PREFIX}pushed?a#b`,
      link: `${PREFIX}x`,
      kept: "/kept/x",
      far: "https://elsewhere.invalid/x",
      cookie: "page=1",
      names: [
        "fetch",
        1,
        "function fetch() { [native code] }",
        "function WebSocket() { [native code] }",
        "function toString() { [native code] }",
      ],
      instance: true,
      constants: 1,
      globals: [],
      tags: 0,
    });
    await page.evaluate(() =>
      (window as unknown as { cookieStore: { set(n: string, v: string): unknown } }).cookieStore.set("kept", "1"),
    );
    const cookies = await page.context().cookies();
    expect(Object.fromEntries(cookies.map(({ name, path }) => [name, path]))).toEqual({
      page: PREFIX,
      deep: `${PREFIX}deep`,
      kept: PREFIX,
    });
    const popup = page.waitForEvent("popup");
    await page.evaluate(() => window.open("/there.html"));
    await (await popup).waitForURL(`**${PREFIX}there.html`);
    expect(outside).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("workers, with an address and from a blob", async () => {
    const { page, complaints, outside } = await open();
    const answers = await page.evaluate(() => {
      const blob = new Blob([
        `onmessage = async () => postMessage(await (await fetch("${location.origin}/in-blob/f.txt")).text())`,
      ]);
      const ask = (worker: Worker) =>
        new Promise((done, fail) => {
          worker.onmessage = ({ data }) => done(data);
          worker.onerror = (event) => fail(new Error(event.message));
          worker.postMessage("go");
        });
      return Promise.all([
        ask(new Worker("/worker.js")),
        ask(new Worker(new URL("/module-worker.js", location.href), { type: "module" })),
        ask(new Worker(URL.createObjectURL(blob))),
      ]);
    });
    expect(answers).toEqual(["/in-worker/fetch.txt", "/in-worker/fetch.txt", "/in-blob/f.txt"]);
    await askedFor(app, ["/in-worker/imported.js", "/in-worker/xhr.txt", "/in-worker/socket"]);
    const more = await page.evaluate(() => {
      const told = (port: Worker | MessagePort) => new Promise((done) => (port.onmessage = ({ data }) => done(data)));
      return Promise.all([
        told(new SharedWorker("/shared-worker.js").port),
        told(new SharedWorker("/shared-worker.js", { type: "module", name: "module" }).port),
        told(new Worker("/nesting-worker.js")),
        told(new Worker("/nesting-worker.js", { type: "module" })),
      ]);
    });
    expect(more).toEqual(["shared", "shared", "nested", "nested"]);
    await askedFor(app, ["/in-shared/fetch.txt", "/in-nested/fetch.txt"]);
    const scopes = await page.evaluate(async () => {
      const all = await Promise.all([
        navigator.serviceWorker.register("/sw.js"),
        navigator.serviceWorker.register("/sw.js", { scope: "/part/" }),
        navigator.serviceWorker.register("/sw.js?2", { scope: "/" }),
      ]);
      return all.map(({ scope }) => new URL(scope).pathname);
    });
    expect(scopes).toEqual([PREFIX, `${PREFIX}part/`, PREFIX]);
    expect(outside).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("imports of a path are led back by the gateway, and nodes that came past all hooks are put right late", async () => {
    const { page, outside } = await open();
    await page.evaluate(() => {
      document.head.append(Object.assign(document.createElement("script"), { type: "module", src: "/module.js" }));
      const xml =
        '<p xmlns="http://www.w3.org/1999/xhtml"><img src="/late/picture.svg"/><a href="/late/there.html">go</a></p>';
      document.body.append(new DOMParser().parseFromString(xml, "text/xml").documentElement);
    });
    await askedFor(app, ["/static.js", "/dynamic.js", "/late/picture.svg"]);
    const imported = () => outside.filter((one) => !one.startsWith("/late/")).toSorted();
    await expect.poll(imported).toEqual(["/dynamic.js", "/static.js"]);
    await page.getByText("go").click();
    await page.waitForURL(`**${PREFIX}late/there.html`);
  });

  test("a page that takes trusted values only, freezes natives and runs the script twice", async () => {
    const policy = `${POLICY}; require-trusted-types-for 'script'; trusted-types app`;
    const own = await startPrefixApp(gateway, "trusted", {
      "/page.html": { body: FILES["/page.html"], headers: { "content-security-policy": policy } },
    });
    const { page, complaints, outside } = await open(own);
    await page.evaluate(async (prefix) => {
      type Policy = { createHTML(text: string): string; createScriptURL(text: string): string };
      const { trustedTypes } = window as unknown as {
        trustedTypes: { createPolicy(name: string, rules: object): Policy };
      };
      const policy = trustedTypes.createPolicy("app", {
        createHTML: (x: string) => x,
        createScriptURL: (x: string) => x,
      });
      const again = document.createElement("script");
      again.src = policy.createScriptURL("/apps/.nekzus/prefix.js");
      again.dataset.prefix = prefix;
      const loaded = new Promise((done) => again.addEventListener("load", done));
      document.head.append(again);
      await loaded;
      Object.freeze(Element.prototype);
      Object.freeze(window.fetch);
      const fetching = window.fetch;
      window.fetch = (...args) => fetching(...args);
      await fetch("/trusted/fetch.txt");
      document.body.innerHTML = policy.createHTML('<img src="/trusted/picture.svg">');
      const script = document.createElement("script");
      script.src = policy.createScriptURL("/trusted/script.js");
      document.head.append(script);
      const frame = document.createElement("iframe");
      frame.srcdoc = policy.createHTML('<img src="/trusted/srcdoc.svg">');
      document.body.append(frame);
    }, own.prefix);
    await askedFor(
      own,
      ["fetch.txt", "picture.svg", "script.js", "srcdoc.svg"].map((name) => `/trusted/${name}`),
    );
    expect(outside).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

/** Waits until the app was asked for every path. */
async function askedFor({ asked }: PrefixApp, paths: readonly string[]): Promise<void> {
  const missing = () => paths.filter((path) => ![...asked].some((one) => one.replace(/\?.*/, "") === path));
  await eventually("everything is asked for", () => missing().length === 0, 15_000).catch(() => {
    throw new Error(`not asked for: ${missing()}`);
  });
}
