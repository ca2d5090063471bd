import type { EndpointInput, EndpointOutput, EndpointSpec } from "@nekzus/contract";
import { createBus } from "../../kit/bus.ts";
import { createLogger } from "../../kit/log.ts";
import { createOutbound, type GuardedOutbound } from "../../kit/outbound.ts";
import { createVirtualClock, type VirtualClock } from "../../kit/virtual-clock.ts";
import { LOCAL, type Principal } from "../../wire/principal.ts";
import { createActivity } from "../events/activity/activity.ts";
import { createAudiences } from "../events/audience.ts";
import type { Topics } from "../events/topics.ts";
import type { Binding, Call } from "../http/binding.ts";
import { toJson } from "../storage/codec.ts";
import type { Storage } from "../storage/storage.ts";
import type { DeviceSockets, SocketMessage } from "./channels/device.ts";
import { createNotifications, type NotificationSettings, type Subject } from "./notifications.ts";
import type { Occurrence } from "./rules/occurrences.ts";

const log = createLogger("test", "silent");
/** No two things that follow from each other fall due within this time, in ms. */
const STEP = 10_000;
const ALL = ["read:*", "write:*", "access:*"];

/** Phones on the event socket, as far as messages see it. */
export function createPhones() {
  const here = new Map<string, { open: number; full: boolean }>();
  const got: { to: string; message: SocketMessage }[] = [];
  const connects = new Set<(deviceId: string) => void>();
  const acks = new Set<(deviceId: string, data: { notificationId: string }) => void>();
  const sockets: DeviceSockets = {
    connected: (id) => here.get(id)?.open ?? 0,
    send(to, message) {
      const phone = here.get(to);
      if (!phone?.open || phone.full) return false;
      got.push({ to, message });
      return true;
    },
    onConnect(listener) {
      connects.add(listener);
      return () => connects.delete(listener);
    },
    onMessage(_type, listener) {
      acks.add(listener);
      return () => acks.delete(listener);
    },
  };
  return {
    sockets,
    got,
    connect(id: string) {
      const phone = here.get(id) ?? { open: 0, full: false };
      here.set(id, { ...phone, open: phone.open + 1 });
      for (const listener of connects) listener(id);
    },
    disconnect: (id: string) => here.delete(id),
    full: (id: string, full: boolean) => here.set(id, { open: 1, full }),
    ack(id: string, notificationId: string | undefined) {
      for (const listener of acks) listener(id, { notificationId: notificationId ?? "" });
    },
    /** The ids of what a phone got, one after the other. */
    ids: (id: string) => got.filter(({ to }) => to === id).map(({ message }) => message.notificationId),
    /** The titles of what a phone got, each message once however often it was sent. */
    texts(id: string) {
      const its = got.filter(({ to }) => to === id).map(({ message }) => message);
      const all = new Map(its.map(({ notificationId, data }) => [notificationId, (data as { title?: string }).title]));
      return [...all.values()];
    },
  };
}

export type RoomOptions = {
  clock?: VirtualClock;
  settings?: Partial<NotificationSettings>;
  /** Users with their scopes; the devices `phone` and `tablet` belong to anna. */
  people?: Record<string, readonly string[]>;
  down?: () => Occurrence[];
  /** The apps that are sensitive. */
  sensitive?: ReadonlySet<string>;
  outbound?: GuardedOutbound;
  /** Sessions that were ended while no room was open. */
  revoked?: readonly string[];
};

