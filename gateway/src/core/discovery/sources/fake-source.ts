import type { Discovered, DiscoveredPort, Source, SourceState } from "./source.ts";

/** A source for tests: it sees what it is told to. */
export type FakeSource = Source & {
  /** Sets what is there; a running source that is not broken emits it at once. */
  see(services: Discovered[]): void;
  broken: boolean;
};

/** Makes a source that sees nothing yet. */
export function createFakeSource(patience = 1): FakeSource {
  let seen: Discovered[] = [];
  let emit: ((snapshot: Discovered[]) => void) | undefined;
  let lastScan: number | undefined;

  function look() {
    if (!emit || fake.broken) return;
    lastScan = (lastScan ?? 0) + 1;
    emit([...seen]);
  }

  const fake: FakeSource = {
    name: "docker",
    patience,
    broken: false,
    see(services) {
      seen = services;
      look();
    },
    start(to) {
      emit = to;
      look();
    },
    async stop() {
      emit = undefined;
    },
    async scan() {
      look();
    },
    state(): SourceState {
      const status = !emit ? "stopped" : fake.broken ? "error" : "ok";
      const message = status === "error" ? "it was told to be broken" : "";
      return { status, message, skipped: [], ...(lastScan === undefined ? {} : { lastScan }) };
    },
  };
  return fake;
}

/** A service as a source would see it; `changes` replaces parts of it. */
export function makeService(name: string, changes: Partial<Discovered> = {}): Discovered {
  return {
    identity: `docker/test/container/${name}/example%2F${name}`,
    instance: "0123456789ab",
    name,
    app: { id: name, name, icon: "📦", tags: ["docker"] },
    route: { extraScopes: [], websocket: false, stripPrefix: true, rewriteHTML: true, skipHealthCheck: false },
    ports: [makePort(8080)],
    confidence: 0.95,
    remarks: [{ code: "discovered_docker", severity: "info", message: "Discovered via Docker API", advice: "Look." }],
    ...changes,
  };
}

/** A port, reached at the address of a container. */
export function makePort(port: number, host = "172.17.0.2"): DiscoveredPort {
  return { port, scheme: "http", to: `http://${host}:${port}`, others: [] };
}
