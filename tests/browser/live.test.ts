// The dashboard hears what happens (40 F5, F11): it is back by itself after each restart, and changes without asking for lists.
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";
import { demoConfig, launchBrowser, openWindow, signIn } from "./browser.ts";

describe.runIf(requires("browser"))("live updates", { timeout: 180_000 }, () => {
  let gateway: Gateway;
  let page: Page;
  /** Messages by their type, and sockets, since the page was opened. */
  const heard: string[] = [];
  let sockets = 0;
  let open = 0;
  const lists: string[] = [];

  beforeAll(async () => {
    gateway = await startGateway({ config: await demoConfig() });
    const window = await openWindow(await launchBrowser());
    page = await window.newPage();
    page.on("websocket", (socket) => {
      sockets++;
      open++;
      socket.on("framereceived", ({ payload }) => heard.push(JSON.parse(String(payload)).type));
      socket.on("close", () => open--);
    });
    page.on("request", (request) => {
      if (/\/api\/v1\/(apps|routes|discovery\/proposals)$/.test(request.url())) lists.push(request.url());
    });
    await page.goto(`https://127.0.0.1:${gateway.apiPort}/ui/`);
    await signIn(page);
    await page.getByRole("heading", { name: "Home" }).waitFor();
    await eventually("the page hears", () => heard.includes("hello"));
  });

  test("an app that is added and removed elsewhere comes and goes without a list call", async () => {
    const before = lists.length;
    await gateway.addRoute("kettle", "http://127.0.0.1:9");
    await page.getByText("kettle", { exact: true }).first().waitFor();
    await gateway.admin("DELETE", "/api/v1/apps/kettle");
    await page.getByText("kettle", { exact: true }).first().waitFor({ state: "detached" });
    expect(lists.slice(before)).toEqual([]);
  });

  test("after each of five restarts it is live again within ten seconds, with one connection", async () => {
    const took: number[] = [];
    for (let restart = 0; restart < 5; restart++) {
      const hellos = () => heard.filter((type) => type === "hello").length;
      const before = hellos();
      await gateway.stop();
      await gateway.startAgain();
      const up = performance.now();
      await eventually("the page hears again", () => hellos() > before);
      took.push(performance.now() - up);
      expect(open).toBe(1);
    }
    expect(took.filter((ms) => ms > 10_000)).toEqual([]);
    const before = heard.length;
    await gateway.addRoute("lamp", "http://127.0.0.1:9", { skipHealthCheck: true });
    await page.getByText("lamp", { exact: true }).first().waitFor();
    expect(heard.slice(before).filter((type) => type === "app_registered")).toHaveLength(1);
    expect(sockets).toBeGreaterThanOrEqual(6);
    // Each topic has one handler: what happens once is told once, counted once, and in the list once.
    const headers = { authorization: `Bearer ${await gateway.signIn()}` };
    const body = { message: "The kettle boils" };
    await gateway.api("POST", "/api/v1/webhooks/activity", { body, headers });
    await page.getByRole("button", { name: /^Notices ?1 unread/ }).click();
    await page.getByRole("dialog").getByText("The kettle boils").waitFor();
    expect(await page.getByRole("dialog").getByText("The kettle boils").count()).toBe(1);
    expect(heard.slice(before).filter((type) => type === "activity")).toHaveLength(2);
  });
});
