import type { IncomingHttpHeaders } from "node:http";
import type { Socket } from "node:net";
import { type EventData, MAX_CLIENT_MESSAGE, type ServerMessageData } from "@nekzus/contract";
import { LRUCache } from "lru-cache";
import { type WebSocket, WebSocketServer } from "ws";
import type { Clock, Timer } from "../../../kit/clock.ts";
import type { Logger } from "../../../kit/log.ts";
import { Problem } from "../../../kit/problem.ts";
import type { Upgrade } from "../../http/binding.ts";
import { type Audience, type Audiences, READ_ALL, scopeOf } from "../audience.ts";
import type { EventLog } from "../event-log.ts";
import type { CoreBus } from "../topics.ts";
import { type Client, createClient, type Place } from "./client.ts";
import type { DeviceSockets } from "./device-sockets.ts";
import { createEntrance, DEVICE_REVOKED, type Entered, type IdentifyShown, refused, type Shown } from "./entrance.ts";
import { createFeed } from "./feed.ts";
import { messageFrame } from "./frames.ts";
import { createJudgement } from "./judgement.ts";
import { createListChanges } from "./list-changes.ts";
import { createMembers } from "./members.ts";
import { type Levels, levelsOf, matches } from "./patterns.ts";
import { createTraffic, type Traffic } from "./traffic.ts";
import { createWire, type Wire } from "./wire.ts";

export type { DeviceSockets } from "./device-sockets.ts";

export type EventSocket = {
  start(): Promise<void>;
  /** Closes every connection with 1001 and takes no more. */
  stop(): Promise<void>;
  /** The same ahead of the end: the gateway stops, and clients are to look for another connection. */
  leave(): void;
  /** Takes a connection over. Throws UPGRADE_REQUIRED, BAD_REQUEST, SERVICE_UNAVAILABLE before it does. */
  accept(upgrade: Upgrade): void;
  devices: DeviceSockets;
  /** Connections that signed in: of everybody, and of each device. */
  clients(): { total: number; ofDevices: Record<string, number> };
  /** Closes the connections of a device; answers how many. */
  disconnect(deviceId: string): number;
  /** For metrics. */
  traffic(): Traffic;
};

export type EventSocketParts = {
  events: EventLog;
  audiences: Audiences;
  bus: CoreBus;
  clock: Clock;
  log: Logger;
  identify: IdentifyShown;
  /** Is a device with this id paired? */
  isPaired(deviceId: string): Promise<boolean>;
  /** A device was on the socket until now. */
  onSeen(subjectId: string, address: string): void;
  /** How apps are doing now, for those who subscribe to `health_change`. */
  health(): readonly EventData<"health_change">[];
  info: { instanceId: string; version: string };
};

/** Connections that are signed in, of one principal and in all. */
const MOST = { ofPrincipal: 64, inAll: 8192 };
/** How often connections are looked at, in ms. */
const LOOK_MS = 5_000;
/** How long clients have to agree to the end, in ms, and how often it is looked whether they did. */
const STOP_MS = 1_000;
const STEP_MS = 10;
/** How long a device can take up where it left, in ms; and how many can. */
const PLACES = { ms: 24 * 60 * 60 * 1000, most: 1_000 };

const DEVICE_STATUS = levelsOf("device_status");
const HEALTH_CHANGE = levelsOf("health_change");
const OF_HOUSE = { scope: READ_ALL, sensitive: false };
const CHANGED = levelsOf("changed");
const OF_EVENTS = { scope: "read:events", sensitive: false };

