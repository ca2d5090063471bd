import { z } from "zod";
import { Proposal } from "../endpoints/discovery.ts";
import { Job } from "../endpoints/system.ts";

const Health = z.enum(["healthy", "degraded", "unhealthy", "unknown"]);

/** What of the catalog an event tells is for those who may open the app; `{appId}` is that of the event. */
const OF_APP = "access:{appId}";
/** What goes on in the house as a whole is for those who may read everything. */
const OF_HOUSE = "read:*";

/** That ports of a container are open beside the gateway's sign-in (20 §4.6). */
export const PortExposure = z.object({
  riskLevel: z
    .enum(["warning", "critical"])
    .describe(
      "The worst of all bindings. `warning`: the local network; `critical`: every address, a public one, or one of unknown reach.",
    ),
  summary: z.string(),
  bindings: z
    .array(
      z.object({
        port: z.string().describe("In the container.").meta({ example: "8080/tcp" }),
        hostPort: z.string().meta({ example: "8080" }),
        binding: z
          .string()
          .describe("The address of the engine's machine, as the engine says it; empty: every address.")
          .meta({ example: "0.0.0.0" }),
        riskLevel: z.enum(["warning", "critical"]),
        message: z.string(),
      }),
    )
    .describe("The worst first, at most 50. Those on the machine's loopback addresses are left out."),
  recommendations: z.array(z.string()),
});
export type PortExposure = z.input<typeof PortExposure>;

/**
 * Every event that clients can see (20 §9): its data and the scope it takes to see it. Recorded with a number, so
 * that a client can ask for what it missed.
 */
export const EVENTS = {
  discovery: event("A service was discovered and waits for a decision.", OF_HOUSE, Proposal),
  proposal_approved: event("A proposal was approved.", OF_HOUSE, z.object({ proposalId: z.string() })),
  proposal_dismissed: event("A proposal was dismissed.", OF_HOUSE, z.object({ proposalId: z.string() })),
  proposal_withdrawn: event("A discovered service went away.", OF_HOUSE, z.object({ proposalId: z.string() })),
  rediscovery_triggered: event(
    "Dismissals were forgotten and a scan began.",
    OF_HOUSE,
    z.object({ dismissedCleared: z.int(), activeCleared: z.int() }),
  ),
  app_registered: event(
    "An app went live.",
    OF_APP,
    z.object({ appId: z.string(), appName: z.string(), proxyPath: z.string(), proposalId: z.string().optional() }),
  ),
  port_exposure_warning: event(
    "An app went live whose container publishes TCP ports on more than its own machine: whoever reaches them needs no sign-in.",
    OF_APP,
    z.object({
      appId: z.string(),
      appName: z.string(),
      ...PortExposure.shape,
      timestamp: z.int().describe("Unix seconds."),
    }),
  ),
  app_removed: event("An app was removed.", OF_APP, z.object({ appId: z.string() })),
  route_added: event("A route was added.", OF_APP, z.object({ routeId: z.string(), appId: z.string() })),
  route_changed: event("A route was changed.", OF_APP, z.object({ routeId: z.string(), appId: z.string() })),
  route_removed: event("A route was removed.", OF_APP, z.object({ routeId: z.string(), appId: z.string() })),
  health_change: event(
    "An app's health changed.",
    OF_APP,
    z.object({ appId: z.string(), appName: z.string(), proxyPath: z.string(), status: Health, message: z.string() }),
  ),
  config_reload: event("The configuration was read again.", OF_HOUSE, z.object({ message: z.string() })),
  config_warning: event("A part of the gateway has trouble.", OF_HOUSE, z.object({ warning: z.string() })),
  pairing_asked: event(
    "A device asks to be let in.",
    OF_HOUSE,
    z.object({ pairingId: z.string(), deviceName: z.string(), platform: z.string() }),
  ),
  device_paired: event(
    "A device was paired.",
    OF_HOUSE,
    z.object({ deviceId: z.string(), deviceName: z.string(), platform: z.string() }),
  ),
  device_revoked: event("A device was revoked.", OF_HOUSE, z.object({ deviceId: z.string(), deviceName: z.string() })),
  device_offline: event(
    "A device was not seen for `notifications.offline_detection.offline_threshold`, while that is switched on.",
    OF_HOUSE,
    z.object({ deviceId: z.string(), deviceName: z.string() }),
  ),
  device_online: event(
    "A device that was offline is back.",
    OF_HOUSE,
    z.object({ deviceId: z.string(), deviceName: z.string() }),
  ),
  webhook: event(
    "A webhook came in for everybody: an entry of the activity feed, or whatever it sent.",
    "read:events",
    z.record(z.string(), z.unknown()),
  ),
  job_changed: event("Long work moved on.", OF_HOUSE, Job.omit({ output: true })),
} as const;

function event<D extends z.ZodType>(meaning: string, scope: string, data: D) {
  return { meaning, scope, data };
}

export type EventType = keyof typeof EVENTS;
export type EventData<T extends EventType> = z.input<(typeof EVENTS)[T]["data"]>;
