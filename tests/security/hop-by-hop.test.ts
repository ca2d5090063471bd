// Headers for one hop end at the gateway, in both directions, and Connection can name only the client's own
// (CWE-444, CWE-113; the class of CVE-2022-31813).
import { beforeAll, expect, test } from "vitest";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { bearer } from "../harness/people.ts";
import { plainAnswer, type RawApp, startRawApp } from "../harness/raw-app.ts";
import { sendRaw } from "../harness/request.ts";

let gateway: Gateway;
let app: RawApp;
let authorization: string;

beforeAll(async () => {
  [gateway, app] = await Promise.all([
    startGateway({ insecureHttp: true }),
    startRawApp(
      (socket) =>
        void socket.write(
          plainAnswer(
            "ok",
            "Connection: keep-alive, X-Once, X-API-Version",
            "X-Once: 1",
            "Keep-Alive: timeout=77",
            "Proxy-Authenticate: Basic",
            "Upgrade: h2c",
            "Trailer: X",
            "X-Kept: 1",
          ),
        ),
    ),
  ]);
  await gateway.addRoute("app", app.url, { skipHealthCheck: true });
  ({ authorization } = await bearer(gateway));
});

async function exchange(lines: string[]): Promise<{ request: string; answer: string }> {
  const before = app.received.join("").length;
  const head = [
    "GET /apps/app/ HTTP/1.1",
    `Host: localhost:${gateway.apiPort}`,
    `Authorization: ${authorization}`,
    ...lines,
    "",
    "",
  ];
  const answer = await sendRaw(gateway.apiPort, false, head.join("\r\n"), 150);
  return { request: app.received.join("").slice(before), answer };
}

test("of the client's headers, those for one hop go no further", async () => {
  const { request, answer } = await exchange([
    "Connection: close, X-Mine, TE, Upgrade, HTTP2-Settings",
    "X-Mine: 1",
    "Keep-Alive: timeout=5",
    "Proxy-Authorization: Basic c2VjcmV0",
    "Proxy-Connection: keep-alive",
    "TE: trailers, deflate",
    "Trailer: X-Sum",
    "Upgrade: h2c",
    "HTTP2-Settings: AAMAAABkAAQAAP__",
    "X-Yours: 2",
  ]);
  expect(answer).toMatch(/^HTTP\/1\.1 200/);
  const names = request.split("\r\n").map((line) => line.split(":", 1)[0]?.toLowerCase());
  for (const name of [
    "x-mine",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "trailer",
    "upgrade",
    "http2-settings",
  ]) {
    expect(names).not.toContain(name);
  }
  expect(request).toContain("\r\nConnection: keep-alive\r\n");
  expect(request).toContain("\r\nX-Yours: 2\r\n");
  expect(request).toContain("\r\nTE: trailers\r\n");
});

test("of the app's headers, those for one hop go no further", async () => {
  const { answer } = await exchange([]);
  for (const name of ["X-Once", "timeout=77", "Proxy-Authenticate", "Upgrade", "Trailer"])
    expect(answer).not.toContain(name);
  expect(answer).toContain("\r\nX-Kept: 1\r\n");
});

test("a list of a thousand names in Connection is only a long header", async () => {
  const { request } = await exchange([
    `Connection: ${Array.from({ length: 1000 }, (_, index) => `a${index}`).join(",")}, host, x-forwarded-for`,
    "A5: x",
  ]);
  expect(request).not.toMatch(/\r\nA5:/);
  expect(request).toMatch(/\r\nHost: /i);
  expect(request).toMatch(/\r\nX-Forwarded-For: /);
});

test("hostile answers cannot begin another header or answer", async () => {
  const lines = ["X-A: b\rX-Evil: 1", "X-A: b\x00X-Evil: 1", "X-A : b", " folded: 1", "X-A\tB: c", ": x", "X-Evil"];
  const bad = await startRawApp((socket, request) => {
    const index = Number(/\/apps\/bad\/(\d+)/.exec(request)?.[1] ?? 0);
    socket.write(Buffer.from(plainAnswer("ok", lines[index] as string), "latin1"));
  });
  await gateway.addRoute("bad", bad.url, { skipHealthCheck: true, publicAccess: true });
  for (const index of lines.keys()) {
    const answer = await gateway.apps("GET", `/apps/bad/${index}`);
    expect([lines[index], answer.status]).toEqual([lines[index], 502]);
    expect(answer.headers).not.toHaveProperty("x-evil");
  }
});
