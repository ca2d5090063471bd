// What happens to one route, to one user or to the gateway itself is not felt by the streams of another; what happens
// to their own is felt at once.
import { readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { connect, createServer as createTlsServer, type PeerCertificate } from "node:tls";
import { catalog } from "@nekzus/contract";
import { beforeAll, expect, test, vi } from "vitest";
import { makeAuthority } from "../../gateway/src/kit/test-authority.ts";
import { whenDone } from "../harness/cleanup.ts";
import { eventually } from "../harness/eventually.ts";
import { makeFolder } from "../harness/folder.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, bearer, type Person, setPassword } from "../harness/people.ts";
import { enterApp, startSession } from "../harness/session.ts";
import { type LongStream, openStreams, openWay, startStreamApp, textOf, type Way } from "./long-streams.ts";

// A process starts again in here, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const ROUTE = { stripPrefix: true, websocket: true, skipHealthCheck: true };

let gateway: Gateway;
let app: Awaited<ReturnType<typeof startStreamApp>>;
let folder: string;
let authority: Awaited<ReturnType<typeof makeAuthority>>;
let streams: LongStream[];

beforeAll(async () => {
  folder = makeFolder("nekzus-streams-");
  authority = await makeAuthority("streams");
  await writeCertificate();
  const server = { tls_cert: join(folder, "cert.pem"), tls_key: join(folder, "key.pem") };
  [gateway, app] = await Promise.all([startGateway({ config: { server } }), startStreamApp()]);
  await gateway.addRoute("a", app.url, ROUTE);
  await gateway.addRoute("b", app.url, ROUTE);
  const anna = await addPerson(gateway, "anna", { apps: ["a"] });
  const ways = await waysOf(anna, "a");
  streams = (await Promise.all(ways.map((way) => openStreams(way, "/apps/a/")))).flat();
  expect(streams).toHaveLength(21);
});

async function writeCertificate(): Promise<void> {
  const { cert, key } = await authority.issue("localhost", "127.0.0.1");
  writeFileSync(join(folder, "cert.pem"), cert);
  writeFileSync(join(folder, "key.pem"), key, { mode: 0o600 });
}

/** Every way of a person to an app: both listeners, both versions of HTTP, by token and, where it counts, by cookie. */
async function waysOf(person: Person, appId: string): Promise<Way[]> {
  const token = await bearer(gateway, person);
  const cookie = await enterApp(gateway, await startSession(gateway, person), appId);
  const ways: Way[] = [];
  for (const http2 of [false, true]) {
    const version = http2 ? "HTTP/2" : "HTTP/1.1";
    ways.push({ name: `API, ${version}, token`, port: gateway.apiPort, http2, headers: token });
    ways.push({ name: `apps, ${version}, token`, port: gateway.appsPort, http2, headers: token });
    const headers = { cookie, "sec-fetch-site": "same-origin" };
    ways.push({ name: `apps, ${version}, cookie`, port: gateway.appsPort, http2, headers });
  }
  return ways;
}

/** Fails unless all streams are open, right, and move on from here. */
async function expectAllGoOn(): Promise<void> {
  const before = streams.map((stream) => stream.progress());
  const standing = () =>
    streams.filter((stream, at) => stream.progress() <= (before[at] as number)).map(({ name }) => name);
  await eventually("all streams go on", () => standing().length === 0, 3_000).catch(() => {});
  expect(standing()).toEqual([]);
  expect(streams.filter((stream) => !stream.open()).map(({ name }) => name)).toEqual([]);
  expect(streams.filter((stream) => !stream.intact()).map(({ name }) => name)).toEqual([]);
}

async function put(routeId: string, change: Record<string, unknown>): Promise<void> {
  const answer = await gateway.admin("PUT", `/api/v1/routes/${routeId}`, {
    appId: routeId,
    to: app.url,
    ...ROUTE,
    ...change,
  });
  expect([change, answer.status, answer.text]).toEqual([change, 200, expect.anything()]);
}

test("changing any option of another route", async () => {
  const changes: Record<string, unknown> = {
    appId: "b",
    pathBase: "/apps/b/below/",
    to: "http://127.0.0.1:9",
    containerId: "c0ffee",
    scopes: ["access:other"],
    publicAccess: true,
    sensitive: true,
    websocket: false,
    stripPrefix: false,
    stripResponseCookies: true,
    rewriteCookiePaths: true,
    rewriteHTML: true,
    persistCookies: true,
    routingMode: "path",
    subdomain: "other",
    excludePaths: ["/raw"],
    healthCheckPath: "/health",
    healthCheckTimeout: "1s",
    healthCheckInterval: "10s",
    expectedStatusCodes: [204],
    skipHealthCheck: false,
    healthGate: true,
    timeout: "1s",
    idleTimeout: "1s",
    insecureSkipVerify: true,
    caFile: join(folder, "cert.pem"),
    serverName: "other.example",
    preserveHost: false,
    identityHeaders: true,
    removeResponseHeaders: ["server"],
    connectTimeout: "1s",
    maxBodyBytes: 1000,
    setRequestHeaders: { "X-Set": "1" },
    removeRequestHeaders: ["accept-language"],
    setResponseHeaders: { "X-Set": "1" },
    allowNetworks: ["192.0.2.0/24"],
    denyNetworks: ["127.0.0.0/8"],
    rateLimit: { perMinute: 1, burst: 1 },
    cache: { enabled: true, ttl: "1m", maxBytes: 100_000 },
    maintenance: true,
    maintenanceMessage: "Back soon.",
    enabled: false,
  };
  expect(Object.keys(changes).toSorted()).toEqual(Object.keys(catalog.RouteFields.shape).toSorted());
  for (const [option, value] of Object.entries(changes)) {
    const secure = option === "caFile" || option === "serverName" || option === "insecureSkipVerify";
    await put("b", { [option]: value, ...(secure ? { to: "https://127.0.0.1:9" } : {}) });
  }
  await expectAllGoOn();
});

test("another route that is dead, speaks no TLS, shows a certificate of nobody or swallows everything", async () => {
  const hole = createServer((socket) => socket.on("error", () => {}).resume());
  await new Promise<void>((done) => hole.listen(0, "127.0.0.1", done));
  whenDone(() => hole.close());
  const nowhere = `http://127.0.0.1:${(hole.address() as AddressInfo).port}`;
  const strange = createTlsServer(await authority.issue("127.0.0.1"), (socket) => socket.end());
  await new Promise<void>((done) => strange.listen(0, "127.0.0.1", done));
  whenDone(() => strange.close());
  for (const [to, status] of [
    ["http://127.0.0.1:9", 502],
    [app.url.replace("http:", "https:"), 502],
    [`https://127.0.0.1:${(strange.address() as AddressInfo).port}`, 502],
    [nowhere, 504],
  ] as const) {
    await put("b", { to, timeout: "200ms" });
    const headers = await bearer(gateway);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => gateway.api("GET", "/apps/b/", { headers }).then((answer) => answer.status)),
    );
    expect([to, new Set(answers)]).toEqual([to, new Set([status])]);
  }
  await expectAllGoOn();
});

