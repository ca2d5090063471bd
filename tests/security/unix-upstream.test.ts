// No route leads to a socket in the file system: not the container engine's, not our own (CWE-918, CWE-441).
import { beforeAll, expect, test } from "vitest";
import { type Gateway, startGateway } from "../harness/gateway.ts";

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({ insecureHttp: true });
});

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
  expect(answer.json).toMatchObject({
    error: { code: "VALIDATION_FAILED", details: [{ path: "to", reason: expect.any(String) }] },
  });
  expect((await gateway.api("GET", "/apps/socket/")).status).not.toBe(200);
});
