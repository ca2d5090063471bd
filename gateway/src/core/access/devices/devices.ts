import type { devices as contract } from "@nekzus/contract";
import type { z } from "zod";
import type { Clock } from "../../../kit/clock.ts";
import { Problem } from "../../../kit/problem.ts";
import { commonScopes, grants } from "../../../kit/scopes.ts";
import type { Principal } from "../../../wire/principal.ts";
import type { Subject } from "../../../wire/snapshot.ts";
import type { CoreBus } from "../../events/topics.ts";
import type { Answer, Call } from "../../http/binding.ts";
import { toInstant } from "../../storage/codec.ts";
import type { Storage } from "../../storage/storage.ts";
import { mustHold } from "../given-scopes.ts";
import type { SessionCookies } from "../session-cookies/session-cookies.ts";
import { dayOf, type SubjectUse, type Use } from "../subject-use.ts";
import { subjectId, type User, type Users } from "../users.ts";
import { createDeviceStore, type StoredDevice } from "./store.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Pins that are kept of one device: that of now and that of a certificate to come. */
const MOST_PINS = 2;

type Shown = z.input<typeof contract.Device>;

export type Devices = {
  list(call: Call<typeof contract.devicesList>): Promise<Answer<typeof contract.devicesList>>;
  get(call: Call<typeof contract.deviceGet>): Promise<Answer<typeof contract.deviceGet>>;
  change(call: Call<typeof contract.devicePatch>): Promise<Answer<typeof contract.devicePatch>>;
  revoke(call: Call<typeof contract.deviceDelete>): Promise<Answer<typeof contract.deviceDelete>>;
  addPin(call: Call<typeof contract.devicePins>): Promise<Answer<typeof contract.devicePins>>;
  /** Forgets the cookies of apps that are kept for it. */
  clearCookies(
    call: Call<typeof contract.deviceSessionCookiesClear>,
  ): Promise<Answer<typeof contract.deviceSessionCookiesClear>>;
  /** The device behind `device:<id>` with what it may do now; undefined when it or its owner is gone, or its time is over. */
  subject(id: string): Promise<DeviceSubject | undefined>;
  /** All devices that may do something, as edges know them. */
  subjects(): Promise<DeviceSubject[]>;
  /** Every device, and whether it is there now. */
  presence(): Promise<{ id: string; name: string; online: boolean }[]>;
  /** Is a device with this id paired? */
  isPaired(id: string): Promise<boolean>;
  /** Writes down the last uses. */
  seen(uses: readonly Use[]): Promise<void>;
};

type DeviceSubject = Subject & { owner: string; expiresAt: number | undefined };

