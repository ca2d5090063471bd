// The gateway asks the container engine for nothing but what is on its short list, all of it reading (CWE-250, CWE-918).
import { createServer, request } from "node:http";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { whenDone } from "../harness/cleanup.ts";
import { approve, docker, proposed, startContainer, uniqueName } from "../harness/containers.ts";
import { eventually } from "../harness/eventually.ts";
import { makeFolder } from "../harness/folder.ts";
import { startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";

vi.setConfig({ testTimeout: 90_000 });

const ALLOWED = [
  /^GET \/_ping$/,
  /^GET \/v1\.\d+\/containers\/json(\?filters=[^&]*)?$/,
  /^GET \/v1\.\d+\/containers\/[0-9a-f]{12,64}\/json$/,
  /^GET \/v1\.\d+\/events\?filters=[^&]*$/,
];

/** The engine behind a socket of our own, which writes down what it is asked. */
async function startRecorder(): Promise<{ socket: string; asked: string[] }> {
  const socket = join(makeFolder("nekzus-engine-"), "docker.sock");
  const asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    const { method, url: path, headers } = incoming;
    const onward = request({ socketPath: process.env.DOCKER_HOST?.replace("unix://", ""), method, path, headers });
    onward.on("response", (answer) => answer.pipe(outgoing.writeHead(answer.statusCode ?? 502, answer.headers)));
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((done) => server.listen(socket, done));
  whenDone(() => {
    server.close();
    server.closeAllConnections();
  });
  return { socket, asked };
}

describe.runIf(requires("docker"))("the container engine", () => {
  test("is only read, through a whole life of containers and proposals", async () => {
    const engine = await startRecorder();
    const gateway = await startGateway({
      config: { discovery: { enabled: true, docker: { socket_path: `unix://${engine.socket}` } } },
    });
    const [name, other] = [uniqueName("read"), uniqueName("dismissed")];
    await startContainer(name, { "nekzus.enable": "true", "nekzus.app.name": "../../images/json?x=" });
    await startContainer(other, { "nekzus.enable": "true" });
    await approve(gateway, await proposed(gateway, name));
    await gateway.admin("POST", `/api/v1/discovery/proposals/${(await proposed(gateway, other)).id}/dismiss`);
    await gateway.admin("POST", "/api/v1/discovery/rediscover");
    const looks = engine.asked.length;
    await docker("restart", "-t", "0", name);
    await eventually("it looks again", () => engine.asked.length > looks);
    expect(engine.asked.length).toBeGreaterThan(4);
    expect(engine.asked.filter((line) => !ALLOWED.some((allowed) => allowed.test(line)))).toEqual([]);
  });

  test("cannot be reached as an upstream or through a label", async () => {
    const engine = await startRecorder();
    const gateway = await startGateway({
      config: { discovery: { enabled: true, docker: { socket_path: `unix://${engine.socket}` } } },
    });
    for (const to of [`unix://${engine.socket}`, `unix:${engine.socket}`, "unix:///var/run/docker.sock"]) {
      const answer = await gateway.admin("PUT", "/api/v1/routes/engine", { appId: "engine", to });
      expect([to, answer.status]).toEqual([to, 400]);
    }
    expect(engine.asked.filter((line) => !ALLOWED.some((allowed) => allowed.test(line)))).toEqual([]);
  });
});
