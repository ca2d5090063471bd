// Only programs of the gateway's own user are local: not another user's, and not a connection that was closed before it
// was looked at, whose row in the kernel's table names user 0 (CWE-290, CWE-367).
import { beforeAll, describe, expect, test } from "vitest";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { otherUser, runAs } from "../harness/other-user.ts";

const user = otherUser();

const ASK = `
  const [port, method, path, body] = process.argv.slice(-4);
  const outgoing = require("node:https").request({ host: "127.0.0.1", port, method, path, agent: false,
    headers: { host: "localhost:" + port, ...(body ? { "content-type": "application/json" } : {}) } }, (incoming) => {
    console.log(incoming.statusCode);
    process.exit();
  });
  outgoing.end(body);
`;

/** Sends many changes and closes each connection in the moment in which the request is out. */
const CLOSE = `
  const [port, method, path, body] = process.argv.slice(-4);
  const head = method + " " + path + " HTTP/1.1\\r\\nHost: localhost:" + port + "\\r\\nContent-Type: application/json\\r\\nContent-Length: " + body.length + "\\r\\n\\r\\n";
  let left = 60;
  for (let i = 0; i < 60; i++) {
    const socket = require("node:tls").connect({ port, host: "127.0.0.1" }, () => {
      socket.write(head + body, () => i % 2 ? socket.destroy() : socket.end());
    });
    socket.on("error", () => {}).on("close", () => --left || console.log("done"));
    socket.resume();
  }
`;

describe.runIf(user !== undefined)("programs of two users", () => {
  let gateway: Gateway;
  const route = (appId: string) => JSON.stringify({ appId, to: "http://127.0.0.1:9" });

  beforeAll(async () => {
    gateway = await startGateway({ config: { auth: { local_access: true } } });
  });

  const ask = (who: typeof user, method: string, path: string, body = "") =>
    runAs(who, ASK, String(gateway.apiPort), method, path, body);

  test("ours is local, the other's is not", () => {
    expect(ask(undefined, "GET", "/api/v1/apps")).toBe("200");
    expect(ask(user, "GET", "/api/v1/apps")).toBe("401");
    expect(ask(user, "GET", "/apps/nothing/")).toBe("401");
    expect(ask(user, "PUT", "/api/v1/routes/theirs", route("theirs"))).toBe("401");
    expect(ask(undefined, "PUT", "/api/v1/routes/ours", route("ours"))).toBe("200");
  });

  test("a change whose sender has already left is not taken for ours", async () => {
    expect(runAs(user, CLOSE, String(gateway.apiPort), "PUT", "/api/v1/routes/hasty", route("hasty"))).toBe("done");
    // Answered after all that came before: the core takes requests in turn, and by then every connection is judged.
    expect(ask(undefined, "GET", "/api/v1/apps")).toBe("200");
    const routes = (await gateway.admin("GET", "/api/v1/routes")).json as { routeId: string }[];
    expect(routes.map(({ routeId }) => routeId)).toEqual(["ours"]);
  });
});
