// A route never leads back into the gateway or on to a machine that nobody approved (CWE-918, CWE-674; DNS rebinding of
// upstreams, the class of CVE-2021-22175 and CVE-2023-27163). How each connection's addresses
// are judged is tested beside the edge's connector.
import { createServer, request as requestPlain } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { beforeAll, expect, test } from "vitest";
import { whenDone } from "../harness/cleanup.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { bearer } from "../harness/people.ts";
import { plainAnswer, startRawApp } from "../harness/raw-app.ts";

let gateway: Gateway;
let headers: { authorization: string };

beforeAll(async () => {
  gateway = await startGateway({ insecureHttp: true });
  headers = await bearer(gateway);
});

test("a route to one of our own listeners is refused, when it is made or when it is used", async () => {
  const addresses = ["127.0.0.1", "127.9.9.9", "localhost", "[::1]"];
  for (const list of Object.values(networkInterfaces()))
    for (const { address, family } of list ?? []) if (family === "IPv4") addresses.push(address);
  for (const port of [gateway.apiPort, gateway.appsPort]) {
    for (const address of addresses) {
      const made = await gateway.admin("PUT", "/api/v1/routes/self", {
        appId: "self",
        to: `http://${address}:${port}`,
        publicAccess: true,
      });
      if (made.status !== 200) {
        expect([address, made.status]).toEqual([address, 400]);
        continue;
      }
      const used = await gateway.apps("GET", "/apps/self/");
      expect([address, used.status, (used.json as { error: { code: string } }).error.code]).toEqual([
        address,
        502,
        "BAD_GATEWAY",
      ]);
    }
  }
});

test("an app that passes requests back to the gateway is found out after one round", async () => {
  let rounds = 0;
  const proxy = createServer((req, res) => {
    rounds++;
    const onward = requestPlain(
      {
        host: "127.0.0.1",
        port: gateway.apiPort,
        path: req.url,
        method: req.method,
        headers: { ...req.headers, ...headers },
      },
      (answer) => {
        res.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(res);
      },
    );
    onward.on("error", () => res.destroy());
    req.pipe(onward);
  });
  await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
  whenDone(() => proxy.closeAllConnections());
  whenDone(() => proxy.close());
  await gateway.addRoute("loop", `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, {
    skipHealthCheck: true,
  });
  const answer = await gateway.api("GET", "/apps/loop/", { headers });
  expect(answer.status).toBe(508);
  expect(answer.json).toMatchObject({ error: { code: "LOOP_DETECTED" } });
  expect(rounds).toBe(1);
});

test("a loop over other gateways is found out too", async () => {
  const app = await startRawApp(
    (socket, request) => void socket.write(plainAnswer(/^X-Nekzus-Hop: (.*)$/im.exec(request)?.[1] ?? "")),
  );
  await gateway.addRoute("chain", app.url, { skipHealthCheck: true });
  const hop = async (value: string) =>
    await gateway.api("GET", "/apps/chain/", { headers: { ...headers, "x-nekzus-hop": value } });
  const own = (await gateway.api("GET", "/apps/chain/", { headers })).text;
  expect(own).toMatch(/^nkz_/);
  // Each gateway adds itself, so that the first one knows itself again.
  expect((await hop("nkz_other")).text).toBe(`nkz_other, ${own}`);
  expect((await hop(`${own}, nkz_other`)).status).toBe(508);
  expect((await hop(Array.from({ length: 60 }, (_, index) => `nkz_gateway${index}`).join(", "))).status).toBe(508);
});

test("when an app moves to another port its route is not followed to whoever listens there now", async () => {
  const first = await startRawApp((socket) => void socket.write(plainAnswer("first")));
  await gateway.addRoute("moved", first.url, { skipHealthCheck: true });
  expect((await gateway.api("GET", "/apps/moved/", { headers })).text).toBe("first");
  first.close();
  await eventually(
    "the kept connection is gone",
    async () => (await gateway.api("GET", "/apps/moved/", { headers })).status === 502,
    2000,
  );
});
