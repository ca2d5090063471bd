// Behind a proxy that ends TLS, phones and people get what they get without one, each is known by their own address,
// and nobody can choose it (CWE-290, CWE-348). The other tests of this folder that the project "behind nginx" of
// vitest.config.ts names run through it as well.
import { beforeAll, describe, expect, test } from "vitest";
import { pinOf } from "../../gateway/src/core/certificates/pins.ts";
import { startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { type Front, nginxFront } from "../harness/nginx-front.ts";
import { addPerson } from "../harness/people.ts";
import { ask, bearerOf, pairingCode, pairingState, redeem } from "../harness/phone.ts";
import { enterApp, startSession } from "../harness/session.ts";
import { requires } from "../lab.ts";

describe.runIf(requires("tools"))("behind nginx as a trusted proxy", () => {
  for (const [name, insecureHttp] of [
    ["", false],
    [", the gateway itself without TLS", true],
  ] as const) {
    describe(`visitors come over TLS${name}`, () => {
      let gateway: Gateway;
      let front: Front;

      beforeAll(async () => {
        const app = await startEchoApp();
        front = await nginxFront();
        gateway = await startGateway({ front, insecureHttp });
        await gateway.addRoute("echo", app.url, { stripPrefix: true });
      });

      test("a phone is told the certificate that it sees, is shown with its own address, and is let in and out", async () => {
        const { id, code } = await pairingCode(gateway);
        const fetched = (await redeem(gateway, code, { localAddress: "127.0.0.7" })).json as Record<string, unknown>;
        expect(fetched).toMatchObject({
          baseUrl: `https://127.0.0.1:${gateway.apiPort}`,
          spkiPins: [pinOf(front.certificate)],
        });
        const joining = ask(gateway, fetched.bootstrapToken as string, "phone", { localAddress: "127.0.0.7" });
        await eventually("it asks", async () => (await pairingState(gateway, id)).state === "asking");
        const { device } = await pairingState(gateway, id);
        expect(device).toMatchObject({ address: "127.0.0.7", phrase: fetched.phrase });
        await gateway.admin("POST", `/api/v1/pairings/${id}/approve`, { phrase: device?.phrase });
        const headers = bearerOf(await joining);
        expect((await gateway.apps("GET", "/apps/echo/", { headers })).status).toBe(200);
        await gateway.admin("DELETE", "/api/v1/devices/phone");
        expect((await gateway.apps("GET", "/apps/echo/", { headers })).status).toBe(401);
      });

      test("wrong codes make wait who tries them, whatever address they claim, and nobody else", async () => {
        const { code } = await pairingCode(gateway);
        const wrong = (at: string, claimed: string) =>
          redeem(gateway, "AAAA-AAAA", {
            localAddress: at,
            headers: { "x-pairing-request": "true", "x-forwarded-for": claimed },
          });
        const statuses = [];
        for (let n = 1; n <= 7; n++) statuses.push((await wrong("127.1.0.8", `203.0.113.${n}`)).status);
        expect(statuses.at(-1)).toBe(429);
        expect((await redeem(gateway, code, { localAddress: "127.2.0.9" })).status).toBe(200);
      });

      test("a browser's cookies are made for TLS and open the app; a page of elsewhere uses none of them", async () => {
        const cora = await addPerson(gateway, "cora", { apps: ["echo"] });
        const session = await startSession(gateway, cora);
        expect(session.cookie).toMatch(/^__(Host|Secure)-/);
        const cookie = await enterApp(gateway, session, "echo");
        expect(cookie).toMatch(/^__(Host|Secure)-/);
        const open = (more: Record<string, string>) =>
          gateway.apps("GET", "/apps/echo/", { headers: { cookie, ...more } });
        expect((await open({})).status).toBe(200);
        const foreign = { ...session.headers, origin: "https://evil.example", "sec-fetch-site": "cross-site" };
        expect((await gateway.api("POST", "/api/v1/auth/logout", { headers: foreign })).status).toBe(403);
      });

      test("failed sign-ins are on record with the address of who failed", async () => {
        const body = { username: "admin", password: "wrong" };
        await gateway.api("POST", "/api/v1/auth/login", { body, localAddress: "127.0.0.44" });
        const { logs } = (await gateway.admin("GET", "/api/v1/audit-logs?success=false")).json as { logs: object[] };
        expect(JSON.stringify(logs)).toContain("127.0.0.44");
      });
    });
  }
});
