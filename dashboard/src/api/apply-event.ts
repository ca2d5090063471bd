import type { EventData, EventType, ServerMessageData, ServerMessageType } from "@nekzus/contract";
import {
  appGet,
  appsList,
  devicesList,
  dismissedList,
  ProposalShape,
  pairingGet,
  proposalsList,
  routeGet,
  routesList,
  sourcesList,
} from "./endpoints.gen.ts";
import { asFailure } from "./failure.ts";
import { send } from "./gateway.ts";
import { onChanged, readListsAgain, readOldAgain } from "./live-lists.ts";
import { onActivity, onNoticesRead, readFeedAgain } from "./live-notices.ts";
import { cachedData, putData, refresh } from "./query-client.ts";
import { findFault } from "./shape.ts";

type Handlers = { readonly [T in EventType]?: (data: EventData<T>) => unknown };

/**
 * What each event changes of what was read (40 F11). An event that carries the whole object is put in its place; one
 * that only names an object has that one read; lists are read again only where neither will do.
 */
const HANDLERS: Handlers = {
  discovery(proposal) {
    if (findFault(proposal, ProposalShape)) return refresh(proposalsList);
    putData(proposalsList, {}, (old) => [proposal, ...old.filter(({ id }) => id !== proposal.id)] as typeof old);
    return refresh(dismissedList);
  },
  proposal_approved: ({ proposalId }) => dropProposal(proposalId),
  proposal_withdrawn: ({ proposalId }) => dropProposal(proposalId),
  proposal_dismissed({ proposalId }) {
    dropProposal(proposalId);
    return refresh(dismissedList);
  },
  rediscovery_triggered: () => refresh(proposalsList, dismissedList, sourcesList),
  app_registered: ({ appId }) => readApp(appId),
  app_removed({ appId }) {
    putData(appsList, {}, (old) => old.filter(({ id }) => id !== appId));
    putData(routesList, {}, (old) => old.filter((route) => route.appId !== appId));
  },
  route_added: ({ routeId, appId }) => Promise.all([readRoute(routeId), readApp(appId)]),
  route_changed: ({ routeId, appId }) => Promise.all([readRoute(routeId), readApp(appId)]),
  route_removed({ routeId }) {
    putData(routesList, {}, (old) => old.filter((route) => route.routeId !== routeId));
  },
  health_change: ({ appId }) => Promise.all([readApp(appId), ...routesOf(appId).map(readRoute)]),
  config_reload: () => refresh(appsList, routesList, sourcesList),
  pairing_asked: () => refresh(pairingGet),
  device_paired: () => refresh(devicesList, pairingGet),
  device_offline: () => refresh(devicesList),
  device_online: () => refresh(devicesList),
  device_revoked({ deviceId }) {
    putData(devicesList, {}, (old) => (Array.isArray(old) ? old.filter(({ id }) => id !== deviceId) : old));
  },
};

type Told = { readonly [T in ServerMessageType]?: (data: ServerMessageData<T>) => unknown };

/** Is this the first connection of the page? What is on screen was mostly read just now. */
let isFirst = true;

/** The same for messages that have no number: what of them was missed in a break is never told. */
const TOLD: Told = {
  hello() {
    void (isFirst ? readOldAgain() : Promise.all([readFeedAgain(), readListsAgain()]));
    isFirst = false;
  },
  device_status: onDeviceStatus,
  activity: onActivity,
  notices_read: onNoticesRead,
  changed: onChanged,
};

const ALL: { readonly [type: string]: unknown } = { ...HANDLERS, ...TOLD };

/** Applies what the gateway told. Types that are not known here change nothing. */
export function applyEvent(type: string, data: unknown): void {
  if (Object.hasOwn(ALL, type)) (ALL[type] as (data: unknown) => unknown)(data);
}

function onDeviceStatus({ deviceId, status }: ServerMessageData<"device_status">): void {
  putData(devicesList, {}, (old) => {
    if (!Array.isArray(old)) return old;
    // Who left a moment ago still counts as seen (contract: for 5 minutes, or as set).
    return old.map((device) => (device.id === deviceId && status === "online" ? { ...device, status } : device));
  });
}

function dropProposal(proposalId: string): void {
  putData(proposalsList, {}, (old) => old.filter(({ id }) => id !== proposalId));
}

function routesOf(appId: string): string[] {
  return (cachedData(routesList, {}) ?? []).flatMap((route) => (route.appId === appId ? [route.routeId] : []));
}

/** Reads one app and puts it where it belongs; one that is gone, or not to be seen any more, goes. */
async function readApp(appId: string): Promise<void> {
  if (!cachedData(appsList, {})) return;
  try {
    const { data } = await send(appGet, { params: { appId } });
    putData(appsList, {}, (old) =>
      [...old.filter(({ id }) => id !== appId), data].sort((a, b) => a.name.localeCompare(b.name)),
    );
    void refresh(appGet);
  } catch (error) {
    if (asFailure(error).status !== 404) return refresh(appsList);
    putData(appsList, {}, (old) => old.filter(({ id }) => id !== appId));
  }
}

/** The same for a route. */
async function readRoute(routeId: string): Promise<void> {
  if (!cachedData(routesList, {})) return;
  try {
    const { data } = await send(routeGet, { params: { routeId } });
    putData(routesList, {}, (old) => {
      const at = old.findIndex((route) => route.routeId === routeId);
      return at < 0 ? [...old, data] : old.with(at, data);
    });
  } catch (error) {
    if (asFailure(error).status !== 404) return refresh(routesList);
    putData(routesList, {}, (old) => old.filter((route) => route.routeId !== routeId));
  }
}
