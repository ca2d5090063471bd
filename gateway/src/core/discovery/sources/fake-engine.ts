import { type Container, type ContainerEvent, type DockerEngine, EngineError } from "../../runtimes/docker/engine.ts";

/** A container engine for tests, without any network. */
export type FakeEngine = DockerEngine & {
  containers: Map<string, Container>;
  down: boolean;
  /** Tells everybody who listens. */
  happened(action: string): void;
  /** How many event streams were opened. */
  streams: number;
};

/** Makes an engine without containers. */
export function createFakeEngine(): FakeEngine {
  const listeners = new Set<{ event: (event: ContainerEvent) => void; end: () => void }>();
  let down = false;

  function mustBeUp() {
    if (down) throw new EngineError("unreachable", "The container engine cannot be reached: it is down in this test.");
  }

  const engine: FakeEngine = {
    socket: "unix:///run/fake.sock",
    containers: new Map(),
    streams: 0,
    get down() {
      return down;
    },
    set down(value) {
      down = value;
      if (down) for (const listener of [...listeners]) listener.end();
    },
    happened(action) {
      for (const listener of [...listeners]) listener.event({ action, containerId: "" });
    },
    async apiVersion() {
      mustBeUp();
      return "1.45";
    },
    async listContainers({ label } = {}) {
      mustBeUp();
      return [...engine.containers.values()]
        .filter((container) => !label || container.labels.has(label))
        .map(({ id, name }) => ({ id, name }));
    },
    async inspectContainer(id) {
      mustBeUp();
      const found = [...engine.containers.values()].find((container) => container.id.startsWith(id));
      if (!found) throw new EngineError("missing", "No such container");
      return found;
    },
    async events(signal) {
      mustBeUp();
      engine.streams++;
      return stream(signal);
    },
    async close() {},
  };

  async function* stream(signal: AbortSignal): AsyncGenerator<ContainerEvent> {
    const queue: ContainerEvent[] = [];
    let ended = false;
    let wake = () => {};
    const listener = {
      event(event: ContainerEvent) {
        queue.push(event);
        wake();
      },
      end() {
        ended = true;
        wake();
      },
    };
    listeners.add(listener);
    signal.addEventListener("abort", listener.end);
    try {
      while (!ended) {
        const event = queue.shift();
        if (event) yield event;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      listeners.delete(listener);
    }
  }

  return engine;
}

/** A running container with `nekzus.enable=true` and one web port; `changes` replaces parts of it. */
export function makeContainer(name: string, changes: Partial<Container> = {}): Container {
  const id = Buffer.from(name.padEnd(32, "-")).toString("hex").slice(0, 64);
  return {
    id,
    name,
    image: `example/${name}:1`,
    labels: new Map([["nekzus.enable", "true"]]),
    status: "running",
    networkMode: "bridge",
    networks: [{ name: "bridge", address: "172.17.0.2", gateway: "172.17.0.1" }],
    exposed: [8080],
    published: [],
    privileged: false,
    mounts: [],
    ...changes,
  };
}