type File = Record<string, Record<string, unknown>>;

/** Changes the configuration file and waits until it is in force. */
async function reload(change: (file: File) => File): Promise<void> {
  const before = gateway.output().length;
  const file = JSON.parse(readFileSync(gateway.configFile, "utf8")) as File;
  writeFileSync(gateway.configFile, JSON.stringify(change(file)));
  gateway.process.kill("SIGHUP");
  await eventually("the configuration is in force", () =>
    gateway.output().slice(before).includes("configuration reloaded"),
  );
}

test("routes that come and go, a reload of everything, and another access log", async () => {
  for (let i = 0; i < 5; i++) {
    await gateway.addRoute(`new-${i}`, app.url, ROUTE);
    expect((await gateway.admin("DELETE", `/api/v1/routes/new-${i}`)).status).toBeLessThan(300);
  }
  await reload((file) => ({
    ...file,
    server: { ...file.server, allowed_hosts: ["home.example"], base_domain: "home.example" },
    upstreams: { max_connections: 1, max_websockets: 1 },
    metrics: { enabled: false },
  }));
  for (const access_log of [{ output: "off" }, { output: "stdout" }, { output: "file", file: "logs/other.log" }]) {
    await reload((file) => ({ ...file, access_log }));
  }
  await reload((file) => ({ ...file, upstreams: {} }));
  await expectAllGoOn();
});

