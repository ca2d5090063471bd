import type { Clock } from "../../../kit/clock.ts";
import type { Logger } from "../../../kit/log.ts";
import { createEngineConnection, EngineError } from "./connection.ts";
import {
  type Container,
  type ContainerEvent,
  type ListedContainer,
  parseContainer,
  parseEvent,
  parseList,
} from "./container.ts";

export { EngineError } from "./connection.ts";
export type { Container, ContainerEvent, ContainerNetwork, ListedContainer, PublishedPort } from "./container.ts";
export { dockerSocket, isReadable, parseSocket } from "./socket.ts";

/** The newest API this client was written for; an older engine is spoken to in its own version. */
const OUR_API_VERSION = "1.51";

/** The largest answers, in bytes. */
const LIMITS = { ping: 64 * 1024, list: 32 * 1024 * 1024, inspect: 4 * 1024 * 1024 };

/**
 * Everything the gateway can ask of a container engine; there is no way to express another request
 * (design, section 7). Each call throws EngineError.
 */
export type DockerEngine = {
  /** The address, as configured. */
  socket: string;
  /** The API version spoken: the smaller of ours and the engine's. */
  apiVersion(): Promise<string>;
  /** Running containers; with `label` only those that carry it, with any value. */
  listContainers(filter?: { label?: string }): Promise<ListedContainer[]>;
  /** One container by its hexadecimal id (12 to 64 characters). */
  inspectContainer(id: string): Promise<Container>;
  /** What happens to containers from now on. Resolves when the engine listens; ends with it, or with `signal`. */
  events(signal: AbortSignal): Promise<AsyncIterable<ContainerEvent>>;
  close(): Promise<void>;
};

/** Makes a client of the Docker Engine API (20.10 and newer, and podman's). Opens nothing until it is asked. */
export function createDockerEngine({
  socket,
  clock,
  log,
}: {
  socket: string;
  clock: Clock;
  log: Logger;
}): DockerEngine {
  const connection = createEngineConnection({ socket, clock });
  let negotiated: string | undefined;

  async function apiVersion(): Promise<string> {
    if (negotiated) return negotiated;
    const { apiVersion: theirs } = await connection.get("/_ping", LIMITS.ping);
    if (!theirs || !/^\d{1,3}\.\d{1,3}$/.test(theirs)) {
      throw new EngineError(
        "unusable",
        `What answers at ${socket} does not say its API version: is it a container engine?`,
      );
    }
    negotiated = smallerVersion(OUR_API_VERSION, theirs);
    log.debug({ socket, theirs, spoken: negotiated }, "container engine found");
    return negotiated;
  }

  /** Prefixes the version. Any failure forgets it: the engine may come back older or newer. */
  async function versioned<T>(run: (prefix: string) => Promise<T>): Promise<T> {
    try {
      return await run(`/v${await apiVersion()}`);
    } catch (error) {
      if (!(error instanceof EngineError && error.fault === "missing")) negotiated = undefined;
      throw error;
    }
  }

  function read<T>(path: string, limit: number, parse: (answer: unknown) => T): Promise<T> {
    return versioned(async (prefix) => {
      const { body } = await connection.get(prefix + path, limit);
      try {
        return parse(JSON.parse(body));
      } catch {
        throw new EngineError("unusable", `The engine's answer to ${path} is not what its API promises.`);
      }
    });
  }

  return {
    socket,
    apiVersion,
    listContainers({ label } = {}) {
      const query = label ? `?filters=${filters({ label: [label] })}` : "";
      return read(`/containers/json${query}`, LIMITS.list, parseList);
    },
    async inspectContainer(id) {
      // The id becomes a part of the path: nothing but an id may.
      if (!/^[0-9a-f]{12,64}$/.test(id)) throw new EngineError("missing", "This is no container id.");
      return read(`/containers/${id}/json`, LIMITS.inspect, parseContainer);
    },
    events(signal) {
      return versioned(async (prefix) => {
        const lines = await connection.lines(`${prefix}/events?filters=${filters({ type: ["container"] })}`, signal);
        return toEvents(lines);
      });
    },
    close: () => connection.close(),
  };
}

async function* toEvents(lines: AsyncIterable<string>): AsyncGenerator<ContainerEvent> {
  for await (const line of lines) {
    const event = parseEvent(line);
    if (event) yield event;
  }
}

function filters(value: Record<string, string[]>): string {
  return encodeURIComponent(JSON.stringify(value));
}

/** The smaller of two versions such as `1.41` and `1.9`, by their numbers. */
function smallerVersion(a: string, b: string): string {
  const [majorA = 0, minorA = 0] = a.split(".").map(Number);
  const [majorB = 0, minorB = 0] = b.split(".").map(Number);
  return majorA < majorB || (majorA === majorB && minorA < minorB) ? a : b;
}
