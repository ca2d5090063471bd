import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../kit/clock.ts";
import { createLogger } from "../../../kit/log.ts";
import { createVirtualClock } from "../../../kit/virtual-clock.ts";
import { createDockerEngine, type DockerEngine, dockerSocket, isReadable, parseSocket } from "./engine.ts";

const log = createLogger("test", "silent");
const ID = "ab".repeat(32);

let folder: string;
let server: Server;
let engine: DockerEngine;
let asked: string[];
let theirVersion: string;
/** What the engine of a test answers to everything but the ping. */
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nekzus-engine-"));
  asked = [];
  theirVersion = "1.41";
  answer = (_request, response) => response.end("[]");
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url !== "/_ping") return answer(request, response);
    response.setHeader("Api-Version", theirVersion);
    response.end("OK");
  });
  await new Promise<void>((resolve) => server.listen(join(folder, "engine.sock"), resolve));
  engine = createDockerEngine({ socket: `unix://${folder}/engine.sock`, clock: systemClock, log });
});

afterEach(async () => {
  await engine.close();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

test("the smaller API version is spoken, by numbers and not by letters", async () => {
  await engine.listContainers();
  expect(asked).toEqual(["GET /_ping", "GET /v1.41/containers/json"]);

  theirVersion = "1.9";
  const old = createDockerEngine({ socket: engine.socket, clock: systemClock, log });
  expect(await old.apiVersion()).toBe("1.9");
  theirVersion = "9.99";
  const young = createDockerEngine({ socket: engine.socket, clock: systemClock, log });
  expect(await young.apiVersion()).toMatch(/^1\.\d+$/);
  await Promise.all([old.close(), young.close()]);
});

test("after a failure the version is asked for again: the engine may have been replaced", async () => {
  await engine.listContainers();
  theirVersion = "1.24";
  answer = (_request, response) => response.writeHead(400).end("client version 1.41 is too new");
  await expect(engine.listContainers()).rejects.toThrow("client version 1.41 is too new");
  answer = (_request, response) => response.end("[]");
  await engine.listContainers();
  expect(asked.at(-1)).toBe("GET /v1.24/containers/json");
});

test("containers are listed by label and read with their addresses and ports", async () => {
  answer = (request, response) => {
    const isList = request.url?.includes("/containers/json");
    const list = [{ Id: ID, Names: ["/web"], Labels: null }];
    const item = {
      Id: ID,
      Name: "/web",
      State: { Status: "running", Running: true },
      Config: { Image: "nginx:1", Labels: { "nekzus.enable": "true" }, ExposedPorts: { "80/tcp": {}, "53/udp": {} } },
      HostConfig: { NetworkMode: "bridge", Privileged: true },
      Mounts: [
        { Type: "bind", Source: "/srv/music", Destination: "/music", RW: false },
        { Type: "volume", Name: "data", Source: "/var/lib/docker/volumes/data/_data", RW: true },
      ],
      NetworkSettings: {
        Networks: { bridge: { IPAddress: "172.17.0.2", Gateway: "172.17.0.1", GlobalIPv6Address: "" }, none: null },
        Ports: {
          "80/tcp": [{ HostIp: "0.0.0.0", HostPort: "8080" }],
          "443/tcp": null,
          "53/udp": [{ HostIp: "", HostPort: "53" }],
        },
      },
    };
    response.end(JSON.stringify(isList ? list : item));
  };
  expect(await engine.listContainers({ label: "nekzus.enable" })).toEqual([{ id: ID, name: "web" }]);
  const query = new URL(asked.at(-1)?.split(" ")[1] ?? "", "http://x").searchParams.get("filters");
  expect(JSON.parse(query ?? "")).toEqual({ label: ["nekzus.enable"] });
  expect(await engine.inspectContainer(ID)).toEqual({
    id: ID,
    name: "web",
    image: "nginx:1",
    labels: new Map([["nekzus.enable", "true"]]),
    status: "running",
    networkMode: "bridge",
    networks: [{ name: "bridge", address: "172.17.0.2", gateway: "172.17.0.1" }, { name: "none" }],
    exposed: [80, 443],
    published: [{ port: 80, hostAddress: "0.0.0.0", hostPort: 8080 }],
    privileged: true,
    mounts: [{ source: "/srv/music", readOnly: true }],
  });
});

test("nothing but an id can become part of a path", async () => {
  for (const id of ["../info", "web", `${ID}/top`, `${ID}?x`, "", "%2e%2e"]) {
    await expect(engine.inspectContainer(id)).rejects.toMatchObject({ fault: "missing" });
  }
  expect(asked).toEqual([]);
});

test("answers that are missing, wrong, broken off or too large are told apart, and none of them is fatal", async () => {
  answer = (_request, response) => response.writeHead(404).end('{"message":"No such container"}');
  await expect(engine.inspectContainer(ID)).rejects.toMatchObject({ fault: "missing" });
  answer = (_request, response) => response.writeHead(500).end('{"message":"disk on fire"}');
  await expect(engine.listContainers()).rejects.toMatchObject({
    fault: "refused",
    message: expect.stringContaining("disk on fire"),
  });
  for (const body of ["not json", "{}", '[{"Id":5}]', "null"]) {
    answer = (_request, response) => response.end(body);
    await expect(engine.listContainers()).rejects.toMatchObject({ fault: "unusable" });
  }
  answer = (_request, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("[");
    response.socket?.destroy();
  };
  await expect(engine.listContainers()).rejects.toMatchObject({ fault: "unreachable" });
  answer = (_request, response) => response.end(`["${"x".repeat(5 * 1024 * 1024)}"]`);
  await expect(engine.inspectContainer(ID)).rejects.toMatchObject({
    fault: "unusable",
    message: expect.stringContaining("larger"),
  });
});

test("an answer that never ends is given up", async () => {
  const clock = createVirtualClock();
  const slow = createDockerEngine({ socket: engine.socket, clock, log });
  const arrived = new Promise<void>((resolve) => {
    answer = (_request, response) => {
      response.write("[");
      resolve();
    };
  });
  const call = expect(slow.listContainers()).rejects.toMatchObject({ fault: "unreachable" });
  await arrived;
  await clock.advance(60_000);
  await call;
  await slow.close();
});

test("events arrive one by one however they are cut; foreign and broken lines are left out", async () => {
  const lines = [
    '{"Type":"container","Action":"start","Actor":{"ID":"äb"}}\n',
    '{"Type":"network","Action":"connect"}\nnonsense\n{"Type":"container","Action":"die","Actor":{"ID":"b"}}\n',
  ].join("");
  answer = async (_request, response) => {
    for (const byte of Buffer.from(lines)) response.write(Buffer.from([byte]));
    response.end();
  };
  const events = [];
  for await (const event of await engine.events(new AbortController().signal)) events.push(event);
  expect(events).toEqual([
    { action: "start", containerId: "äb" },
    { action: "die", containerId: "b" },
  ]);
});

test("listening ends when it is told to", async () => {
  answer = (_request, response) => response.flushHeaders();
  const abort = new AbortController();
  const events = await engine.events(abort.signal);
  const ended = expect(
    (async () => {
      for await (const _ of events);
    })(),
  ).rejects.toMatchObject({ fault: "unreachable" });
  abort.abort();
  await ended;
});

test("an engine that is not there says what to do", async () => {
  const nowhere = (socket: string) => createDockerEngine({ socket, clock: systemClock, log }).apiVersion();
  await expect(nowhere(`unix://${folder}/missing.sock`)).rejects.toThrow("Is the engine installed and running?");
  await expect(nowhere("tcp://127.0.0.1:1")).rejects.toThrow("nobody listens there");
  await expect(nowhere("ssh://nas")).rejects.toThrow("Write unix:///path or tcp://host:port");
});

test("which socket: the configured one, DOCKER_HOST, the standard one", () => {
  expect(dockerSocket({ socket_path: "tcp://a:1" }, { DOCKER_HOST: "tcp://b:2" })).toBe("tcp://a:1");
  expect(dockerSocket({ socket_path: "" }, { DOCKER_HOST: "tcp://b:2" })).toBe("tcp://b:2");
  expect(dockerSocket({ socket_path: "/run/podman.sock" }, {})).toBe("unix:///run/podman.sock");
  expect(dockerSocket({}, {})).toBe("unix:///var/run/docker.sock");
});

test("a socket is readable when it is one, and we may; an address of another kind is none", () => {
  writeFileSync(join(folder, "file"), "");
  expect(isReadable(engine.socket)).toBe(true);
  expect(isReadable(`unix://${folder}/file`)).toBe(false);
  expect(isReadable(`unix://${folder}/missing`)).toBe(false);
  expect(isReadable("ssh://nas")).toBe(false);
  expect(parseSocket("tcp://nas.lan")).toEqual({ kind: "tcp", host: "nas.lan", port: 2375 });
  expect(parseSocket("tcp://[::1]:2376")).toEqual({ kind: "tcp", host: "[::1]", port: 2376 });
  expect(parseSocket("tcp://nas:99999")).toBeUndefined();
  expect(parseSocket("tcp://user@nas:1")).toBeUndefined();
});
