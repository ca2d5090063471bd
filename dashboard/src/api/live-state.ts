import { createSignal } from "./signal.ts";

/** Does the gateway tell this page what happens, as it happens? */
export type LiveState = "off" | "live";

/** Kept apart from what holds the event socket, so that the first view does not wait for that. */
export const live = createSignal<LiveState>("off");

/** Reads that events keep up to date: while they come these are asked only now and then, in ms. */
const TOLD_OF: ReadonlySet<string> = new Set([
  "apps.list",
  "routes.list",
  "proposals.list",
  "discovery.dismissed",
  "devices.list",
]);
const NOW_AND_THEN_MS = 60_000;

/** How often a read is asked again that wants it every `every` ms. */
export function pauseWhileLive(endpointId: string, every: number, state: LiveState): number {
  return state === "live" && TOLD_OF.has(endpointId) ? Math.max(every, NOW_AND_THEN_MS) : every;
}
