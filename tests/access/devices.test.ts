import { get } from "node:https";
import { inflateSync } from "node:zlib";
import { beforeAll, expect, test, vi } from "vitest";
import { runCommand } from "../harness/command.ts";
import { startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { makeFolder } from "../harness/folder.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, bearer, setPassword } from "../harness/people.ts";
import { openEcho, openEvents } from "../harness/streams.ts";

vi.setConfig({ testTimeout: 60_000 });

type Headers = Record<string, string>;
type Listed = { id: string; name: string; status: string; requestsToday: number; lastAddress: string; owner: string };

let gateway: Gateway;
let admin: Headers;
const dataFolder = makeFolder("nekzus-test-");

beforeAll(async () => {
  const app = await startEchoApp();
  gateway = await startGateway({ dataFolder });
  await gateway.addRoute("echo", app.url, { stripPrefix: true, websocket: true });
  await gateway.addRoute("vault", app.url, { sensitive: true });
  admin = await bearer(gateway);
});

/** What a phone does with a code: fetch, pair; answers its headers from then on. */
async function join(code: string, id: string): Promise<Headers> {
  const redeemed = await gateway.api("POST", "/api/v1/pair", {
    headers: { "x-pairing-request": "true" },
    body: { code },
  });
  expect([redeemed.status, redeemed.text]).toEqual([200, expect.stringContaining("bootstrapToken")]);
  const { bootstrapToken, spkiPins, approval } = redeemed.json as {
    bootstrapToken: string;
    spkiPins: string[];
    approval: boolean;
  };
  expect(spkiPins).toEqual([expect.stringMatching(/^sha256\/[A-Za-z0-9+/]{43}=$/)]);
  const joining = gateway.api("POST", "/api/v1/auth/pair", {
    headers: { authorization: `Bearer ${bootstrapToken}` },
    body: { device: { id, model: "Pixel 9", platform: "android" } },
  });
  if (approval) await approve();
  const paired = await joining;
  expect([paired.status, paired.json]).toMatchObject([200, { deviceId: id, expiresIn: 43_200 }]);
  return { authorization: `Bearer ${(paired.json as { accessToken: string }).accessToken}` };
}

let pairingId = "";
/** What a person does on the dashboard when a device asks. */
async function approve(): Promise<void> {
  const path = `/api/v1/pairings/${pairingId}`;
  let phrase = "";
  await eventually("the device asks", async () => {
    const { state, device } = (await gateway.api("GET", path, { headers: admin })).json as {
      state: string;
      device?: { phrase: string };
    };
    phrase = device?.phrase ?? "";
    return state === "asking";
  });
  expect((await gateway.api("POST", `${path}/approve`, { headers: admin, body: { phrase } })).status).toBe(200);
}

async function code(body: object = {}): Promise<string> {
  const made = await gateway.api("POST", "/api/v1/pairings", { headers: admin, body });
  expect(made.status).toBe(201);
  pairingId = (made.json as { id: string }).id;
  return (made.json as { code: string }).code;
}

/** The bytes of a picture. */
function download(path: string): Promise<Buffer> {
  return new Promise((done, fail) => {
    const options = { port: gateway.apiPort, host: "127.0.0.1", path, headers: admin, rejectUnauthorized: false };
    get(options, async (incoming) => {
      expect([incoming.statusCode, incoming.headers["content-type"]]).toEqual([200, "image/png"]);
      done(Buffer.concat(await incoming.toArray()));
    }).on("error", fail);
  });
}

const devices = async (headers = admin) => (await gateway.api("GET", "/api/v1/devices", { headers })).json as Listed[];
const opens = async (headers: Headers) => (await gateway.api("GET", "/apps/echo/", { headers })).status;

test("a phone joins, opens apps, is seen in the list, and its streams end when it is revoked", async () => {
  const phone = await join(await code({ name: "Kitchen" }), "kitchen");
  expect(await opens(phone)).toBe(200);
  const socket = await openEcho(gateway.apiPort, "/apps/echo/ws", phone);
  const events = await openEvents(gateway.apiPort, "/apps/echo/sse", phone);
  expect(await socket.echo("alive")).toBe("alive");
  await eventually("what it asked of apps is counted", async () => {
    const [one] = await devices();
    return one?.requestsToday !== undefined && one.requestsToday >= 3;
  });
  expect(await devices()).toMatchObject([
    { id: "kitchen", name: "Kitchen", status: "online", lastAddress: "127.0.0.1" },
  ]);
  // It sees itself and nobody else's.
  expect(await devices(phone)).toMatchObject([{ id: "kitchen" }]);

  const revoked = await gateway.api("DELETE", "/api/v1/devices/kitchen", { headers: admin });
  expect([revoked.status, revoked.json]).toMatchObject([200, { status: "revoked", deviceId: "kitchen" }]);
  expect(await opens(phone)).toBe(401);
  expect((await gateway.api("GET", "/api/v1/apps", { headers: phone })).status).toBe(401);
  expect((await gateway.api("POST", "/api/v1/auth/refresh", { headers: phone })).status).toBe(401);
  await eventually("its streams have ended", () => !socket.open() && !events.open(), 3000);
  expect(await devices()).toEqual([]);
});

test("a device never may more than its owner, and loses with them", async () => {
  const cora = await addPerson(gateway, "cora", { role: "admin" });
  const hers = await bearer(gateway, cora);
  const made = await gateway.api("POST", "/api/v1/pairings", {
    headers: hers,
    body: { scopes: ["read:*", "access:*"] },
  });
  pairingId = (made.json as { id: string }).id;
  const phone = await join((made.json as { code: string }).code, "coras");
  expect(await opens(phone)).toBe(200);
  expect(await devices()).toMatchObject([{ id: "coras", owner: "cora" }]);
  // A password change signs browsers out; the phone was let in by itself.
  await setPassword(gateway, "cora", "another password");
  expect(await opens(phone)).toBe(200);
  expect((await gateway.api("DELETE", "/api/v1/devices/coras", { headers: phone })).status).toBe(200);
  expect(await opens(phone)).toBe(401);
});

test("the picture of a code is a PNG, and the code says where and with which certificate", async () => {
  const json = await gateway.api("GET", "/api/v1/auth/qr", { headers: admin });
  expect(json.json).toMatchObject({
    qr: {
      u: expect.stringMatching(/^https:\/\//),
      c: expect.stringMatching(/^[A-Z2-9]{8}$/),
      v: expect.stringMatching(/^[0-9a-f]{32}$/),
      p: expect.stringMatching(/^sha256\//),
    },
  });
  const png = await download("/api/v1/auth/qr?format=png");
  const width = png.readUInt32BE(16);
  expect(width).toBeGreaterThanOrEqual(256);
  const start = png.indexOf("IDAT");
  const pixels = inflateSync(png.subarray(start + 4, start + 4 + png.readUInt32BE(start - 4)));
  expect(pixels).toHaveLength((Math.ceil(width / 8) + 1) * width);
  for (const headers of [{}, await bearer(gateway, await addPerson(gateway, "dora"))]) {
    expect([401, 403]).toContain((await gateway.api("GET", "/api/v1/auth/qr", { headers })).status);
  }
});

test("`nekzus pair` draws a code, which a phone can use without anybody's approval", async () => {
  const { code: exit, stdout } = await runCommand(["pair", "--data", dataFolder, "--code-only", "--name", "Hall"]);
  expect(exit).toBe(0);
  await join((JSON.parse(stdout) as { code: string }).code, "hall");
  expect((await devices()).find(({ id }) => id === "hall")).toMatchObject({ name: "Hall" });
});

test("a sensitive app opens for a device that was given it by name, not for one that may open every app", async () => {
  const every = await join(await code({ scopes: ["access:*"] }), "phone-every");
  const named = await join(await code({ scopes: ["access:*", "access:vault"] }), "phone-named");
  const open = async (app: string, headers: Headers) => (await gateway.api("GET", `/apps/${app}/`, { headers })).status;
  expect([await open("echo", every), await open("vault", every)]).toEqual([200, 403]);
  expect([await open("echo", named), await open("vault", named)]).toEqual([200, 200]);
  const { json } = await gateway.api("GET", "/api/v1/apps/vault/access", { headers: admin });
  const { subjects } = json as { subjects: { id: string; allowed: boolean; missing: string[] }[] };
  const judged = (id: string) => subjects.find((subject) => subject.id.endsWith(id));
  expect(judged("phone-every")).toMatchObject({ allowed: false, missing: ["access:vault"] });
  expect(judged("phone-named")).toMatchObject({ allowed: true, missing: [] });
});

test("a paired device survives a restart, with its token and its renewal", async () => {
  const phone = await join(await code(), "tablet");
  expect(await opens(phone)).toBe(200);
  await eventually("its request is counted", async () =>
    (await devices()).some(({ id, requestsToday }) => id === "tablet" && requestsToday === 1),
  );
  await gateway.stop();
  gateway = await startGateway({ dataFolder });
  admin = await bearer(gateway);
  expect((await devices()).find(({ id }) => id === "tablet")).toMatchObject({ requestsToday: 1 });
  expect(await opens(phone)).toBe(200);
  const fresh = await gateway.api("POST", "/api/v1/auth/refresh", { headers: phone });
  expect([fresh.status, fresh.json]).toMatchObject([200, { deviceId: "tablet" }]);
  const renewed = { authorization: `Bearer ${(fresh.json as { accessToken: string }).accessToken}` };
  expect(await opens(renewed)).toBe(200);
  const verified = await gateway.api("GET", "/api/v1/auth/verify", { headers: renewed });
  expect(verified.json).toMatchObject({ valid: true, deviceId: "tablet", expiresAt: expect.any(String) });
});
