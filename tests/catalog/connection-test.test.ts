// The connection test against real servers: each way in which an address can be wrong is told apart, and says what to do.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer as createHttp, type IncomingHttpHeaders, type RequestListener } from "node:http";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from "node:net";
import { join } from "node:path";
import type { connectionTest } from "@nekzus/contract";
import { beforeAll, expect, test } from "vitest";
import type { z } from "zod";
import { makeSelfSigned, type TestCertificate } from "../../gateway/src/core/catalog/test-certificate.ts";
import { whenDone } from "../harness/cleanup.ts";
import { makeFolder } from "../harness/folder.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, bearer } from "../harness/people.ts";

type Report = z.output<typeof connectionTest.ConnectionReport>;

let gateway: Gateway;
/** Three tests of one caller may run at a time: each test here is somebody else. */
let people = 0;
let trusted: TestCertificate;
let selfSigned: TestCertificate;

beforeAll(async () => {
  [trusted, selfSigned] = await Promise.all([
    makeSelfSigned("CN=Trusted at home", "localhost"),
    makeSelfSigned("CN=Printer,O=Basement", "printer.home"),
  ]);
  const authorities = join(makeFolder("nekzus-authorities-"), "authorities.pem");
  writeFileSync(authorities, trusted.cert);
  gateway = await startGateway({ env: { NODE_EXTRA_CA_CERTS: authorities } });
});

