import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import type { Topics } from "../events/topics.ts";
import { createConfig } from "./config.ts";
import { loadConfig } from "./load.ts";
import { type WatchFiles, watchFiles } from "./watch.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nekzus-reload-"));
  file = join(folder, "nekzus.yaml");
  writeFileSync(file, "server:\n  addr: :7001\nhealth_checks:\n  interval: 10s\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function make(watch: WatchFiles) {
  const clock = createVirtualClock();
  const heard: [keyof Topics, unknown][] = [];
  const load = vi.fn(() => loadConfig({ env: {}, dataFolder: folder }));
  const bus = { emit: <T extends keyof Topics>(topic: T, payload: Topics[T]) => void heard.push([topic, payload]) };
  const config = createConfig({ load, clock, bus, log: { info() {}, warn() {} }, watch });
  return { clock, heard, config, load };
}

const noWatch: WatchFiles = () => () => {};

test("a reload puts live keys in force and keeps those that need a restart, naming them", () => {
  const { config, heard } = make(noWatch);
  const before = config.current();
  writeFileSync(file, "server:\n  addr: :7009\n  allowed_hosts: nas.lan\nhealth_checks:\n  interval: 20s\n");
  expect(config.reload()).toBe("success");
  expect(config.current().health_checks.interval).toBe(20_000);
  expect(config.current().server).toMatchObject({ addr: ":7001", apps_addr: ":7002", allowed_hosts: ["nas.lan"] });
  expect(before.health_checks.interval).toBe(10_000);
  expect(heard).toEqual([
    ["config-changed", { keys: ["server.allowed_hosts", "health_checks.interval"] }],
    ["config_warning", { warning: expect.stringContaining("server.addr, server.apps_addr") }],
    ["config_reload", { message: "Configuration reloaded" }],
  ]);
  expect(config.status().needsRestart).toEqual(["server.addr", "server.apps_addr"]);
  writeFileSync(file, "server:\n  addr: :7001\n");
  config.reload();
  expect(config.status().needsRestart).toEqual([]);
});

test("a reload with an error changes nothing at all", () => {
  const { config, heard } = make(noWatch);
  const before = config.current();
  writeFileSync(file, "health_checks:\n  interval: 20s\n  path: nonsense\n");
  expect(config.reload()).toBe("error_validation");
  writeFileSync(file, "health_checks: [");
  expect(config.reload()).toBe("error_load");
  rmSync(file);
  expect(config.reload()).toBe("error_load");
  expect(config.current()).toBe(before);
  expect(heard.map(([topic]) => topic)).toEqual(["config_warning", "config_warning", "config_warning"]);
  expect(JSON.stringify(heard[0])).toContain("health_checks.path");
  expect(config.status()).toMatchObject({
    file,
    lastResult: "error_load",
    reloads: { success: 0, error_load: 2, error_validation: 1 },
  });
});

test("many changes within half a second make one reload", async () => {
  let changed = () => {};
  const { config, clock, load } = make((_, onChange) => {
    changed = onChange;
    return () => {};
  });
  config.start();
  for (let at = 0; at < 5; at++) {
    changed();
    await clock.advance(100);
  }
  expect(load).toHaveBeenCalledTimes(1);
  await clock.advance(500);
  expect(load).toHaveBeenCalledTimes(2);
  changed();
  config.stop();
  await clock.advance(1000);
  expect(load).toHaveBeenCalledTimes(2);
});

test("a file that is put in the old one's place is noticed, others in the folder are not", async () => {
  const changed = vi.fn();
  const stop = watchFiles([file], changed, () => expect.unreachable());
  writeFileSync(join(folder, "nekzus.db"), "x");
  writeFileSync(join(folder, "new"), "metrics: {}\n");
  renameSync(join(folder, "new"), file);
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(1), 5000);
  stop();
});