/** The paired devices: who sees and changes them, and what they may do. */
export function createDevices(parts: {
  storage: Storage;
  clock: Clock;
  bus: CoreBus;
  users: Users;
  use: SubjectUse;
  cookies: Pick<SessionCookies, "keptSignIns" | "forget">;
  /** Is the device on the event socket now? */
  isConnected(deviceId: string): boolean;
  /** A device counts as online for so long after its last use, in ms (10 §4). */
  onlineMs(): number;
  /** Makes void what the device made. */
  onRevoked(subjectId: string): Promise<void>;
}): Devices {
  const { clock, bus, users, use, cookies, isConnected } = parts;
  const store = createDeviceStore(parts.storage);

  function subjectOf(device: StoredDevice, owner: User | undefined): DeviceSubject | undefined {
    const over = device.expiresAt !== undefined && device.expiresAt <= clock.now();
    if (!owner?.isActive || over) return undefined;
    return {
      id: deviceSubject(device.id),
      kind: "device",
      owner: subjectId(device.userId),
      name: device.name,
      generation: device.generation,
      scopes: commonScopes(owner.scopes, device.scopes),
      named: device.scopes,
      expiresAt: device.expiresAt,
    };
  }

  function lastUse(device: StoredDevice) {
    const used = use.of(deviceSubject(device.id));
    const seen = Math.max(device.seenAt, used.at);
    return { used, seen, online: isConnected(device.id) || clock.now() - seen < parts.onlineMs() };
  }

  async function shown(device: StoredDevice, owner: User | undefined): Promise<Shown> {
    return shownWith(device, owner, await cookies.keptSignIns(device.id));
  }

  function shownWith(device: StoredDevice, owner: User | undefined, keptSignIns: Map<string, number>): Shown {
    const { id, name, platform, model, scopes, pins, createdAt, expiresAt } = device;
    const { used, seen, online } = lastUse(device);
    return {
      id,
      deviceId: id,
      name,
      deviceName: name,
      platform,
      platformVersion: "",
      model,
      owner: owner?.username ?? "",
      scopes,
      effectiveScopes: [...(subjectOf(device, owner)?.scopes ?? [])],
      pairedAt: toInstant(createdAt),
      createdAt: toInstant(createdAt),
      ...(expiresAt !== undefined && { expiresAt: toInstant(expiresAt) }),
      lastSeen: toInstant(seen),
      lastSeenAt: toInstant(seen),
      lastAddress: used.at > device.seenAt ? used.address : device.address,
      status: online ? "online" : "offline",
      requestsToday: used.requests + (device.day === dayOf(clock.now()) ? device.requests : 0),
      pins,
      keptSignIns: keptSignIns.get(id) ?? 0,
    };
  }

  /** The device, if the caller may see it; who may not learns nothing. */
  async function visible(id: string, principal: Principal): Promise<StoredDevice> {
    const device = await store.byId(id);
    if (device && (seesAll(principal) || isOwn(device, principal))) return device;
    throw new Problem("DEVICE_NOT_FOUND", `There is no device with the id "${id}".`);
  }

  /** The same for a caller who may rename or revoke it (ruling R21). */
  async function changeable(id: string, principal: Principal): Promise<StoredDevice> {
    const device = await visible(id, principal);
    if (isOwn(device, principal) || grants(principal.scopes, "write:*")) return device;
    throw new Problem("FORBIDDEN", "This is somebody else's device. It takes the scope write:*.");
  }

  const announce = (id: string) => bus.emit("subjects-changed", { ids: [deviceSubject(id)] });

  return {
    async list({ query, caller: { principal } }) {
      const all = await store.all(seesAll(principal) ? undefined : (userIdOf(principal) ?? -1));
      const own = principal.kind === "device" && !seesAll(principal) ? await ownDevice(principal) : [];
      const found = [...all, ...own];
      const owners = new Map((await users.list()).map((user) => [user.id, user]));
      const kept = await cookies.keptSignIns();
      const show = (some: StoredDevice[]) => some.map((device) => shownWith(device, owners.get(device.userId), kept));
      if (query.limit === undefined && query.offset === undefined) return { body: show(found) };
      const offset = query.offset ?? 0;
      const page = found.slice(offset, query.limit === undefined ? undefined : offset + query.limit);
      return { body: { devices: show(page), total: found.length, limit: query.limit ?? -1, offset } };
    },

    async get({ params, caller }) {
      const device = await visible(params.deviceId, caller.principal);
      return { body: await shown(device, await users.find(device.userId)) };
    },

    async change({ params, body, caller: { principal } }) {
      const device = await changeable(params.deviceId, principal);
      const owner = await users.find(device.userId);
      const grave = body.scopes !== undefined || body.days !== undefined;
      if (grave && !grants(principal.scopes, "access:admin")) {
        throw new Problem("FORBIDDEN", "Changing what a device may do, or for how long, takes the scope access:admin.");
      }
      if (body.scopes) mustHold(body.scopes, [principal, { name: owner?.username ?? "", scopes: owner?.scopes ?? [] }]);
      const expiresAt = body.days ? clock.now() + body.days * DAY_MS : undefined;
      const changed = await store.change(device.id, {
        ...(body.deviceName !== undefined && { name: body.deviceName }),
        ...(body.scopes && { scopes: [...new Set(body.scopes)] }),
        ...(body.days !== undefined && { expiresAt }),
      });
      if (!changed) throw new Problem("DEVICE_NOT_FOUND", `There is no device with the id "${device.id}" any more.`);
      announce(device.id);
      return { body: await shown(changed, owner) };
    },

    async revoke({ params, caller: { principal } }) {
      const device = await changeable(params.deviceId, principal);
      const ids = await store.remove(device.id);
      if (ids.length) bus.emit("credentials-revoked", { ids });
      use.forget(deviceSubject(device.id));
      await parts.onRevoked(deviceSubject(device.id));
      announce(device.id);
      bus.emit("device_revoked", { deviceId: device.id, deviceName: device.name });
      return {
        body: {
          status: "revoked",
          deviceId: device.id,
          message: `${device.name} was revoked: nothing it holds is good any more.`,
          revokedAt: toInstant(clock.now()),
        },
      };
    },

    async addPin({ params, body, caller: { principal } }) {
      const device = await changeable(params.deviceId, principal);
      const pins = [body.newPin, ...device.pins.filter((pin) => pin !== body.newPin)].slice(0, MOST_PINS);
      await store.change(device.id, { pins });
      return { body: { success: true, activePins: pins } };
    },

    async clearCookies({ params, caller: { principal } }) {
      const device = await changeable(params.deviceId, principal);
      await cookies.forget(device.id);
      return {};
    },

    async subject(id) {
      const device = id.startsWith("device:") ? await store.byId(id.slice(7)) : undefined;
      return device && subjectOf(device, await users.find(device.userId));
    },

    async subjects() {
      const owners = new Map((await users.list()).map((user) => [user.id, user]));
      return (await store.all()).flatMap((device) => subjectOf(device, owners.get(device.userId)) ?? []);
    },

    presence: async () =>
      (await store.all()).map((device) => ({ id: device.id, name: device.name, online: lastUse(device).online })),

    isPaired: async (id) => (await store.byId(id)) !== undefined,

    seen: (uses) => store.seen(uses),
  };

  async function ownDevice(principal: Principal): Promise<StoredDevice[]> {
    const device = await store.byId(principal.id.slice(7));
    return device ? [device] : [];
  }
}

/** The id by which tokens and edges know a device. */
export function deviceSubject(id: string): string {
  return `device:${id}`;
}

function seesAll({ scopes }: Principal): boolean {
  return grants(scopes, "read:*") || grants(scopes, "access:admin");
}

function isOwn(device: StoredDevice, principal: Principal): boolean {
  return principal.id === deviceSubject(device.id) || principal.id === subjectId(device.userId);
}

/** The number of the user who calls; undefined for everybody else. */
function userIdOf({ kind, id }: Principal): number | undefined {
  return kind === "user" ? Number(id.slice("user:".length)) : undefined;
}
