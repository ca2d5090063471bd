// A route leads to a socket in the file system only within the folder that was configured for that, and only an
// administrator leads it there: never to the container engine's, nor to our own (CWE-918, CWE-441, CWE-59).
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { whenDone } from "../harness/cleanup.ts";
import { eventually } from "../harness/eventually.ts";
import { makeFolder } from "../harness/folder.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, bearer } from "../harness/people.ts";

let gateway: Gateway;
let headers: { authorization: string };
let folder: string;
let outside: string;

beforeAll(async () => {
  const root = makeFolder("nekzus-sockets-");
  [folder, outside] = [join(root, "apps"), join(root, "outside")];
  mkdirSync(folder);
  mkdirSync(outside);
  gateway = await startGateway({
    insecureHttp: true,
    config: { upstreams: { unix_folder: folder }, health_checks: { interval: "1s" } },
  });
  headers = await bearer(gateway);
});

/** An app on a socket, which tells what it was asked. */
async function startApp(path: string, name: string): Promise<void> {
  const server = createServer((req, res) => {
    if (req.url === "/favicon.ico") return void res.end(Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"));
    res.end(`${name} ${req.headers.host} ${req.url}`);
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => socket.on("message", (data) => socket.send(`${name} heard ${data}`)));
  await new Promise<void>((done) => server.listen(path, done));
  whenDone(() => {
    for (const client of sockets.clients) client.terminate();
    server.close();
    server.closeAllConnections();
  });
}

const visit = (path: string) => gateway.api("GET", path, { headers });
const refusedTo = { error: { code: "VALIDATION_FAILED", details: [{ path: "to", reason: expect.any(String) }] } };

test.each([
  "unix:/var/run/docker.sock",
  "UNIX:/var/run/docker.sock",
  "unix:///var/run/docker.sock",
  "http+unix:///var/run/docker.sock",
  "http://unix:/var/run/docker.sock:/",
  "http://unix%3A%2Fvar%2Frun%2Fdocker.sock/",
  "http:///var/run/docker.sock",
  "npipe:////./pipe/docker_engine",
  "file:///var/run/docker.sock",
  "/var/run/docker.sock",
])("%s is no upstream", async (to) => {
  const answer = await gateway.admin("PUT", "/api/v1/routes/socket", { appId: "socket", to, publicAccess: true });
  expect(answer.status).toBe(400);
  expect(answer.json).toMatchObject(refusedTo);
  expect((await gateway.api("GET", "/apps/socket/")).status).not.toBe(200);
});

test("an app on a socket of the folder is reached by visitors, WebSockets, health checks, icons and tests", async () => {
  await startApp(join(folder, "app.sock"), "app");
  const to = `unix:${folder}/app.sock`;
  await gateway.addRoute("app", `${to}:/base`, { stripPrefix: true, preserveHost: false, websocket: true });
  expect((await visit("/apps/app/page?a=b")).text).toBe("app localhost /base/page?a=b");
  await gateway.addRoute("icon", to, { stripPrefix: true });
  expect((await gateway.admin("GET", "/api/v1/apps/icon/favicon")).status).toBe(200);
  const tested = await gateway.admin("POST", "/api/v1/routes/test", { to, websocket: true });
  expect(tested.json).toMatchObject({ verdict: "good", upstreamClass: "host", url: `unix:${folder}/app.sock:/` });

  const socket = new WebSocket(`ws://127.0.0.1:${gateway.apiPort}/apps/app/live`, { headers });
  whenDone(() => socket.terminate());
  socket.on("open", () => socket.send("hello"));
  expect(await new Promise((done) => socket.once("message", (data) => done(String(data))))).toBe("app heard hello");
  const health = async () => (await gateway.admin("GET", "/api/v1/services/app/health")).json;
  await eventually("it is healthy", async () => ((await health()) as { status: string }).status === "healthy");
});

test("a member cannot lead a route to a socket, nor ask by a test what sockets there are", async () => {
  const member = await bearer(gateway, await addPerson(gateway, "anna", { apps: ["app"] }));
  const to = `unix:${folder}/app.sock`;
  const ask = (method: string, path: string, body: unknown) => gateway.api(method, path, { body, headers: member });
  for (const answer of [
    await ask("PUT", "/api/v1/routes/theirs", { appId: "theirs", to }),
    await ask("POST", "/api/v1/routes/test", { to }),
    await ask("PATCH", "/api/v1/routes/app", { to: "http://192.168.1.5" }),
  ])
    expect(answer.status).toBe(403);
});

test("links and other names lead out of the folder neither when a route is saved nor when it is used", async () => {
  await startApp(join(outside, "secret.sock"), "secret");
  symlinkSync(join(outside, "secret.sock"), join(folder, "link.sock"));
  symlinkSync(outside, join(folder, "linked"));
  const paths = [
    join(folder, "link.sock"),
    join(folder, "linked/secret.sock"),
    `${folder}/../outside/secret.sock`,
    `${folder}//app.sock`,
    join(folder, "docker.sock"),
    join(outside, "secret.sock"),
  ];
  for (const path of paths) {
    const answer = await gateway.admin("PUT", "/api/v1/routes/out", { appId: "out", to: `unix:${path}` });
    expect([path, answer.status, answer.json]).toMatchObject([path, 400, refusedTo]);
  }

  // Saved while it was harmless, and exchanged afterwards: looked at again for each connection.
  await startApp(join(folder, "moved.sock"), "moved");
  await gateway.addRoute("moved", `unix:${folder}/moved.sock`, { skipHealthCheck: true });
  rmSync(join(folder, "moved.sock"));
  const gone = await visit("/apps/moved/");
  expect([gone.status, gone.json]).toMatchObject([502, { error: { message: expect.stringContaining("running") } }]);
  symlinkSync(join(outside, "secret.sock"), join(folder, "moved.sock"));
  const moved = await visit("/apps/moved/");
  expect([moved.status, moved.text]).toEqual([502, expect.not.stringContaining("secret")]);
});

test("the folder can be changed while the gateway runs, and never leads to the gateway's own sockets", async () => {
  const { socket } = JSON.parse(readFileSync(join(gateway.dataFolder, "control.json"), "utf8")) as { socket: string };
  const runtime = dirname(socket);
  await startApp(join(outside, "wide.sock"), "wide");
  const file = JSON.parse(readFileSync(gateway.configFile, "utf8"));
  writeFileSync(gateway.configFile, JSON.stringify({ ...file, upstreams: { unix_folder: dirname(runtime) } }));
  gateway.process.kill("SIGHUP");
  const put = (path: string) => gateway.admin("PUT", "/api/v1/routes/wide", { appId: "wide", to: `unix:${path}` });
  await eventually("the new folder counts", async () => (await put(join(outside, "wide.sock"))).status === 200);
  for (const path of [socket, join(runtime, "core")])
    expect([path, (await put(path)).json]).toMatchObject([
      path,
      { error: { details: [{ path: "to", reason: expect.stringContaining("gateway itself") }] } },
    ]);
  expect((await visit("/apps/wide/")).text).toMatch(/^wide/);

  writeFileSync(gateway.configFile, JSON.stringify({ ...file, upstreams: {} }));
  gateway.process.kill("SIGHUP");
  // A connection that is kept belongs to the old rules, and is closed with them.
  await eventually("without a folder nothing is reached", async () => (await visit("/apps/wide/")).status === 502);
});
