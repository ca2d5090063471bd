import { expect, test } from "vitest";
import { createLogger } from "../../../kit/log.ts";
import { createVirtualClock } from "../../../kit/virtual-clock.ts";
import { configuredSources, type DiscoverySettings } from "./configured.ts";

function configured(changes: { enabled?: boolean; docker?: Partial<DiscoverySettings["docker"]> }) {
  const docker = {
    socket_path: "unix:///nowhere/docker.sock",
    poll_interval: 30_000,
    network_mode: "all" as const,
    networks: [],
    exclude_networks: [],
    ...changes.docker,
  };
  const config = { enabled: changes.enabled, docker };
  return configuredSources({ config, env: {}, clock: createVirtualClock(), log: createLogger("test", "silent") });
}

test("unset, discovery is on when the engine can be read, and otherwise says how to switch it on", () => {
  expect(configured({ docker: { socket_path: "tcp://engine:2375" } }).sources).toHaveLength(1);
  const off = configured({});
  expect(off.sources).toEqual([]);
  expect(off.offBecause).toContain("unix:///nowhere/docker.sock");
  expect(off.offBecause).toContain("discovery.docker.socket_path");
});

test("switched on it keeps trying an engine that is not there; switched off it names the setting", () => {
  expect(configured({ docker: { enabled: true } }).sources).toHaveLength(1);
  expect(configured({ enabled: true }).sources).toHaveLength(1);
  expect(configured({ enabled: false, docker: { enabled: true } }).offBecause).toContain("discovery.enabled");
  expect(configured({ enabled: true, docker: { enabled: false } }).offBecause).toContain("discovery.docker.enabled");
});
