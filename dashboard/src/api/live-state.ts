import { createSignal } from "./signal.ts";

/** Does the gateway tell this page what happens, as it happens? */
export type LiveState = "off" | "live";

/** Kept apart from what holds the event socket, so that the first view does not wait for that. */
export const live = createSignal<LiveState>("off");

type Listed = { healthStatus?: string; status?: string; healthInfo?: { status: string } };

const always = () => true;
/** Nothing tells of the first check of an app. */
const isChecked = (list: readonly Listed[]) =>
  list.every(({ status, healthStatus, healthInfo }) => {
    const health = healthInfo?.status ?? healthStatus;
    return status === "DISABLED" || (health !== undefined && health !== "unknown");
  });

/** Reads that the gateway tells of, by events or `changed`, and when it does: then these are asked only now and then. */
const TOLD_OF: Readonly<Record<string, (data: readonly Listed[]) => boolean>> = {
  "apps.list": isChecked,
  "routes.list": isChecked,
  "proposals.list": always,
  "discovery.dismissed": always,
  "devices.list": always,
  "notices.list": always,
  "rules.list": always,
  "channels.list": always,
  "notifications.list": always,
  "notifications.stats": always,
  "webhooks.calls": always,
};
const NOW_AND_THEN_MS = 60_000;

/** How often a read is asked again that wants it every `every` ms. `data`: what it brought last. */
export function pauseWhileLive(endpointId: string, every: number, state: LiveState, data: unknown): number {
  const isTold = TOLD_OF[endpointId];
  return state === "live" && isTold?.((data ?? []) as readonly Listed[]) ? Math.max(every, NOW_AND_THEN_MS) : every;
}
