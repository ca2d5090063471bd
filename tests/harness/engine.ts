import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import { whenDone } from "./cleanup.ts";
import { makeFolder } from "./folder.ts";

/**
 * A container as the stand-in shows it: its name, its labels, the port of this machine where it is served, and the
 * address on which that is published (default 127.0.0.1).
 */
export type StandInContainer = { name: string; port: number; labels?: Record<string, string>; hostAddress?: string };

/** What is inside a container's network: the port that its one published port leads to. */
const INNER_PORT = 8080;

/**
 * Starts something that answers as a container engine does, on a socket of its own, and answers the configuration of
 * discovery that looks there. For browser tests: a real container changes the machine's networks when it starts, and
 * Chromium cuts its connections then.
 */
export async function startEngine(containers: readonly StandInContainer[]) {
  const socket = join(makeFolder("nekzus-engine-"), "engine.sock");
  const known = new Map(containers.map((container, index) => [idOf(index), container]));

  const server = createServer((req, res) => {
    const path = new URL(req.url ?? "/", "http://engine").pathname.replace(/^\/v[\d.]+/, "");
    const id = /^\/containers\/([0-9a-f]+)\/json$/.exec(path)?.[1] ?? "";
    const container = known.get(id);
    res.setHeader("api-version", "1.45");
    if (path === "/_ping") res.end("OK");
    else if (path === "/events") res.flushHeaders();
    else if (path === "/containers/json")
      answer(
        res,
        [...known].map(([Id, { name }]) => ({ Id, Names: [`/${name}`] })),
      );
    else if (container) answer(res, inspected(id, container));
    else res.writeHead(404).end(JSON.stringify({ message: "No such container" }));
  });
  await new Promise<void>((done) => server.listen(socket, done));
  whenDone(() => {
    server.close();
    server.closeAllConnections();
  });
  return { discovery: { enabled: true, docker: { enabled: true, socket_path: `unix://${socket}` } } };
}

function answer(res: ServerResponse, value: unknown): void {
  res.setHeader("content-type", "application/json").end(JSON.stringify(value));
}

function idOf(index: number): string {
  return index.toString(16).padStart(64, "e");
}

function inspected(Id: string, { name, port, labels = {}, hostAddress = "127.0.0.1" }: StandInContainer) {
  return {
    Id,
    Name: `/${name}`,
    State: { Status: "running", Running: true },
    Config: {
      Image: `example/${name}:1`,
      Labels: { "nekzus.enable": "true", ...labels },
      ExposedPorts: { [`${INNER_PORT}/tcp`]: {} },
    },
    HostConfig: { NetworkMode: "bridge", Privileged: false },
    Mounts: [],
    NetworkSettings: {
      Networks: {},
      Ports: { [`${INNER_PORT}/tcp`]: [{ HostIp: hostAddress, HostPort: String(port) }] },
    },
  };
}
