// What a request may be at most before anything is decided: larger ones are refused and never buffered (CWE-400, CWE-770).
import { beforeAll, expect, test } from "vitest";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { sendRaw } from "../harness/request.ts";

let gateway: Gateway;
let app: EchoApp;

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
  await gateway.addRoute("echo", app.url, { publicAccess: true, stripPrefix: true });
});

const line = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost:${gateway.apiPort}\r\n`;

test("sizes: a long target, a large header, many headers", async () => {
  const ask = async (head: string) => {
    const text = await sendRaw(gateway.appsPort, true, `${head}\r\n`);
    const error = JSON.parse(text.slice(text.indexOf("\r\n\r\n"))) as { error: { code: string } };
    expect(text).toMatch(/\r\nX-API-Version: /);
    return `${/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]} ${error.error.code}`;
  };
  expect(await ask(line(`/apps/echo/${"a".repeat(9000)}`))).toBe("414 URI_TOO_LONG");
  expect(await ask(line(`/apps/echo/${"a".repeat(40_000)}`))).toBe("414 URI_TOO_LONG");
  expect(await ask(`${line("/apps/echo/")}A: ${"a".repeat(40_000)}\r\n`)).toBe("431 HEADERS_TOO_LARGE");
  expect(await ask(line("/apps/echo/") + Array.from({ length: 250 }, (_, index) => `A${index}: b\r\n`).join(""))).toBe(
    "431 HEADERS_TOO_LARGE",
  );
  const fits = `${line(`/apps/echo/${"a".repeat(8000)}`)}A: ${"a".repeat(4_000)}\r\n${Array.from({ length: 150 }, (_, index) => `A${index}: b\r\n`).join("")}\r\n`;
  expect(await sendRaw(gateway.appsPort, true, fits)).toMatch(/^HTTP\/1\.1 200 /);
});
