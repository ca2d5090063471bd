import type { Clock } from "../../kit/clock.ts";
import type { Logger } from "../../kit/log.ts";
import type { Page } from "../../kit/pages.ts";
import type { Subject } from "../../wire/snapshot.ts";
import type { CoreBus } from "../events/topics.ts";
import type { Binding } from "../http/binding.ts";
import type { Storage } from "../storage/storage.ts";
import type { ApiKeys } from "./api-keys/api-keys.ts";
import { createAppAccess } from "./app-access.ts";
import { type Audit, createAudit } from "./audit/audit.ts";
import { createDevicePresence, type DevicePresence, type OfflineDetection } from "./devices/presence.ts";
import { createHandOver, type FindRoutes, type Origins } from "./hand-over.ts";
import { createHostHandOver, type FindRouteAt } from "./host-hand-over.ts";
import { createIdentify, type Identify, sessionCookie } from "./identify.ts";
import { createLockout, type Lockout } from "./lockout.ts";
import { checkOrigin } from "./origin.ts";
import { createOwnSessions } from "./own-sessions.ts";
import { createOwnUser } from "./own-user.ts";
import { createPairing, type PairingParts, type PairingRoom } from "./pairing/pairing.ts";
import { createPasswordChange } from "./password-change.ts";
import { createPasswordProof } from "./password-proof.ts";
import { createPasswords, type Passwords } from "./passwords.ts";
import { createPreferences } from "./preferences.ts";
import { createRefresh } from "./refresh.ts";
import {
  accessRoutes,
  accountRoutes,
  apiKeyRoutes,
  appAccessRoutes,
  auditRoutes,
  deviceRoutes,
  pairingRoutes,
  sessionCookieRoutes,
} from "./routes.ts";
import type { SessionCookies } from "./session-cookies/session-cookies.ts";
import { createSessions, type Sessions } from "./sessions.ts";
import { createSetup } from "./setup.ts";
import { createSignIn } from "./sign-in.ts";
import type { Use } from "./subject-use.ts";
import { createSubjects } from "./subjects.ts";
import { createTokenFamilies } from "./token-families.ts";
import { createTokens, type TokenOptions } from "./tokens.ts";
import type { Users } from "./users.ts";

export { apiKeyCommands } from "./api-keys/commands.ts";
export type { Audit } from "./audit/audit.ts";
export { browserName, storedUserAgent } from "./browser-name.ts";
export { COMMAND_LINE } from "./command-line.ts";
export { pairingCommands } from "./pairing/commands.ts";
export { tokenKey } from "./token-key.ts";
export type { FindRouteAt, FindRoutes, Origins, Users };

export type AccessParts = {
  storage: Storage;
  clock: Clock;
  bus: CoreBus;
  /** Key, issuer, audience and instance of the tokens; the key comes from {@link tokenKey}. */
  tokens: TokenOptions;
  /** Is `local` switched on now (`auth.local_access`)? */
  localAccess: () => boolean;
  /** Do apps share the API's origin now (`server.share_origin`)? */
  sharedOrigin: () => boolean;
  findRoutes: FindRoutes;
  findRouteAt: FindRouteAt;
  origins: Origins;
  /** Shown for a hand-over code that cannot be redeemed. */
  problemPage: Page;
  /** Is the device on the event socket now? */
  isConnected: (deviceId: string) => boolean;
  /** When a device counts as away, and whether that is told (`notifications.offline_detection`). */
  offlineDetection: () => OfflineDetection;
  /** Called with the code of the first setup when it is made, to be shown at the console. */
  onCode: (code: string) => void;
  /** What pairing tells devices about the gateway. */
  pairing: Pick<PairingParts, "pin" | "baseUrl" | "bootstrapTokens"> & { name: string };
  log: Logger;
  /** How long the record of changes is kept (`audit` of the configuration). */
  auditSettings: () => { keep_days: number; max_entries: number };
  /** Default: argon2id at the recommended cost. */
  passwords?: Passwords;
};

/** A subject, and whose it is. */
export type OwnedSubject = Subject & { owner?: string };

export type Access = {
  users: Users;
  sessions: Sessions;
  /** Begins and ends writing down who was seen last. */
  use: { start(): void; stop(): Promise<void> };
  /** Begins and ends noticing devices that go away. */
  presence: DevicePresence;
  pairing: PairingRoom;
  keys: ApiKeys;
  /** Cookies of apps that are kept for devices; captured by edges. */
  sessionCookies: Pick<SessionCookies, "onEdge" | "start" | "stop">;
  lockout: Pick<Lockout, "lift">;
  audit: Audit;
  /** A device or API key used an app, through an edge. */
  onUse(subjectId: string, address: string, requests: number): void;
  /** For the snapshot: SHA-256 of each API key → its subject. */
  apiKeys(): Promise<[hash: string, subjectId: string][]>;
  identify: Identify;
  /** Id of the living session that the cookie of a request belongs to; without its proof it identifies nobody. */
  sessionOfCookie(request: Parameters<Identify>[0]): Promise<string | undefined>;
  /** Is a device with this id paired? */
  isPaired(deviceId: string): Promise<boolean>;
  /** Throws ORIGIN_NOT_ALLOWED; for the API server's guard. */
  checkOrigin: typeof checkOrigin;
  routes: Binding[];
  /** For the snapshot: everybody whom tokens and cookies can speak of. A user's devices follow the user. */
  subjects(): Promise<OwnedSubject[]>;
  /** For the snapshot: tokens and sessions that were withdrawn before their end. */
  revokedIds(): Promise<string[]>;
  /**
   * Makes the first administrator that the environment names, if there is none; then, if there still is none, says
   * the code for the setup. Throws an error for a person when the environment is incomplete.
   */
  start(env: Record<string, string | undefined>): Promise<void>;
};

