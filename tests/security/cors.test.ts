// No origin is ever invited: no wildcard, no reflected origin, no answer to a preflight, on our own answers and on
// what the gateway passes on (CWE-942).
import { ENDPOINTS } from "@nekzus/contract";
import { expect, test } from "vitest";
import { call, pathOf, SAMPLE } from "../contract/calls.ts";
import { startEchoApp } from "../harness/echo-app.ts";
import { startGateway } from "../harness/gateway.ts";
import type { Answer } from "../harness/request.ts";
import { enterApp, startSession } from "../harness/session.ts";

const invitations = ({ headers }: Answer) => Object.keys(headers).filter((name) => name.startsWith("access-control-"));

test("nothing invites a foreign origin", async () => {
  const [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
  await gateway.addRoute(SAMPLE, app.url, { stripPrefix: true });
  const session = await startSession(gateway);
  const bearer = { authorization: `Bearer ${await gateway.signIn()}` };
  const cookie = await enterApp(gateway, session, SAMPLE);
  const origins = ["https://evil.example", "null", `https://127.0.0.1:${gateway.appsPort}`];

  for (const origin of origins) {
    const preflight = {
      method: "OPTIONS",
      body: undefined,
      headers: {
        origin,
        "access-control-request-method": "PUT",
        "access-control-request-headers": "authorization,x-nekzus-proof,content-type",
        "access-control-request-private-network": "true",
      },
    };
    for (const endpoint of ENDPOINTS) {
      const asked = await call(gateway, endpoint, { headers: { ...bearer, origin }, body: undefined });
      const before = await call(gateway, endpoint, preflight);
      expect([pathOf(endpoint), before.status, invitations(before), invitations(asked)]).toEqual([
        pathOf(endpoint),
        405,
        [],
        [],
      ]);
      // Signing out is one of them.
      if (endpoint.id === "auth.logout") bearer.authorization = `Bearer ${await gateway.signIn()}`;
      if (endpoint.method === "DELETE") await gateway.addRoute(SAMPLE, app.url, { stripPrefix: true });
    }
    for (const path of [`/apps/${SAMPLE}/`, "/apps/absent/", `/apps/${SAMPLE}`, "/absent"]) {
      for (const ask of [gateway.api, gateway.apps]) {
        const answers = [
          await ask("GET", path, { headers: { origin } }),
          await ask("GET", path, { headers: { origin, cookie } }),
          await ask("GET", path, { headers: { origin, ...bearer } }),
          await ask("OPTIONS", path, preflight),
        ];
        expect([path, answers.flatMap(invitations)]).toEqual([path, []]);
        expect(answers[3]?.status).toBeGreaterThanOrEqual(400);
      }
    }
  }
});
