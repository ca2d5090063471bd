// Nobody chooses his own address: forwarding headers count only from a trusted proxy (CWE-290, CWE-348; the class of
// CVE-2020-28483 and of every "X-Forwarded-For bypasses the limit").
import { beforeAll, expect, test } from "vitest";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";

let gateway: Gateway;
let app: EchoApp;
/** The tests come from either address of this machine: one is a trusted proxy. */
const PROXY = "127.0.0.2";
const STRANGER = "127.0.0.1";

beforeAll(async () => {
  [gateway, app] = await Promise.all([
    startGateway({
      insecureHttp: true,
      config: { server: { trusted_proxies: [`${PROXY}/32`, "10.0.0.0/8"] }, auth: { local_access: true } },
    }),
    startEchoApp(),
  ]);
  await gateway.addRoute("echo", app.url, { publicAccess: true });
});

/** Which client the app is told of. */
async function told(localAddress: string, headers: Record<string, string | string[]>) {
  const answer = await gateway.apps("GET", "/apps/echo/", { localAddress, headers });
  expect(answer.status).toBe(200);
  const seen = (answer.json as { headers: Record<string, string> }).headers;
  return { client: seen["x-real-ip"], chain: seen["x-forwarded-for"], all: JSON.stringify(seen) };
}

const FORGED = "203.0.113.77";
const HEADERS = [
  "X-Forwarded-For",
  "x-forwarded-for",
  "X_Forwarded_For",
  "X.Forwarded.For",
  "X-Real-IP",
  "X_Real_IP",
  "Forwarded",
  "X-Client-IP",
  "Client-IP",
  "True-Client-IP",
  "CF-Connecting-IP",
  "Fastly-Client-IP",
  "X-Cluster-Client-IP",
  "X-Originating-IP",
  "X-Forwarded",
  "X-Forwarded-By",
  "X-Envoy-External-Address",
  "Fly-Client-IP",
  "X-Original-Forwarded-For",
];
const FORMS = [
  FORGED,
  ` ${FORGED} `,
  `${FORGED}:80`,
  `[::ffff:${FORGED}]`,
  `${FORGED}, 10.0.0.1`,
  `10.0.0.1, ${FORGED}`,
  `for=${FORGED}`,
  `"${FORGED}"`,
  `127.0.0.1, ${FORGED}`,
  `${FORGED},`,
  `,${FORGED}`,
  `unknown, ${FORGED}`,
];

test("a stranger's headers never change what the app is told of him", async () => {
  for (const name of HEADERS) {
    for (const form of name === "X-Forwarded-For" ? FORMS : FORMS.slice(0, 2)) {
      const { client, chain, all } = await told(STRANGER, { [name]: form });
      expect([client, chain], `${name}: ${form}`).toEqual([STRANGER, STRANGER]);
      expect(all, `${name}: ${form}`).not.toContain(FORGED);
    }
  }
  const { client } = await told(STRANGER, {
    "X-Forwarded-For": [FORGED, "127.0.0.1"],
    Connection: "x-real-ip, x-forwarded-for, close",
  });
  expect(client).toBe(STRANGER);
});

test.each([
  [{ "X-Forwarded-For": "198.51.100.4" }, "198.51.100.4"],
  [{ "X-Forwarded-For": `${FORGED}, 198.51.100.4` }, "198.51.100.4"],
  [{ "X-Forwarded-For": `${FORGED}, 198.51.100.4, 10.1.2.3` }, "198.51.100.4"],
  [{ "X-Forwarded-For": [FORGED, "198.51.100.4"] }, "198.51.100.4"],
  [{ "X-Forwarded-For": "2001:DB8::4" }, "2001:db8::4"],
  [{ "X-Forwarded-For": "::ffff:198.51.100.4" }, "198.51.100.4"],
  [{ "X-Forwarded-For": `${FORGED}, unknown` }, PROXY],
  [{ "X-Real-IP": FORGED }, PROXY],
  [{ Forwarded: `for=${FORGED}` }, PROXY],
  [{}, PROXY],
] as [Record<string, string | string[]>, string][])(
  "a trusted proxy says %j: the client is %s",
  async (headers, client) => {
    expect((await told(PROXY, headers)).client).toBe(client);
  },
);

test("the scheme is a trusted proxy's to say, and nobody else's", async () => {
  const proto = async (localAddress: string) => {
    const answer = await gateway.apps("GET", "/apps/echo/", {
      localAddress,
      headers: { "X-Forwarded-Proto": "https" },
    });
    return (answer.json as { headers: Record<string, string> }).headers["x-forwarded-proto"];
  };
  expect(await proto(STRANGER)).toBe("http");
  expect(await proto(PROXY)).toBe("https");
});

test("behind a proxy nobody is local, whatever the configuration asks for", async () => {
  for (const localAddress of [PROXY, STRANGER]) {
    expect(
      (await gateway.api("GET", "/api/v1/apps", { localAddress, headers: { host: `localhost:${gateway.apiPort}` } }))
        .status,
    ).toBe(401);
  }
});
