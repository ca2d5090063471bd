// The path that policy saw is the path that the app receives, byte for byte, or the request is refused (CWE-22, CWE-444;
// the classes of CVE-2021-41773, CVE-2019-9901, CVE-2021-29492, CVE-2021-32779 and the `..;/` family).
import { beforeAll, expect, test } from "vitest";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { bearer } from "../harness/people.ts";
import { randomPaths } from "../harness/random-paths.ts";
import { plainAnswer, type RawApp, startRawApp } from "../harness/raw-app.ts";
import { sendRaw } from "../harness/request.ts";

let gateway: Gateway;
let open: RawApp;
let inner: RawApp;
let authorization: string;

beforeAll(async () => {
  const start = (name: string) =>
    startRawApp((socket, request) => void socket.write(plainAnswer(`${name} ${request.split("\r\n", 1)[0]}`)));
  [gateway, open, inner] = await Promise.all([startGateway({ insecureHttp: true }), start("open"), start("inner")]);
  await gateway.addRoute("open", open.url, { publicAccess: true, pathBase: "/apps/open/", skipHealthCheck: true });
  await gateway.addRoute("inner", inner.url, {
    appId: "open",
    pathBase: "/apps/open/admin/",
    scopes: ["access:inner"],
    skipHealthCheck: true,
  });
  await gateway.addRoute("strip", open.url, { publicAccess: true, stripPrefix: true, skipHealthCheck: true });
  ({ authorization } = await bearer(gateway));
});

/** Sends a target as it is and tells what came of it: what the app received, or the status of the refusal. */
async function ask(target: string, more = ""): Promise<string> {
  const head = `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${gateway.apiPort}\r\nConnection: close\r\n${more}\r\n`;
  const text = await sendRaw(gateway.appsPort, false, Buffer.from(head, "latin1"), 3000);
  const status = /^HTTP\/1\.1 (\d+)/.exec(text)?.[1];
  const answers = text.split("HTTP/1.1 ").length - 1;
  expect(answers, target).toBe(1);
  return status === "200" ? (text.split("\r\n\r\n")[1] as string) : `refused ${status}`;
}

test("random targets: what the app receives is what was sent", async () => {
  const paths = randomPaths(250);
  let passed = 0;
  for (const path of paths) {
    const sent = `/apps/open/${path}`;
    const got = await ask(sent);
    if (got.startsWith("refused")) {
      expect(["refused 400", "refused 401", "refused 301"], sent).toContain(got);
      continue;
    }
    expect(got, sent).toBe(`open GET ${sent} HTTP/1.1`);
    passed++;
    const stripped = await ask(`/apps/strip/${path}`);
    expect(stripped, sent).toBe(`open GET /${path} HTTP/1.1`);
  }
  expect(passed).toBeGreaterThan(20);
});

test.each([
  "/apps/open/../../api/v1/admin/info",
  "/apps/open/%2e%2e/%2e%2e/api/v1/admin/info",
  "/apps/open/..%2f..%2fapi/v1/admin/info",
  "/apps/open/..;/..;/api/v1/admin/info",
  "/apps/open/.;/admin/",
  "/apps/open/..\\..\\api",
  "/apps/open/%5c..%5c..",
  "/apps/open/x/..%5cadmin/",
  "/apps/open/admin%2f",
  "/apps/open/%61dmin/",
  "/apps/open//admin/",
  "/apps/open/ADMIN/",
  "/apps/open/admin;x/",
  "/apps/open/;x/admin/",
  "/apps/open%2fadmin/",
  "/apps/open%00/",
  "/apps/open/x%00",
  "/apps/open/x\tHTTP/1.1",
  "/apps/open/x#/../admin/",
  "http://127.0.0.1:1/apps/open/",
  "http://evil.example/apps/open/",
  "http:/apps/open/",
  "apps/open/",
  "/./apps/open/",
  "/%2e/apps/open/",
])("refused, and no app hears of it: %j", async (target) => {
  const before = [open, inner].map(({ received }) => received.length);
  expect(await ask(target)).toMatch(/^refused (400|401|404)$/);
  expect([open, inner].map(({ received }) => received.length)).toEqual(before);
});

const UPGRADE =
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

test("the handshake of a WebSocket carries the path as it was sent, never decoded", async () => {
  await gateway.addRoute("sockets", open.url, { publicAccess: true, websocket: true, skipHealthCheck: true });
  // An app that answers instead of switching shows what it was asked for.
  for (const path of ["a%20b?c=%0d%0aX-Evil:%201", "group%2fproject", "%C3%A9"]) {
    expect(await ask(`/apps/sockets/${path}`, UPGRADE)).toBe(`open GET /apps/sockets/${path} HTTP/1.1`);
    expect(open.received.at(-1)).toMatch(/\r\nUpgrade: websocket\r\n/);
    expect(open.received.at(-1)).not.toMatch(/\r\nX-Evil/);
  }
  const before = open.received.join("");
  for (const path of ["%0d%0aX-Evil:%201", "..%2f..%2fapi", "a%00"]) {
    expect(await ask(`/apps/sockets/${path}`, UPGRADE)).toBe("refused 400");
  }
  expect(open.received.join("")).toBe(before);
});

test("the route below another keeps its own rule", async () => {
  expect(await ask("/apps/open/x")).toBe("open GET /apps/open/x HTTP/1.1");
  expect(await ask("/apps/open/admin/x")).toBe("refused 401");
  expect(await ask("/apps/open/admin/x", `Authorization: ${authorization}\r\n`)).toBe(
    "inner GET /apps/open/admin/x HTTP/1.1",
  );
});

test("what apps depend on passes unchanged", async () => {
  for (const path of [
    "group%2fproject",
    "a%252e%252e/b",
    "%C3%A9%20+",
    "a//b",
    "a;v=1/b",
    ".well-known/x",
    "?p=/../%00",
    "?dir=C:\\Films|^`{}",
    "a%5cb",
  ]) {
    expect(await ask(`/apps/strip/${path}`)).toBe(`open GET /${path} HTTP/1.1`);
  }
  const port = gateway.apiPort;
  expect(await ask(`http://127.0.0.1:${port}/apps/strip/a?b`)).toBe("open GET /a?b HTTP/1.1");
});
