import type { Clock } from "../../kit/clock.ts";
import type { Logger } from "../../kit/log.ts";
import type { CoreBus } from "../events/topics.ts";
import type { Storage } from "../storage/storage.ts";
import { type ApiKeys, createApiKeys } from "./api-keys/api-keys.ts";
import { createDevices } from "./devices/devices.ts";
import type { Passwords } from "./passwords.ts";
import { createSessionCookies } from "./session-cookies/session-cookies.ts";
import { createSubjectUse } from "./subject-use.ts";
import { createUsers } from "./users.ts";

/**
 * Whoever may be given rights: users, their devices, and the API keys that they make; with what they did last, and what is
 * kept for devices.
 */
export function createSubjects(parts: {
  storage: Storage;
  clock: Clock;
  bus: CoreBus;
  passwords: Passwords;
  log: Logger;
  /** Is a device on the event socket now? */
  isConnected(deviceId: string): boolean;
  /** How long after its last use a device counts as there, in ms. */
  onlineMs(): number;
}) {
  const { storage, clock, bus, log, isConnected, onlineMs } = parts;
  const users = createUsers(parts);
  const use = createSubjectUse({ clock });
  const sessionCookies = createSessionCookies({ storage, clock, bus, log });
  const devices = createDevices({
    storage,
    clock,
    bus,
    users,
    use,
    cookies: sessionCookies,
    isConnected,
    onlineMs,
    onRevoked: (id) => apiKeys.revokeMadeBy(id),
  });
  const findSubject = async (id: string) => (id.startsWith("device:") ? devices.subject(id) : users.subject(id));
  const apiKeys: ApiKeys = createApiKeys({
    storage,
    clock,
    bus,
    use,
    findMaker: (id) => (id.startsWith("apikey:") ? apiKeys.subject(id) : findSubject(id)),
  });
  return { users, use, devices, apiKeys, sessionCookies, findSubject };
}
