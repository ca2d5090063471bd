import type { Clock } from "../../../kit/clock.ts";
import type { Logger } from "../../../kit/log.ts";
import { createDockerEngine, dockerSocket, isReadable } from "../../runtimes/docker/engine.ts";
import { createDockerSource, type DockerSourceParts } from "./docker.ts";
import { probeHttp } from "./http-probe.ts";
import { readOwnTraces } from "./own-container.ts";
import type { Source } from "./source.ts";

/** The settings of discovery; unset switches decide by whether the engine's socket is readable (ruling R29). */
export type DiscoverySettings = {
  enabled?: boolean | undefined;
  docker: DockerSourceParts["config"] & { enabled?: boolean | undefined; socket_path: string };
};

/** The sources that are switched on, or the reason why there are none, naming the setting. */
export function configuredSources(parts: {
  config: DiscoverySettings;
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  log: Logger;
}): { sources: readonly Source[]; offBecause?: string } {
  const { config, env, clock, log } = parts;
  if (config.enabled === false) return { sources: [], offBecause: "Discovery is switched off: set discovery.enabled." };
  if (config.docker.enabled === false) {
    return { sources: [], offBecause: "No source is switched on: set discovery.docker.enabled." };
  }
  const socket = dockerSocket(config.docker, env);
  const wanted = config.docker.enabled ?? config.enabled;
  if (!wanted && !isReadable(socket)) {
    return {
      sources: [],
      offBecause: `No container engine answers at ${socket}: set discovery.docker.socket_path or give this user access to it, or set discovery.docker.enabled to keep trying.`,
    };
  }
  const engine = createDockerEngine({ socket, clock, log });
  const docker = createDockerSource({
    engine,
    config: config.docker,
    ownTraces: () => readOwnTraces(env),
    platform: process.platform,
    probe: probeHttp,
    clock,
    log,
  });
  return { sources: [docker] };
}
