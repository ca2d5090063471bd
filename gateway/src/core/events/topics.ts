import type { activity, EventData, EventType, ServerMessageData } from "@nekzus/contract";
import type { z } from "zod";
import { type Bus, createBus } from "../../kit/bus.ts";
import type { Logger } from "../../kit/log.ts";
import type { Audience } from "./audience.ts";

/** Signals between the parts of the core. They are not recorded and no client sees them. */
export type Signals = {
  /** Apps or routes changed: what edges route by must be compiled anew. */
  "catalog-changed": { appIds: readonly string[] };
  /** Users or what they may do changed. */
  "subjects-changed": { ids: readonly string[] };
  /** API keys were made or changed: edges need their hashes. */
  "api-keys-changed": Record<string, never>;
  /** Tokens or sessions with these ids were withdrawn. */
  "credentials-revoked": { ids: readonly string[] };
  /** A user was signed out of all browsers but for the session to keep: also of those whose session was over by then. */
  "browsers-signed-out": { userId: number; keep?: string | undefined };
  /** Cookies that were kept are gone: those of a device (`device:…`), of an app, or of an app at a device. */
  "session-cookies-forgotten": { device?: string; app?: string };
  /** The certificates to serve changed. */
  "certificates-changed": Record<string, never>;
  /** The configuration was reloaded; `keys` are those with another value. */
  "config-changed": { keys: readonly string[] };
  /** What edges keep of a route's answers is to be forgotten. */
  "cache-emptied": { routeId: string };
  /** An entry came into the activity feed. */
  "activity-added": { entry: z.input<typeof activity.ActivityEntry>; audience: Audience; notice: boolean };
  /** A person read notices. */
  "notices-read": { user: string } & ServerMessageData<"notices_read">;
  /** Something was changed through the API or by the gateway; `by` is the principal's id. */
  "list-changed": { area: string; by?: string };
  /** An app crossed the line between unhealthy and the rest. */
  "health-gate-changed": { appId: string; unhealthy: boolean };
};

/** Everything on the bus of the core: signals, and the events that clients can see. */
export type Topics = Signals & { [T in EventType]: EventData<T> };

export type CoreBus = Bus<Topics>;

/** Makes the bus of the core. */
export function createCoreBus(log: Logger): CoreBus {
  return createBus<Topics>((error, topic) => log.error({ err: error, topic }, "a listener failed"));
}