/** The event socket (10 §10): what happens, as it happens, to everybody who may see it. */
export function createEventSocket(parts: EventSocketParts): EventSocket {
  const { events, audiences, bus, clock, log, identify, isPaired, info } = parts;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_CLIENT_MESSAGE,
    perMessageDeflate: false,
    autoPong: false,
  });
  const traffic = createTraffic();
  const feed = createFeed(events, (error) => log.error({ err: error }, "events could not be read for a client"));
  const members = createMembers();
  const entrance = createEntrance({
    clock,
    identify,
    isPaired,
    onTrouble: (error) => log.error({ err: error }, "a client of the event socket could not be identified"),
  });
  const judgement = createJudgement({ bus, clock, log, identify, members, withdraw });
  /** Devices of which it was told last that they are offline. */
  const away = new Set<string>();
  const places = new LRUCache<string, Place & { until: number }>({ max: PLACES.most });
  const connectListeners = new Set<(deviceId: string) => void>();
  const ackListeners = new Set<(deviceId: string, data: { notificationId: string }) => void>();
  /** Everybody who is connected, signed in or not. */
  const open = new Set<{ close(): void; cut(): void }>();
  let leaving = false;
  let timer: Timer | undefined;
  let endings: (() => void)[] = [];
  const listChanges = createListChanges(clock, tellChanged);

  function greet(ws: WebSocket, socket: Socket, visitor: Shown): void {
    let client: Client | undefined;
    const wire = createWire(ws, socket, clock, {
      onMessage: (message) => (client ?? waiting).onMessage(message),
      onDrain: () => client?.onDrain(),
      onClosed(code, own) {
        open.delete(connection);
        waiting.leave();
        traffic.closed(code);
        if (client) gone(client, own || (code !== 1000 && code !== 1001));
      },
      count: traffic.count,
    });
    const connection = {
      close: () => wire.close(1001, "The gateway stops or restarts. Reconnect in a moment."),
      cut: () => ws.terminate(),
    };
    open.add(connection);
    const waiting = entrance.wait(wire, visitor, (entered) => {
      const { id } = entered.caller.principal;
      if (members.of(id).length >= MOST.ofPrincipal || members.size() >= MOST.inAll) {
        return refused("RATE_LIMIT_EXCEEDED", "Too many connections are open.", 4429);
      }
      client = join(wire, entered);
      return undefined;
    });
  }

  function join(wire: Wire, entered: Entered): Client {
    const saved = entered.resume ? placeOf(entered.caller.principal.id) : undefined;
    const client: Client = createClient({
      wire,
      clock,
      feed,
      audiences,
      entered,
      saved,
      onSubscribed: (patterns) => tellHealth(client, patterns.map(levelsOf)),
      onNotificationAck(data) {
        for (const listener of client.deviceId === undefined ? [] : ackListeners)
          listener(client.deviceId as string, data);
      },
    });
    const { deviceId } = client;
    const name = deviceId ?? entered.caller.principal.id;
    wire.tell("auth_success", { deviceId: name, message: "Signed in.", resumed: saved !== undefined });
    wire.tell("hello", {
      message: "Connected.",
      nekzusId: info.instanceId,
      version: info.version,
      timestamp: Math.floor(clock.now() / 1000),
      latest: feed.latest(),
    });
    members.add(client);
    // What was withdrawn while it signed in was not told to it yet.
    judgement.judge([client]);
    if (deviceId !== undefined) {
      announce(deviceId, "online");
      for (const listener of connectListeners) listener(deviceId);
    }
    client.begin(entered.after, entered.early);
    return client;
  }

  function placeOf(principalId: string): Place | undefined {
    const place = places.get(principalId);
    return place && place.until > clock.now() ? place : undefined;
  }

  /** Its authority is over: from now on it gets nothing and is not heard. */
  async function withdraw(client: Client, reason: string): Promise<void> {
    if (!members.remove(client)) return;
    client.end();
    const { wire, deviceId } = client;
    const { id, name: deviceName } = client.principal();
    places.delete(id);
    // Who cannot be found out about signs in again and is told then.
    const gone = deviceId !== undefined && !(await isPaired(deviceId).catch(() => true));
    if (gone) wire.tell("device_revoked", { deviceId, deviceName });
    wire.close(gone ? 4403 : 4401, gone ? DEVICE_REVOKED : reason);
  }

  /** The connection is closed; `broken`: and the client did not wish it. */
  function gone(client: Client, broken: boolean): void {
    const { deviceId, will } = client;
    const principal = client.principal();
    const place = client.place();
    const withdrawn = !members.remove(client);
    client.end();
    if (deviceId !== undefined) {
      if (!withdrawn) {
        places.set(principal.id, { ...place, until: clock.now() + PLACES.ms });
        parts.onSeen(principal.id, client.shown.facts.address);
      }
      if (!members.ofDevice(deviceId).length) announce(deviceId, "offline");
      // It may be gone for good, and comes back with a sign-in at most.
      if (withdrawn) away.delete(deviceId);
    }
    if (!will || withdrawn || !broken || leaving) return;
    const text = messageFrame(will.topic, will.message, clock.now(), { topic: will.topic, from: principal.id });
    for (const other of members.all()) if (other.hears(will.topic, principal)) other.wire.send(text);
  }

  /** Tells those who see everything, and the device itself. */
  function announce(deviceId: string, status: "online" | "offline"): void {
    if (status === "offline") away.add(deviceId);
    else away.delete(deviceId);
    const text = messageFrame("device_status", { deviceId, status }, clock.now());
    for (const client of members.all()) {
      if (client.deviceId === deviceId || client.wants(DEVICE_STATUS, OF_HOUSE)) client.wire.send(text);
    }
  }

  /** A device that uses no socket went away or came back, or one whose connection broke off stays away. */
  function announceNews(deviceId: string, status: "online" | "offline"): void {
    if (!members.ofDevice(deviceId).length && away.has(deviceId) !== (status === "offline")) announce(deviceId, status);
  }

  function tellHealth(client: Client, patterns: readonly Levels[]): void {
    if (!patterns.some((pattern) => matches(pattern, HEALTH_CHANGE))) return;
    const its = parts
      .health()
      .filter((data) => client.wants(HEALTH_CHANGE, audiences.of(scopeOf("health_change", data))));
    client.wire.send(...its.map((data) => messageFrame("health_change", data, clock.now(), { retain: true })));
  }

  /** Tells people, not devices: it is for the pages that are open. */
  function tellPeople<T extends "activity" | "notices_read">(
    clients: Iterable<Client>,
    type: T,
    audience: Audience,
    data: ServerMessageData<T>,
  ): void {
    let text: string | undefined;
    for (const client of clients) {
      if (client.principal().kind !== "user" || !client.wants(levelsOf(type), audience)) continue;
      text ??= messageFrame(type, data, clock.now());
      client.wire.send(text);
    }
  }

  function tellChanged(area: string, by: ReadonlySet<string>): void {
    const text = messageFrame("changed", { area }, clock.now());
    for (const client of members.all()) {
      const { kind, id } = client.principal();
      if (kind === "user" && client.wants(CHANGED, by.has(id) ? OF_EVENTS : OF_HOUSE)) client.wire.send(text);
    }
  }

  function look(): void {
    for (const client of members.all()) client.look();
    judgement.look();
  }

  function leave(): void {
    leaving = true;
    for (const connection of open) connection.close();
  }

  return {
    async start() {
      await feed.start();
      judgement.start();
      endings = [
        bus.on("device_offline", ({ deviceId }) => announceNews(deviceId, "offline")),
        bus.on("device_online", ({ deviceId }) => announceNews(deviceId, "online")),
        bus.on("device_revoked", ({ deviceId }) => void away.delete(deviceId)),
        bus.on("activity-added", ({ entry, audience, notice }) =>
          tellPeople(members.all(), "activity", audience, { ...entry, notice }),
        ),
        bus.on("list-changed", ({ area, by }) => listChanges.add(area, by)),
        bus.on("notices-read", ({ user, ...read }) => tellPeople(members.of(user), "notices_read", OF_EVENTS, read)),
      ];
      timer = clock.every(LOOK_MS, look);
    },

    async stop() {
      leave();
      const end = clock.monotonic() + STOP_MS;
      while (open.size && clock.monotonic() < end) {
        await new Promise<void>((resolve) => clock.after(STEP_MS, resolve));
      }
      for (const connection of open) connection.cut();
      timer?.cancel();
      for (const end of endings) end();
      listChanges.stop();
      judgement.stop();
      feed.stop();
    },

    leave,

    accept({ request, caller, take }) {
      if (leaving) throw new Problem("SERVICE_UNAVAILABLE", "The gateway stops or restarts.", undefined, 2);
      checkHandshake(request.headers);
      const { socket, head } = take();
      const visitor = { facts: caller.facts, headers: request.headers };
      server.handleUpgrade(request, socket, head, (ws) => greet(ws, socket, visitor));
    },

    devices: {
      connected: (deviceId) => members.ofDevice(deviceId).length,
      send(deviceId, { type, data, notificationId }) {
        const text = messageFrame(type, data, clock.now(), { notificationId });
        return members.ofDevice(deviceId).filter(({ wire }) => wire.send(text)).length > 0;
      },
      onConnect(listener) {
        connectListeners.add(listener);
        return () => connectListeners.delete(listener);
      },
      onMessage(_type, listener) {
        ackListeners.add(listener);
        return () => ackListeners.delete(listener);
      },
    },

    clients: () => ({ total: members.size(), ofDevices: members.devices() }),

    disconnect(deviceId) {
      const connections = members.ofDevice(deviceId);
      for (const { wire } of connections) wire.close(4000, "An administrator closed the connection.");
      return connections.length;
    },

    traffic: () => ({ ...traffic.now(), signedIn: members.size(), waiting: entrance.waiting() }),
  };
}

/** Throws for what is no handshake of RFC 6455, section 4.2.1. That it asks for a WebSocket was seen before. */
function checkHandshake(headers: IncomingHttpHeaders): void {
  if (headers["sec-websocket-version"] !== "13") throw new Problem("UPGRADE_REQUIRED");
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers["sec-websocket-key"] ?? "")) {
    throw new Problem("BAD_REQUEST", "Sec-WebSocket-Key is not 16 bytes in base64.");
  }
}
