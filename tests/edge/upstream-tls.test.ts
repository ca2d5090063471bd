// The certificate of an https app is verified, by exactly what its own route says (20 §11.2).
import { writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { beforeAll, expect, test } from "vitest";
import { makeAuthority } from "../../gateway/src/kit/test-authority.ts";
import { whenDone } from "../harness/cleanup.ts";
import { eventually } from "../harness/eventually.ts";
import { makeFolder } from "../harness/folder.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { bearer } from "../harness/people.ts";

let gateway: Gateway;
let headers: { authorization: string };
let caFile: string;
/** An app whose certificate an authority at home issued, one of a well-known authority, and one that vouches for itself. */
let apps: Record<"home" | "world", App>;
const [home, world] = await Promise.all([makeAuthority("Home"), makeAuthority("World")]);

type App = { port: number; connections: { resumed: boolean; name: TLSSocket["servername"] }[] };

async function startApp(certificate: { cert: string; key: string }): Promise<App> {
  const connections: App["connections"] = [];
  const server = createServer(certificate, (_, res) => res.setHeader("connection", "close").end("hello"));
  server.on("secureConnection", (socket: TLSSocket) =>
    connections.push({ resumed: socket.isSessionReused(), name: socket.servername }),
  );
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  whenDone(() => void server.close());
  return { port: (server.address() as AddressInfo).port, connections };
}

beforeAll(async () => {
  const folder = makeFolder("nekzus-authorities-");
  const wellKnown = join(folder, "world.pem");
  caFile = join(folder, "home.pem");
  writeFileSync(wellKnown, world.caPem);
  writeFileSync(caFile, home.caPem);
  const started = startGateway({
    config: { health_checks: { interval: "1s" } },
    env: { NODE_EXTRA_CA_CERTS: wellKnown },
  });
  const [atHome, inWorld] = await Promise.all([
    home.issue("nas.home.example", "localhost").then(startApp),
    world.issue("localhost").then(startApp),
  ]);
  apps = { home: atHome, world: inWorld };
  gateway = await started;
  headers = await bearer(gateway);
});

const urlOf = (app: App, host = "localhost") => `https://${host}:${app.port}`;

/** What a visitor gets of a route with these options: the status, and of a refusal the reason. */
async function visit(id: string, to: string, options: Record<string, unknown> = {}): Promise<unknown> {
  await gateway.addRoute(id, to, { skipHealthCheck: true, ...options });
  return again(id);
}

async function again(id: string): Promise<unknown> {
  const answer = await gateway.api("GET", `/apps/${id}/`, { headers });
  if (answer.status === 200) return answer.text;
  const { code, message } = (answer.json as { error: { code: string; message: string } }).error;
  expect([code, message]).toEqual(["BAD_GATEWAY", expect.stringMatching(/certificate is not trusted/)]);
  return answer.status;
}

test("without options a certificate must come from a well-known authority and carry the name of the address", async () => {
  expect(await visit("known", urlOf(apps.world))).toBe("hello");
  expect(await visit("wrong-name", urlOf(apps.world, "127.0.0.1"))).toBe(502);
  expect(await visit("unknown", urlOf(apps.home))).toBe(502);
  expect(await visit("careless", urlOf(apps.home), { insecureSkipVerify: true })).toBe("hello");
});

test("a file of authorities counts for its own route, and alone", async () => {
  expect(await visit("own", urlOf(apps.home), { caFile })).toBe("hello");
  expect(await again("own")).toBe("hello");
  expect(apps.home.connections.at(-1)).toMatchObject({ resumed: true, name: "localhost" });
  // Neither the connections nor the trust of that route serve others.
  expect(await visit("other", urlOf(apps.home))).toBe(502);
  expect(await visit("alone", urlOf(apps.world), { caFile })).toBe(502);
});

test("the name in the certificate may be another than that of the address", async () => {
  expect(await visit("by-address", urlOf(apps.home, "127.0.0.1"), { caFile })).toBe(502);
  const serverName = "nas.home.example";
  expect(await visit("by-name", urlOf(apps.home, "127.0.0.1"), { caFile, serverName })).toBe("hello");
  expect(apps.home.connections.at(-1)).toMatchObject({ name: serverName });
  expect(await visit("by-wrong-name", urlOf(apps.home), { caFile, serverName: "other.example" })).toBe(502);
});

test("connection test and health check judge as the edge does", async () => {
  const judged = async (options: Record<string, unknown>) => {
    const answer = await gateway.admin("POST", "/api/v1/routes/test", { to: urlOf(apps.home), ...options });
    return (answer.json as { verdict: string }).verdict;
  };
  expect(await judged({})).toBe("bad-certificate");
  expect(await judged({ caFile })).toBe("good");
  expect(await judged({ caFile, serverName: "other.example" })).toBe("bad-certificate");
  await gateway.addRoute("checked", urlOf(apps.home), { caFile });
  const health = async () =>
    ((await gateway.admin("GET", "/api/v1/services/checked/health")).json as { status: string }).status;
  await eventually("the app is healthy", async () => (await health()) === "healthy");
});

test("a file that cannot be used is refused when it is named, and read again at a reload", async () => {
  const put = (file: string) =>
    gateway.admin("PUT", "/api/v1/routes/bad", { appId: "bad", to: urlOf(apps.home), caFile: file });
  for (const file of ["relative.pem", `${caFile}.missing`, gateway.configFile]) {
    const answer = await put(file);
    expect([file, answer.status, answer.json]).toMatchObject([file, 400, { error: { details: [{ path: "caFile" }] } }]);
  }
  await gateway.addRoute("reloaded", urlOf(apps.home), { caFile, skipHealthCheck: true });
  expect(await again("reloaded")).toBe("hello");
  writeFileSync(caFile, world.caPem);
  gateway.process.kill("SIGHUP");
  await eventually("the new file counts", async () => (await again("reloaded")) === 502);
});
