// What one client holds open or leaves unfinished is bounded and does not keep others waiting
// (CWE-400, CWE-770; slowloris, CVE-2007-6750; the class of CVE-2018-12122).
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { beforeAll, expect, test } from "vitest";
import { whenDone } from "../harness/cleanup.ts";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { openRaw } from "../harness/request.ts";

let gateway: Gateway;
let app: EchoApp;

/** Connections that do not go on; they are opened first and judged last, since patience is what is tested. */
let slow: Awaited<ReturnType<typeof hold>>[];

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
  await gateway.addRoute("echo", app.url, { publicAccess: true, stripPrefix: true });
  slow = await Promise.all([hold(true, line("/")), hold(false, line("/")), hold(false), hold(false, "\x16\x03\x01")]);
  const drip = setInterval(() => {
    for (const { socket } of slow.slice(0, 2)) socket.write("A: b\r\n");
  }, 500);
  whenDone(() => clearInterval(drip));
});

const line = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost:${gateway.apiPort}\r\n`;

/** A connection that is closed at the end of the test. `closed` says whether the gateway closed it before. */
async function hold(
  secure: boolean,
  words = "",
  port = gateway.appsPort,
): Promise<{ socket: Socket; closed(): boolean; text(): string }> {
  const socket = await openRaw(port, secure);
  let closed = false;
  let text = "";
  socket
    .on("error", () => {})
    .on("close", () => {
      closed = true;
    });
  socket.on("data", (chunk) => {
    text += chunk;
  });
  whenDone(() => socket.destroy());
  if (words) socket.write(words);
  return { socket, closed: () => closed, text: () => text };
}

async function answerTime(): Promise<number> {
  const began = performance.now();
  expect((await gateway.apps("GET", "/apps/echo/")).status).toBe(200);
  return performance.now() - began;
}

test("a thousand held connections of every kind keep nobody waiting", async () => {
  await answerTime();
  const kinds = [
    () => hold(false),
    () => hold(false, "\x16\x03\x01"),
    () => hold(false, line("/apps/echo/")),
    () => hold(true, line("/apps/echo/")),
    () => hold(true, `${line("/apps/echo/sse")}\r\n`),
    () => hold(true, `POST${line("/apps/echo/").slice(3)}Content-Length: 100000\r\n\r\nbegun`),
    () =>
      hold(
        true,
        `POST${line("/api/v1/auth/login").slice(3)}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`,
        gateway.apiPort,
      ),
  ];
  for (let round = 0; round < 20; round++) {
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => (kinds[index % kinds.length] as (typeof kinds)[number])()),
    );
  }
  const times = [];
  for (let i = 0; i < 20; i++) times.push(await answerTime());
  expect(times.sort((a, b) => a - b)[10]).toBeLessThan(500);
  const status = readFileSync(`/proc/${gateway.children().edge[0]}/status`, "utf8");
  expect(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024).toBeLessThan(300);
});

test("a header without end is cut, and so are connections that never begin", async () => {
  await eventually("all of them are cut", () => slow.every(({ closed }) => closed()), 20_000);
  expect(slow[0]?.text()).toMatch(/^HTTP\/1\.1 408 /);
});
