import { expect, test } from "vitest";
import type { Container } from "../../runtimes/docker/engine.ts";
import { type NetworkRules, portCandidates, type Vantage } from "./docker-address.ts";

const ON_HOST: Vantage = { kind: "host", bridges: true };
const NO_RULES: NetworkRules = { network_mode: "all", networks: [], exclude_networks: [] };
const NO_WISHES = { primaryPort: undefined, allPorts: false, scheme: undefined };

function container(changes: Partial<Container>): Container {
  return {
    id: "a".repeat(64),
    name: "web",
    image: "web",
    labels: new Map(),
    status: "running",
    networkMode: "bridge",
    networks: [{ name: "bridge", address: "172.17.0.2", gateway: "172.17.0.1" }],
    exposed: [80],
    published: [],
    privileged: false,
    mounts: [],
    ...changes,
  };
}

function targets(changes: Partial<Container>, rules: Partial<NetworkRules> = {}, vantage = ON_HOST) {
  const { candidates } = portCandidates(container(changes), NO_WISHES, { ...NO_RULES, ...rules }, vantage);
  return candidates.flatMap((candidate) => candidate.targets);
}

const three = [
  { name: "zoo", address: "10.0.3.2" },
  { name: "app", address: "10.0.1.2" },
  { name: "web", address: "10.0.2.2" },
];

test("the address of the container, with the published one in reserve", () => {
  expect(targets({})).toEqual(["http://172.17.0.2:80"]);
  const published = [
    { port: 80, hostAddress: "::", hostPort: 8080 },
    { port: 80, hostAddress: "0.0.0.0", hostPort: 8080 },
  ];
  expect(targets({ published })).toEqual(["http://172.17.0.2:80", "http://127.0.0.1:8080"]);
  expect(targets({ networks: [{ name: "bridge" }], published })).toEqual(["http://127.0.0.1:8080"]);
  expect(targets({ networks: [{ name: "six", address6: "fd00::2" }] })).toEqual(["http://[fd00::2]:80"]);
});

test("several networks: always the same choice, as the rules say", () => {
  expect(targets({ networks: three })).toEqual(["http://10.0.1.2:80"]);
  expect(targets({ networks: [...three].reverse() })).toEqual(["http://10.0.1.2:80"]);
  expect(targets({ networks: three }, { exclude_networks: ["app"] })).toEqual(["http://10.0.2.2:80"]);
  expect(targets({ networks: three }, { networks: ["zoo", "web"] })).toEqual(["http://10.0.3.2:80"]);
  expect(targets({ networks: three }, { networks: ["zoo"], exclude_networks: ["zoo"] })).toEqual([]);
  expect(targets({ networks: three }, { network_mode: "preferred", networks: ["none", "web"] })).toEqual([
    "http://10.0.2.2:80",
  ]);
  expect(targets({ networks: three }, { network_mode: "preferred", networks: ["none"] })).toEqual([
    "http://10.0.1.2:80",
  ]);
  expect(targets({ networks: [{ name: "a" }, ...three] }, { network_mode: "first" })).toEqual([]);
});

test("on the host's own network the port is the host's", () => {
  const onHost = { networkMode: "host", networks: [{ name: "host" }], exposed: [8123] };
  expect(targets(onHost)).toEqual(["http://127.0.0.1:8123"]);
  const inside: Vantage = { kind: "container", networks: ["app"], hostAddress: "172.17.0.1" };
  expect(targets(onHost, {}, inside)).toEqual(["http://172.17.0.1:8123"]);
});

test("from within a container: a shared network, else what is published on the machine", () => {
  const inside: Vantage = { kind: "container", networks: ["web"], hostAddress: "172.18.0.1" };
  expect(targets({ networks: three }, {}, inside)).toEqual(["http://10.0.2.2:80"]);
  const apart = { networks: [{ name: "other", address: "10.9.0.2" }] };
  expect(targets(apart, {}, inside)).toEqual([]);
  const published = [{ port: 80, hostAddress: "0.0.0.0", hostPort: 8080 }];
  expect(targets({ ...apart, published }, {}, inside)).toEqual(["http://172.18.0.1:8080"]);
  const loopbackOnly = [{ port: 80, hostAddress: "127.0.0.1", hostPort: 8080 }];
  expect(targets({ ...apart, published: loopbackOnly }, {}, inside)).toEqual([]);
});

test("where container addresses are out of reach only published ports count", () => {
  const published = [{ port: 80, hostAddress: "", hostPort: 8080 }];
  expect(targets({ published }, {}, { kind: "host", bridges: false })).toEqual(["http://127.0.0.1:8080"]);
  expect(targets({ published }, {}, { kind: "remote", hostAddress: "nas.lan" })).toEqual(["http://nas.lan:8080"]);
});

test("addresses that no route may have are never chosen", () => {
  expect(targets({ networks: [{ name: "a", address: "169.254.169.254" }] })).toEqual([]);
  expect(targets({ networks: [], published: [{ port: 80, hostAddress: "169.254.1.1", hostPort: 80 }] })).toEqual([]);
});

test("ports: other protocols are left out unless a label asks, and the scheme follows port or label", () => {
  const many = container({ exposed: [22, 80, 5432, 8443, 12345] });
  const seen = (wishes: Partial<typeof NO_WISHES> | object) =>
    portCandidates(many, { ...NO_WISHES, ...wishes }, NO_RULES, ON_HOST).candidates.map(
      (candidate) => `${candidate.scheme}:${candidate.port}`,
    );
  expect(seen({})).toEqual(["http:80", "https:8443", "http:12345"]);
  expect(seen({ allPorts: true })).toEqual(["http:22", "http:80", "http:5432", "https:8443", "http:12345"]);
  expect(seen({ primaryPort: 22 })).toEqual(["http:22"]);
  expect(seen({ primaryPort: 9000, scheme: "https" })).toEqual(["https:9000"]);
});

test("nothing to propose comes with what to do about it", () => {
  const reason = (changes: Partial<Container>) =>
    portCandidates(container(changes), NO_WISHES, NO_RULES, ON_HOST).reason;
  expect(reason({ exposed: [] })).toContain("nekzus.primary_port");
  expect(reason({ exposed: [5432] })).toContain("5432");
  expect(reason({ networkMode: "none", networks: [{ name: "none" }] })).toContain("no network");
  expect(reason({ networks: [{ name: "bridge" }] })).toContain("discovery.docker.networks");
});