async function listening(server: Server): Promise<number> {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => open.add(socket.on("error", () => {})));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  whenDone(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

const http = async (answer: RequestListener) => `http://127.0.0.1:${await listening(createHttp(answer))}`;
const https = (certificate: TestCertificate, answer: RequestListener = (_, res) => res.end("hello")) =>
  listening(createHttps(certificate, answer));
/** A server of bytes: what it says when something came. */
const tcp = async (answer: (socket: Socket, text: string) => void) =>
  `http://127.0.0.1:${await listening(createTcp((socket) => socket.on("data", (data) => answer(socket, data.toString("latin1")))))}`;
const status = (code: number, headers: Record<string, string> = {}) =>
  http((_, res) => void res.writeHead(code, headers).end());

/** Tests addresses as an administrator who has tested nothing before. */
async function tester(): Promise<(to: string, more?: Record<string, unknown>) => Promise<Report>> {
  const person = await addPerson(gateway, `tester${people++}`, { role: "admin" });
  const headers = await bearer(gateway, person);
  return async (to, more = {}) => {
    const answer = await gateway.api("POST", "/api/v1/routes/test", { body: { to, ...more }, headers });
    if (answer.status !== 200) throw new Error(`the test of ${to} answered ${answer.status}: ${answer.text}`);
    return answer.json as Report;
  };
}

const statuses = ({ steps }: Report) => steps.map(({ status }) => status).join(" ");

test("a service that is well: what was seen of it, and that nothing of the caller was shown to it", async () => {
  const seen: IncomingHttpHeaders[] = [];
  const to = await http((req, res) => {
    seen.push(req.headers);
    res.setHeader("content-type", "text/html; charset=utf-8");
    res.end(`<!doctype html><html><title>Photos &amp;\n <b>more</b></title>${"x".repeat(200_000)}`);
  });
  const report = await (await tester())(to);
  expect(report).toMatchObject({
    verdict: "good",
    ok: true,
    url: `${to}/`,
    upstreamClass: "host",
    addresses: ["127.0.0.1"],
    httpStatus: 200,
    title: "Photos & <b>more</b>",
  });
  expect(statuses(report)).toBe("skipped passed skipped passed skipped");
  expect(report.totalMs).toBeLessThan(3000);
  expect(seen).toHaveLength(1);
  // What the edge sends for somebody without cookies: apps that are particular about it must be so here too.
  expect(seen[0]).toMatchObject({
    host: `127.0.0.1:${gateway.appsPort}`,
    "x-forwarded-proto": "https",
    "x-forwarded-for": "127.0.0.1",
  });
  expect(JSON.stringify(seen)).not.toMatch(/authorization|cookie|proof|bearer/i);
});

test("closed port, wrong host, bad certificate, 404, 401, slow: each has its verdict and its advice", async () => {
  const testIt = await tester();
  const closed = createTcp();
  const closedPort = await listening(closed);
  await new Promise((done) => closed.close(done));
  const slow = await http((_, res) => void setTimeout(() => res.end("at last"), 3200));
  const slowly = testIt(slow);

  const refused = await testIt(`http://127.0.0.1:${closedPort}`);
  expect(refused).toMatchObject({ verdict: "refused", ok: false });
  expect(statuses(refused)).toBe("skipped failed skipped skipped skipped");
  expect(refused.message).toContain(String(closedPort));
  expect(refused.advice).toMatch(/container.*127\.0\.0\.1/);

  const unknown = await testIt("http://no-such-host.invalid:3000");
  expect(unknown).toMatchObject({ verdict: "unknown-host", ok: false, addresses: [] });
  expect(unknown.message).toContain("no-such-host.invalid");

  const printer = `https://127.0.0.1:${await https(selfSigned)}`;
  const bad = await testIt(printer);
  expect(bad).toMatchObject({ verdict: "bad-certificate", ok: false });
  expect(bad.certificate).toMatchObject({
    subject: "CN=Printer, O=Basement",
    issuer: "CN=Printer, O=Basement",
    names: ["printer.home"],
    validTo: "2035-06-01T00:00:00.000Z",
    trusted: false,
    problem: expect.stringMatching(/self-signed/),
  });
  expect(bad.advice).toMatch(/Printer.*printer\.home.*2035-06-01.*accept any certificate/);
  expect(bad).not.toHaveProperty("httpStatus");
  const accepted = await testIt(printer, { insecureSkipVerify: true });
  expect(accepted).toMatchObject({ verdict: "good", ok: true, certificate: { trusted: false } });
  expect(statuses(accepted)).toBe("skipped passed warned passed skipped");

  expect(await testIt(await status(404))).toMatchObject({ verdict: "not-found", ok: false, httpStatus: 404 });
  expect(await testIt(await status(401))).toMatchObject({ verdict: "needs-sign-in", ok: true, httpStatus: 401 });

  const late = await slowly;
  expect(late).toMatchObject({ verdict: "slow", ok: true, httpStatus: 200 });
  expect(late.message).toMatch(/3\.[2-9] s/);
  expect(late.steps[3]).toMatchObject({ name: "http", status: "warned" });
});

test("certificates: one that is trusted, and one that is for another name", async () => {
  const testIt = await tester();
  const port = await https(trusted);
  const good = await testIt(`https://localhost:${port}`);
  expect(good).toMatchObject({ verdict: "good", certificate: { trusted: true, names: ["localhost"] } });
  expect(statuses(good)).toMatch(/^(passed|warned) (passed|warned) passed passed skipped$/);
  const misnamed = await testIt(`https://127.0.0.1:${port}`);
  expect(misnamed).toMatchObject({
    verdict: "bad-certificate",
    certificate: { problem: expect.stringMatching(/not for 127\.0\.0\.1.*localhost/) },
  });
});

test("what is no web page at all, or speaks the other scheme", async () => {
  const testIt = await tester();
  const plain = await http((_, res) => void res.end("hello"));
  const swapped = await testIt(plain.replace("http:", "https:"));
  expect(swapped).toMatchObject({ verdict: "tls-on-plain-port", ok: false });
  expect(swapped.advice).toContain(plain);
  const port = await https(selfSigned);
  const unencrypted = await testIt(`http://127.0.0.1:${port}/base`);
  expect(unencrypted).toMatchObject({ verdict: "plain-http-on-tls-port", ok: false });
  expect(unencrypted.advice).toContain(`https://127.0.0.1:${port}/base`);

  expect(await testIt(await tcp((socket) => socket.end("what do you want?\n")))).toMatchObject({ verdict: "not-http" });
  const ssh = await testIt(await tcp((socket) => socket.end("SSH-2.0-OpenSSH_10.0\r\n")));
  expect(ssh).toMatchObject({ verdict: "not-http", message: expect.stringMatching(/SSH/) });
  expect(await testIt(await tcp((socket) => socket.end()))).toMatchObject({ verdict: "closed-early" });
  const half = await tcp((socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Le"));
  expect(await testIt(half)).toMatchObject({ verdict: "closed-early" });
  // A TLS alert, fatal: handshake_failure (RFC 8446, section 6).
  const alert = await tcp((socket) => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 40])));
  expect(await testIt(alert.replace("http:", "https:"))).toMatchObject({
    verdict: "tls-failed",
    message: expect.stringMatching(/encrypt/),
  });
});

