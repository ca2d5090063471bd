// Icons and health checks reach the route's own host and port and nothing else, whatever an app answers; what may never
// be an upstream is refused when the route is made, and not contacted when it is tested (CWE-918).
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { whenDone } from "../harness/cleanup.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

/** A server that remembers what it was asked. */
async function listen(answer: RequestListener): Promise<{ url: string; port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((req, res) => {
    asked.push(`${req.method} ${req.url}`);
    answer(req, res);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  whenDone(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, asked };
}

/** Something on this machine that must never hear from the gateway. */
const victim = () => listen((_, res) => res.setHeader("content-type", "image/png").end(PNG));
const icon = (gateway: Gateway, appId: string) => gateway.admin("GET", `/api/v1/apps/${appId}/favicon`);
const config = { health_checks: { interval: "1s", timeout: "1s" } };

test("redirects, links and settings lead icons and health checks nowhere else", async () => {
  const [gateway, secret] = await Promise.all([startGateway({ config }), victim()]);
  const targets = [
    `${secret.url}/redirected`,
    `http://localhost:${secret.port}/redirected`,
    `//127.0.0.1:${secret.port}/redirected`,
    `http://[::ffff:127.0.0.1]:${secret.port}/redirected`,
    "http://169.254.169.254/latest/meta-data/",
    `https://127.0.0.1:${gateway.apiPort}/metrics`,
    "file:///etc/passwd",
    "unix:/var/run/docker.sock:/info",
  ];
  for (const [number, target] of targets.entries()) {
    const redirecting = await listen((_, res) => res.writeHead(302, { location: target }).end());
    const linking = await listen((req, res) => {
      if (req.url !== "/") return void res.writeHead(404).end();
      res.setHeader("content-type", "text/html");
      res.end(`<base href="${target}"><link rel="icon" href="${target}"><link rel="icon" href="x.png">`);
    });
    for (const [kind, app] of Object.entries({ redirecting, linking })) {
      const id = `${kind}${number}`;
      await gateway.addRoute(id, app.url, { stripPrefix: true, icon: `${secret.url}/set` });
      expect([target, kind, (await icon(gateway, id)).status]).toEqual([target, kind, 404]);
      expect(app.asked.length).toBeGreaterThan(0);
    }
  }
  const health = async () =>
    ((await gateway.admin("GET", "/api/v1/services/redirecting0/health")).json as { status: string }).status;
  // A redirect is an answer: the app is up.
  await expect.poll(health, { timeout: 10_000 }).toBe("healthy");
  expect(secret.asked).toEqual([]);
});

test("an icon on the app's own host and port is found, also behind a redirect there", async () => {
  const gateway = await startGateway({ config: { health_checks: { enabled: false } } });
  const app = await listen((req, res) => {
    if (req.url === "/favicon.ico") res.writeHead(302, { location: "/real.png" }).end();
    else if (req.url === "/real.png") res.setHeader("content-type", "text/html").end(PNG);
    else res.writeHead(404).end();
  });
  await gateway.addRoute("app", app.url, { stripPrefix: true });
  const answer = await icon(gateway, "app");
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({ "content-type": "image/png", "x-content-type-options": "nosniff" });
  expect(app.asked).toEqual(["GET /favicon.ico", "GET /real.png"]);

  const refusedTargets = [
    "http://169.254.169.254/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://224.0.0.1/",
    "http://0.0.0.0/",
    "http://255.255.255.255/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://127.1/",
    "http://user:pass@127.0.0.1/",
    "unix:/var/run/docker.sock",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    `https://127.0.0.1:${gateway.apiPort}`,
    `https://localhost:${gateway.appsPort}`,
    `http://[::1]:${gateway.apiPort}`,
    `http://[::ffff:127.0.0.1]:${gateway.apiPort}`,
  ];
  for (const to of refusedTargets) {
    const answer = await gateway.admin("PUT", "/api/v1/routes/bad", { appId: "bad", to });
    expect([to, answer.json]).toMatchObject([to, { error: { code: "VALIDATION_FAILED", details: [{ path: "to" }] } }]);
    // The connection test draws the same line: what can be read is reported as not allowed, the rest refused alike.
    const tested = await gateway.admin("POST", "/api/v1/routes/test", {
      to,
      websocket: true,
      insecureSkipVerify: true,
    });
    const steps = ["failed", "skipped", "skipped", "skipped", "skipped"].map((status) => ({ status }));
    if (tested.status === 200)
      expect([to, tested.json]).toMatchObject([to, { verdict: "not-allowed", ok: false, steps }]);
    else expect([to, tested.status, tested.json]).toEqual([to, 400, answer.json]);
  }
});

test("a connection test reports where a redirect leads and does not go there", async () => {
  const [gateway, secret] = await Promise.all([
    startGateway({ config: { health_checks: { enabled: false } } }),
    victim(),
  ]);
  for (const location of [
    `${secret.url}/redirected`,
    `//127.0.0.1:${secret.port}/`,
    "http://169.254.169.254/",
    "file:///etc/passwd",
  ]) {
    const redirecting = await listen((_, res) => res.writeHead(302, { location }).end());
    const answer = await gateway.admin("POST", "/api/v1/routes/test", { to: redirecting.url, websocket: true });
    expect(answer.json).toMatchObject({ verdict: "redirects", ok: false, location });
    expect(redirecting.asked).toEqual(["GET /"]);
  }
  expect(secret.asked).toEqual([]);
});
