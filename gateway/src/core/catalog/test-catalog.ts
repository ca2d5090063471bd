import { pino } from "pino";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import type { Principal } from "../../wire/principal.ts";
import { createCoreBus } from "../events/topics.ts";
import type { Storage } from "../storage/storage.ts";
import type { HealthView, Viewer } from "./answers.ts";
import { createCatalog } from "./catalog.ts";
import type { RoutingSettings } from "./routing.ts";
import type { SocketPlaces } from "./upstream.ts";

/** The names that the DNS of the tests knows; others have no address. */
const NAMES: Record<string, string[]> = {
  "grafana.test": ["192.168.1.5"],
  "other.test": ["192.168.1.6"],
  "host.test": ["127.0.0.1"],
  "world.test": ["8.8.8.8"],
  "mixed.test": ["2001:4860:4860::8888", "fe80::1", "192.168.1.7"],
  "metadata.test": ["169.254.169.254"],
  "self.test": ["192.168.1.2"],
};

const ORIGINS = { api: "https://home.test:8443", apps: "https://home.test:8444" };

const NOT_CHECKED: HealthView = { status: () => undefined, info: () => undefined };

/** A catalog on an empty storage, with everything that was announced. */
export function openTestCatalog(
  storage: Storage,
  health: () => HealthView = () => NOT_CHECKED,
  routing: RoutingSettings = { mode: "path", baseDomain: "", ownNames: [] },
  sockets: SocketPlaces = { folder: "", never: [] },
) {
  const clock = createVirtualClock();
  const log = pino({ level: "silent" });
  const bus = createCoreBus(log);
  const announced: [topic: string, payload: unknown][] = [];
  bus.onAny((topic, payload) => announced.push([topic, payload]));
  const names = { ...NAMES };
  const catalog = createCatalog({
    storage,
    clock,
    bus,
    log,
    isOwnListener: (address, port) => port === 8443 && ["127.0.0.1", "::1", "192.168.1.2"].includes(address),
    resolve: async (host) => names[host] ?? Promise.reject(new Error("not found")),
    origins: () => ORIGINS,
    routing: () => routing,
    sockets: () => sockets,
    health,
  });
  return { catalog, bus, clock, announced, names };
}

/** Somebody who signed in and holds these scopes. */
export function somebody(...scopes: string[]): Principal {
  return { kind: "user", id: "user:1", name: "anna", scopes };
}

/** Somebody who came by the gateway's name. */
export function viewer(principal: Principal): Viewer {
  return { principal, origins: ORIGINS };
}

export const ADMIN = somebody("read:*", "write:*", "access:*", "access:admin");
export const WRITER = somebody("read:catalog", "write:*");