test("statuses: refused, failed, and redirects that are told and not followed", async () => {
  const testIt = await tester();
  const visits: string[] = [];
  const elsewhere = await http((req, res) => {
    visits.push(req.url ?? "");
    res.end("never");
  });
  const stay = await status(302, { location: "/login" });
  expect(await testIt(stay)).toMatchObject({ verdict: "redirects", ok: true, httpStatus: 302, location: "/login" });
  expect(await testIt(stay, { pathBase: "/apps/x/" })).toMatchObject({ verdict: "redirects", ok: false });
  expect(await testIt(stay, { pathBase: "/apps/x/", stripPrefix: true })).toMatchObject({ ok: true });
  const away = await testIt(await status(301, { location: `${elsewhere}/there` }));
  expect(away).toMatchObject({ verdict: "redirects", ok: false, location: `${elsewhere}/there` });
  expect(visits).toEqual([]);

  const host = `127.0.0.1:${gateway.appsPort}`;
  const particular = await testIt(await status(400));
  expect(particular).toMatchObject({ verdict: "client-error", ok: false });
  expect(particular.advice).toContain(host);
  expect(await testIt(await status(403))).toMatchObject({ verdict: "needs-sign-in", ok: false });
  expect(await testIt(await status(407))).toMatchObject({ verdict: "needs-sign-in", ok: false });
  expect(await testIt(await status(503))).toMatchObject({
    verdict: "server-error",
    ok: false,
    advice: expect.stringMatching(/starting/),
  });
  expect(await testIt(await status(500))).toMatchObject({
    verdict: "server-error",
    ok: false,
    advice: expect.stringMatching(/log/),
  });
});

test("the path that is asked: as a visitor would, as the health check would", async () => {
  const testIt = await tester();
  const asked: string[] = [];
  const to = await http((req, res) => {
    asked.push(`${req.headers.host} ${req.url}`);
    res.end();
  });
  const own = to.slice("http://".length);
  const theirs = `127.0.0.1:${gateway.appsPort}`;
  await testIt(`${to}/base/`);
  await testIt(to, { pathBase: "/apps/x" });
  await testIt(to, { pathBase: "/apps/x/", stripPrefix: true, preserveHost: false });
  await testIt(`${to}/base`, { healthCheckPath: "/health?full=1" });
  expect(asked).toEqual([`${theirs} /base/`, `${theirs} /apps/x/`, `${own} /`, `${theirs} /health?full=1`]);
});

test("WebSockets: taken, not taken at this path, and answered with something else", async () => {
  const testIt = await tester();
  const origins: unknown[] = [];
  const server = (accept: (key: string) => string) => {
    const made = createHttp((_, res) => void res.end("a page"));
    made.on("upgrade", (req, socket) => {
      origins.push(req.headers.origin);
      const key = accept(String(req.headers["sec-websocket-key"]));
      socket.end(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
      );
    });
    return listening(made).then((port) => `http://127.0.0.1:${port}`);
  };
  const right = (key: string) =>
    createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  const taken = await testIt(await server(right), { websocket: true });
  expect(taken).toMatchObject({ verdict: "good", ok: true, message: expect.stringMatching(/WebSockets/) });
  expect(statuses(taken)).toBe("skipped passed skipped passed passed");
  expect(origins).toEqual([`https://127.0.0.1:${gateway.appsPort}`]);

  const pageOnly = await testIt(await http((_, res) => void res.end("a page")), { websocket: true });
  expect(pageOnly).toMatchObject({
    verdict: "websocket-refused",
    ok: true,
    advice: expect.stringMatching(/path of their own/),
  });
  expect(statuses(pageOnly)).toBe("skipped passed skipped passed warned");

  const wrong = await testIt(await server(() => right("another key")), { websocket: true });
  expect(wrong).toMatchObject({ verdict: "websocket-refused", ok: false });
  expect(statuses(wrong)).toBe("skipped passed skipped passed failed");
});
