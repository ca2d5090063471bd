import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { EndpointInput, EndpointSpec } from "@nekzus/contract";
import { createBus } from "../../kit/bus.ts";
import { createLogger } from "../../kit/log.ts";
import { loadPages } from "../../kit/pages.ts";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import type { RequestFacts } from "../../wire/request-facts.ts";
import type { Topics } from "../events/topics.ts";
import type { Answer } from "../http/binding.ts";
import type { Storage } from "../storage/storage.ts";
import { type AccessParts, createAccess } from "./access.ts";
import { createPasswords } from "./passwords.ts";

export const TOKENS = {
  key: Buffer.alloc(32, 7).toString("base64url"),
  issuer: "nekzus",
  audience: "nekzus-mobile",
  instanceId: "nkz_test",
};

export const PIN = `sha256/${"A".repeat(43)}=`;

/** A request over TLS from another machine. */
export const REMOTE: RequestFacts = { id: "r1", address: "192.168.1.20", local: false, secure: true, listener: "api" };
export const ON_THIS_MACHINE: RequestFacts = { ...REMOTE, address: "127.0.0.1", local: true };

type TestRequest = { headers?: IncomingHttpHeaders; facts?: RequestFacts };

/** The room with a clock of its own, cheap password hashes that are counted, and two apps. */
export async function openAccess(storage: Storage, overrides: Partial<AccessParts> = {}) {
  const clock = createVirtualClock();
  const bus = createBus<Topics>((error) => {
    throw error;
  });
  const revoked: string[] = [];
  const changed: string[] = [];
  const codes: string[] = [];
  let hashes = 0;
  bus.on("credentials-revoked", ({ ids }) => revoked.push(...ids));
  bus.on("subjects-changed", ({ ids }) => changed.push(...ids));
  const passwords = createPasswords({
    cost: { memory: 8, passes: 1, parallelism: 1 },
    async derive(password, salt) {
      hashes++;
      return createHash("sha256").update(password).update(salt).digest();
    },
  });
  const access = createAccess({
    storage,
    clock,
    bus,
    tokens: TOKENS,
    localAccess: () => true,
    isConnected: () => false,
    offlineDetection: () => ({ enabled: false, check_interval: 60_000, offline_threshold: 300_000 }),
    sharedOrigin: () => false,
    findRoutes: (id) => {
      const byPath = { hosts: [], byPath: true, stripPrefix: true, publicAccess: false, sensitive: false };
      const route = { ...byPath, pathBase: `/apps/${id}/`, scopes: [`access:${id}`] };
      if (id === "notes") return [route];
      if (id !== "grafana") return [];
      const admin = { ...byPath, pathBase: "/apps/grafana/admin/", scopes: ["access:admin"] };
      return [route, admin, { ...route, pathBase: "/apps/dashboards/" }];
    },
    findRouteAt(host) {
      const appId = /^(grafana|notes)\.home\.local$/.exec(host)?.[1];
      return appId === undefined
        ? undefined
        : { appId, scopes: [`access:${appId}`], publicAccess: false, sensitive: false };
    },
    problemPage: loadPages().problem,
    pairing: {
      name: "Nekzus @ home",
      pin: () => PIN,
      baseUrl: () => "https://home.local:8443",
      bootstrapTokens: () => ["a-token-of-the-configuration"],
    },
    log: createLogger("test", "silent"),
    auditSettings: () => ({ keep_days: 365, max_entries: 100_000 }),
    origins: () => ({ api: "https://home.local:8443", apps: "https://home.local:8444" }),
    onCode: (code) => codes.push(code),
    passwords,
    ...overrides,
  });
  await access.start({});

  /** What the server does: asks who it is, then calls the handler. */
  async function send<E extends EndpointSpec>(
    endpoint: E,
    input: Partial<EndpointInput<E>>,
    { headers = {}, facts = REMOTE }: TestRequest = {},
  ): Promise<Answer<E> & { body?: unknown }> {
    const { caller, fault } = await access.identify({ facts, headers });
    if (fault && endpoint.access.kind !== "open") throw fault;
    const binding = access.routes.find((one) => one.endpoint === endpoint);
    if (!binding) throw new Error(`${endpoint.id} is not bound`);
    await binding.first?.();
    const answer = await binding.handle({
      ...(input as { params: undefined; query: undefined; body: undefined }),
      caller,
      header: (name) => headers[name]?.toString(),
    });
    return answer as unknown as Answer<E>;
  }

  return { access, clock, revoked, changed, codes, send, hashCount: () => hashes };
}

/** The cookie pair of a Set-Cookie line, as a browser sends it back. */
export function cookieOf(answer: { headers?: Record<string, string | string[]> }): string {
  return String(answer.headers?.["set-cookie"]).split(";", 1)[0] as string;
}
