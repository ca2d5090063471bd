import type { activity } from "@nekzus/contract";
import type { z } from "zod";
import type { Tone } from "../../design/badge.tsx";

/** An entry of the activity feed. */
export type ActivityEntry = z.output<typeof activity.ActivityEntry>;

const TONES: Readonly<Record<string, Tone>> = {
  success: "good",
  warning: "warn",
  danger: "bad",
  error: "bad",
  info: "info",
};

/** What the class of an entry's icon means for the reader; webhooks choose their own. */
export function toneOf({ iconClass }: Pick<ActivityEntry, "iconClass">): Tone {
  return (Object.hasOwn(TONES, iconClass) && TONES[iconClass]) || "neutral";
}

/** Where in the dashboard an entry leads; undefined when there is nothing more to see. */
export type EntryPlace = { to: "/" | "/apps" | "/discovery" | "/devices" | "/webhooks"; search?: { q: string } };

/** Finds it for a person who may do what `may` says. */
export function placeOf({ type, appId }: ActivityEntry, may: (scope: string) => boolean): EntryPlace | undefined {
  if (type === "app_removed") return undefined;
  if (appId) return may("write:*") ? { to: "/apps", search: { q: appId } } : { to: "/" };
  if (type === "pairing_asked" || type.startsWith("device_")) return { to: "/devices" };
  if (type.startsWith("proposal_") || type === "rediscovery_triggered") {
    return may("write:*") ? { to: "/discovery" } : undefined;
  }
  if (type === "webhook.activity") return may("access:admin") ? { to: "/webhooks" } : undefined;
  return undefined;
}
