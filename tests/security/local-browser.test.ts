// A browser is never local, by whatever name it came: no page can act as the owner of the machine
// (CWE-352, CWE-346; DNS rebinding, the class of CVE-2018-5702; "0.0.0.0 day").
import { beforeAll, expect, test } from "vitest";
import { type Gateway, startGateway } from "../harness/gateway.ts";

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({
    config: { auth: { local_access: true }, server: { allowed_hosts: ["rebound.example"] } },
  });
});

const ask = async (
  headers: Record<string, string>,
  options: { method?: string; body?: unknown; host?: string } = {},
) => {
  const { method = "GET", body, host } = options;
  const all = { host: `localhost:${gateway.apiPort}`, ...headers };
  const path = method === "GET" ? "/api/v1/apps" : "/api/v1/routes/a";
  return (await gateway.api(method, path, { headers: all, body, ...(host === undefined ? {} : { host }) })).status;
};

test("a program on this machine is local: the test would notice", async () => {
  expect(await ask({})).toBe(200);
  expect(await ask({ host: `127.0.0.1:${gateway.apiPort}` })).toBe(200);
});

const BROWSER: Record<string, string>[] = [
  { origin: "https://evil.example" },
  { origin: "null" },
  { origin: "" },
  { referer: "https://evil.example/" },
  { cookie: "a=1" },
  { "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "none" },
  { "sec-fetch-mode": "no-cors" },
  { "sec-fetch-dest": "image" },
  { "sec-ch-ua": '"Chromium"' },
];
const FORWARDED = [
  "via",
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
  "cf-connecting-ip",
  "x_forwarded_for",
  "tailscale-user-login",
];

test.each([...BROWSER, ...FORWARDED.map((name) => ({ [name]: "127.0.0.1" }))])("not local with %j", async (headers) => {
  expect(await ask(headers)).toBe(401);
  expect(await ask(headers, { method: "PUT", body: { appId: "a", to: "http://127.0.0.1:9" } })).toBe(401);
});

test.each(["rebound.example", "0.0.0.0", "127.0.0.2", "[::ffff:127.0.0.1]", "192.168.1.1", "localhost"])(
  "not local as %s",
  async (name) => {
    const port = name === "localhost" ? 80 : gateway.apiPort;
    expect(await ask({ host: `${name}:${port}` })).toBe(401);
  },
);

test.each(["evil.example", "localhost.evil.example", "localtest.me", "127.0.0.1.nip.io"])(
  "refused as %s",
  async (name) => {
    expect(await ask({ host: `${name}:${gateway.apiPort}` })).toBe(421);
  },
);

test("not local by the other end's address", async () => {
  // Linux reaches a listener of 127.0.0.1 also from any other address of 127/8, so only 0.0.0.0 as a target is left.
  expect(await ask({ host: `0.0.0.0:${gateway.apiPort}` }, { host: "0.0.0.0" })).toBe(401);
});

test("who shows a credential is judged by it alone", async () => {
  expect(await ask({ authorization: "Bearer nonsense" })).toBe(401);
  expect(await ask({ "x-api-key": "nonsense" })).toBe(401);
  expect(
    (await gateway.api("GET", "/api/v1/apps", { headers: { host: `localhost:${gateway.apiPort}`, authorization: "" } }))
      .status,
  ).toBe(401);
});