/** Who may do what: users, sign-in, tokens, browser sessions, and the guard's question who calls. */
export function createAccess(parts: AccessParts): Access {
  const { storage, clock, bus, localAccess } = parts;
  const passwords = parts.passwords ?? createPasswords();
  const { users, use, devices, apiKeys, sessionCookies, findSubject } = createSubjects({
    storage,
    clock,
    bus,
    passwords,
    log: parts.log,
    isConnected: parts.isConnected,
    onlineMs: () => parts.offlineDetection().offline_threshold,
  });
  const tokens = createTokens({ storage, clock, bus, options: parts.tokens });
  const sessions = createSessions({ storage, clock, bus, users });
  const audit = createAudit({
    storage,
    clock,
    log: parts.log,
    settings: parts.auditSettings,
    isUser: async (name) => (await users.findForSignIn(name)) !== undefined,
  });
  const ofKind = (kind: string, uses: Use[]) =>
    uses.filter(({ id }) => id.startsWith(kind)).map((one) => ({ ...one, id: one.id.slice(kind.length) }));
  const families = createTokenFamilies({
    storage,
    clock,
    bus,
    tokens,
    findSubject,
    onTheft(subject) {
      parts.log.warn({ subject }, "a token that had been exchanged was used again: all that came of it is void");
      void audit.system("token.reused", subject, { message: "All tokens of this line are void." }, false);
    },
  });
  const setup = createSetup({ users, onCode: parts.onCode });
  const lockout = createLockout({ clock });
  const proof = createPasswordProof({ users, passwords, lockout });
  const signIn = createSignIn({ users, passwords, proof, sessions, tokens, families });
  const pairing = createPairing({
    storage,
    clock,
    bus,
    users,
    families,
    instance: { id: parts.tokens.instanceId, name: parts.pairing.name },
    ...parts.pairing,
  });
  const refresh = createRefresh({ families });
  const { findRoutes, findRouteAt, origins, problemPage } = parts;
  const handOver = createHandOver({ clock, sessions, tokens, findRoutes, origins, problemPage });
  const hostHandOver = createHostHandOver({ clock, sessions, tokens, findRouteAt, origins, problemPage });

  const ownUser = createOwnUser({ users, sharedOrigin: parts.sharedOrigin });
  const passwordChange = createPasswordChange({ users, proof, ownUser });
  const ownSessions = createOwnSessions({ sessions, ownUser });
  const preferences = createPreferences({ storage, clock, ownUser });

  const subjects = async (): Promise<OwnedSubject[]> => [
    ...(await users.subjects()),
    ...(await devices.subjects()),
    ...(await apiKeys.snapshot()).subjects,
  ];

  return {
    users,
    sessions,
    use: {
      start: () =>
        use.start(async (uses) => {
          await devices.seen(ofKind("device:", uses));
          await apiKeys.used(ofKind("apikey:", uses));
        }),
      stop: () => use.stop(),
    },
    presence: createDevicePresence({
      devices: () => devices.presence(),
      settings: parts.offlineDetection,
      bus,
      clock,
      log: parts.log,
    }),
    pairing,
    keys: apiKeys,
    sessionCookies,
    lockout,
    audit,
    onUse: (id, address, requests) => use.count(id, address, requests),
    apiKeys: async () => (await apiKeys.snapshot()).hashes,
    identify: createIdentify({
      tokens,
      sessions,
      findSubject,
      onUse: (id, address) => use.count(id, address),
      findApiKey: (key) => apiKeys.find(key),
      localAccess,
      sharedOrigin: parts.sharedOrigin,
    }),
    async sessionOfCookie({ headers, facts }) {
      const cookie = sessionCookie(headers, facts);
      return cookie === undefined ? undefined : sessions.idByCookie(cookie);
    },
    isPaired: (id) => devices.isPaired(id),
    checkOrigin,
    routes: [
      ...accessRoutes({ setup, signIn, lockout, handOver, hostHandOver }),
      ...accountRoutes({ passwordChange, ownSessions, preferences }),
      ...pairingRoutes({ pairing, refresh }),
      ...deviceRoutes(devices),
      ...sessionCookieRoutes(sessionCookies),
      ...apiKeyRoutes(apiKeys),
      ...auditRoutes(audit),
      ...appAccessRoutes(createAppAccess({ findRoutes, subjects })),
    ],
    subjects,
    revokedIds: () => tokens.revokedIds(),
    async start(env) {
      await passwords.start();
      await setup.fromEnvironment(env);
      await setup.start();
    },
  };
}