/** The certificate that a new connection sees. */
function certificateNow(port: number): Promise<PeerCertificate> {
  return new Promise((done, fail) => {
    const socket = connect({ port, host: "127.0.0.1", ca: authority.caPem }, () => {
      done(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.once("error", fail);
  });
}

test("another certificate, which new connections see", async () => {
  const ports = [gateway.apiPort, gateway.appsPort];
  const before = await Promise.all(ports.map(certificateNow));
  await writeCertificate();
  await reload((file) => ({ ...file, server: { ...file.server, allowed_hosts: ["home.example", "new.example"] } }));
  await eventually("new connections see it", async () => {
    const now = await Promise.all(ports.map(certificateNow));
    return now.every(({ fingerprint256 }, at) => fingerprint256 !== before[at]?.fingerprint256);
  });
  await expectAllGoOn();
});

test("a core that is killed and starts again, and another user who may no longer", async () => {
  const berta = await addPerson(gateway, "berta", { apps: ["a"] });
  const [core] = gateway.children().core;
  process.kill(core as number, "SIGKILL");
  await expectAllGoOn();
  await eventually("the next core answers", async () => {
    const answer = await gateway.admin("GET", "/api/v1/apps").catch(() => undefined);
    return answer?.status === 200;
  });
  await expectAllGoOn();
  const [way] = await waysOf(berta, "a");
  const hers = await openStreams(way as Way, "/apps/a/");
  await setPassword(gateway, "berta", "another password");
  await eventually("hers end", () => hers.every((stream) => !stream.open()), 1_000);
  await expectAllGoOn();
});

test("in the end no byte of any stream is lost", async () => {
  await expectAllGoOn();
  const lost = await Promise.all(streams.map((stream) => stream.finish()));
  expect(lost.filter((fault) => fault !== undefined)).toEqual([]);
});

/** Streams of a new person on a new route, by every way. */
async function openNew(name: string): Promise<{ person: Person; ways: Way[]; opened: LongStream[] }> {
  await gateway.addRoute(name, app.url, ROUTE);
  const person = await addPerson(gateway, `user-of-${name}`, { apps: [name] });
  const ways = await waysOf(person, name);
  const opened = (await Promise.all(ways.map((way) => openStreams(way, `/apps/${name}/`)))).flat();
  expect(opened).toHaveLength(21);
  return { person, ways, opened };
}

const stillOpen = (opened: LongStream[]) => opened.filter((stream) => stream.open()).map(({ name }) => name);

async function expectEnded(opened: LongStream[]): Promise<void> {
  await eventually("they end", () => !stillOpen(opened).length, 1_000).catch(() => {});
  expect(stillOpen(opened)).toEqual([]);
}

test("its own route removed: what streams is cut, what waits for its answer is told so", async () => {
  const { ways, opened } = await openNew("gone");
  const downloads = opened.filter(({ name }) => !name.startsWith("upload"));
  const before = app.waiting();
  const asked = ways.flatMap((way) => {
    const ask = openWay(way);
    const [get, post] = [ask("GET", "/apps/gone/slow"), ask("POST", "/apps/gone/slow")];
    get.outgoing.end();
    post.outgoing.write("the beginning of a body");
    return [get, post].map(async ({ incoming }) => {
      const answer = await incoming;
      return { status: answer.status, body: JSON.parse(await textOf(answer)) };
    });
  });
  await eventually("all wait", () => app.waiting() === before + asked.length);
  expect((await gateway.admin("DELETE", "/api/v1/routes/gone")).status).toBeLessThan(300);
  for (const answer of await Promise.all(asked)) {
    expect(answer).toMatchObject({ status: 404, body: { error: { code: "NOT_FOUND" } } });
  }
  await expectEnded(downloads);
  await eventually("the app has nothing left to do", () => app.waiting() === before, 1_000);
});

test("its own user may no longer: all is cut", async () => {
  const { person, opened } = await openNew("revoked");
  await setPassword(gateway, person.username, "another password");
  await expectEnded(opened);
});

test("its own scope taken away: all is cut, and those of others go on", async () => {
  const { opened } = await openNew("narrowed");
  const [way] = (await waysOf({ username: "admin", password: "correct horse battery" }, "narrowed")) as [Way];
  const others = await openStreams(way, "/apps/narrowed/");
  await put("narrowed", { scopes: ["access:other"] });
  await expectEnded(opened);
  expect(stillOpen(others)).toHaveLength(others.length);
});