/** The room on a storage, with two phones and a clock of its own. */
export async function openRoom(storage: Storage, options: RoomOptions = {}) {
  const clock = options.clock ?? createVirtualClock();
  const bus = createBus<Topics>((error) => {
    throw error;
  });
  const phones = createPhones();
  const people = options.people ?? { anna: ALL };
  const devices = { phone: "anna", tablet: Object.keys(people).at(-1) as string };
  const users = Object.keys(people);
  const subjects = (): Subject[] => [
    ...users.map((name, at) => ({ id: `user:${at + 1}`, kind: "user" as const, name, scopes: people[name] ?? [] })),
    ...Object.entries(devices).map(([id, owner]) => ({
      id: `device:${id}`,
      kind: "device" as const,
      name: `The ${id}`,
      scopes: people[owner] ?? [],
      named: people[owner] ?? [],
      owner: `user:${users.indexOf(owner) + 1}`,
    })),
  ];
  await addPeople(storage, users, devices);
  const settings = {
    enabled: true,
    ack_timeout: 30_000,
    queue: { worker_count: 4, buffer_size: 1000, retry_interval: 30_000, max_retries: 3 },
    keep_days: 30,
    ...options.settings,
  };
  const counts: Record<string, number> = {};
  const count = (name: string, by = 1) => {
    counts[name] = (counts[name] ?? 0) + by;
  };
  const audiences = createAudiences(() => options.sensitive ?? new Set());
  const activity = createActivity({ storage, bus, audiences, clock, log, keepEntries: () => 1000 });
  const room = createNotifications({
    storage,
    bus,
    audiences,
    clock,
    log,
    outbound: options.outbound ?? createOutbound({ isOwnListener: () => false, log }),
    sockets: phones.sockets,
    activity,
    subjects: async () => subjects(),
    down: async () => options.down?.() ?? [],
    origin: () => "https://home.example.org:8443",
    browserName: () => "Firefox",
    revokedIds: async () => options.revoked ?? [],
    settings: () => settings,
    networks: () => [{ contains: (address) => address === "127.0.0.1" }],
    webhookKeepDays: () => 30,
    meter: {
      enqueued: (by) => count("enqueued", by),
      delivered: () => count("delivered"),
      failed: (_, reason) => count(reason),
      expired: (by) => count("expired", by),
      retried: (by) => count("retried", by),
    },
  });
  await room.start();

  /** Calls an endpoint as the machine itself, or as somebody else, in a session or without one. */
  async function call<E extends EndpointSpec>(
    endpoint: E,
    input: Partial<EndpointInput<E>> = {},
    principal: Principal = LOCAL,
    sessionId?: string,
  ): Promise<EndpointOutput<E>> {
    const binding = room.routes.find((one) => one.endpoint === (endpoint as EndpointSpec)) as Binding | undefined;
    if (!binding) throw new Error(`${endpoint.id} is not bound`);
    const facts = { id: "r", address: "192.168.1.2", local: false, secure: true, listener: "api" } as const;
    const whole = { params: undefined, query: undefined, body: undefined, ...input };
    const asked = {
      ...whole,
      caller: { principal, facts, ...(sessionId && { sessionId }) },
      header: () => undefined,
    } as unknown as Call<EndpointSpec>;
    return (await binding.handle(asked)).body as EndpointOutput<E>;
  }

  /** Moves time, dealing with what falls due on the way before it goes on. */
  async function advance(ms: number): Promise<void> {
    await room.settled();
    for (let left = ms; left > 0; left -= STEP) {
      await clock.advance(Math.min(left, STEP));
      await room.settled();
    }
  }

  return { room, bus, clock, phones, settings, counts, call, settle: room.settled, advance };
}

/** Adds users and their devices as the rooms that own them would. */
async function addPeople(storage: Storage, users: readonly string[], devices: Record<string, string>): Promise<void> {
  await storage.write(async (tx) => {
    const known = await tx.selectFrom("users").select("id").executeTakeFirst();
    if (known) return;
    for (const [at, username] of users.entries()) {
      const row = { role: "admin", password_hash: "x", generation: 1, is_active: 1, created_at: 0, last_login: null };
      await tx
        .insertInto("users")
        .values({ id: at + 1, username, ...row })
        .execute();
    }
    for (const [id, owner] of Object.entries(devices)) {
      const row = {
        name: id,
        platform: "ios",
        model: "",
        scopes: toJson([]),
        generation: 1,
        pins: "[]",
        created_at: 0,
      };
      const rest = { expires_at: null, seen_at: 0, address: "", day: 0, requests: 0 };
      await tx
        .insertInto("devices")
        .values({ id, user_id: users.indexOf(owner) + 1, ...row, ...rest })
        .execute();
    }
  });
}
