import { randomBytes } from "node:crypto";
import type { apikeys as contract } from "@nekzus/contract";
import type { z } from "zod";
import { parseNetwork } from "../../../kit/addresses.ts";
import type { Clock } from "../../../kit/clock.ts";
import { sha256 } from "../../../kit/ids.ts";
import { Problem } from "../../../kit/problem.ts";
import { commonScopes } from "../../../kit/scopes.ts";
import { LOCAL } from "../../../wire/principal.ts";
import type { Subject } from "../../../wire/snapshot.ts";
import type { CoreBus } from "../../events/topics.ts";
import type { Answer, Call } from "../../http/binding.ts";
import { toInstant } from "../../storage/codec.ts";
import type { Storage } from "../../storage/storage.ts";
import { mustHold } from "../given-scopes.ts";
import type { SubjectUse, Use } from "../subject-use.ts";
import { createApiKeyStore, type StoredKey } from "./store.ts";

/** Of a key this much is shown, in characters (10 §2.8). */
const PREFIX = 12;
const MINUTE_MS = 60_000;
/** Keys that are good at the same time. */
const MOST_KEYS = 1000;

type Shown = z.input<typeof contract.ApiKey>;

export type ApiKeys = {
  list(): Promise<Answer<typeof contract.apikeysList>>;
  get(call: Call<typeof contract.apikeyGet>): Promise<Answer<typeof contract.apikeyGet>>;
  create(call: Call<typeof contract.apikeyCreate>): Promise<Answer<typeof contract.apikeyCreate>>;
  rotate(call: Call<typeof contract.apikeyRotate>): Promise<Answer<typeof contract.apikeyRotate>>;
  remove(call: Call<typeof contract.apikeyDelete>): Promise<Answer<typeof contract.apikeyDelete>>;
  /** Who a key stands for, if it is good now. */
  find(key: string): Promise<Subject | undefined>;
  /** The subject `apikey:<id>`. */
  subject(id: string): Promise<Subject | undefined>;
  /** Revokes the keys that a subject made, with their descendants. */
  revokeMadeBy(subjectId: string): Promise<void>;
  /** Writes down the last uses. */
  used(uses: readonly Use[]): Promise<void>;
  /** For the snapshot: the subjects of all good keys, and SHA-256 → subject. */
  snapshot(): Promise<{ subjects: Subject[]; hashes: [hash: string, subjectId: string][] }>;
};

/** Keys for programs: what they may is said when they are made, and cut to what their maker holds now. */
export function createApiKeys(parts: {
  storage: Storage;
  clock: Clock;
  bus: CoreBus;
  use: SubjectUse;
  /** What a maker may now: a user, a device, another key; undefined when it is gone. */
  findMaker(id: string): Promise<{ scopes: readonly string[] } | undefined>;
}): ApiKeys {
  const { clock, bus, use, findMaker } = parts;
  const store = createApiKeyStore(parts.storage);

  function ended(key: StoredKey): boolean {
    return key.revokedAt !== undefined || (key.expiresAt !== undefined && key.expiresAt <= clock.now());
  }

  async function subjectOf(key: StoredKey): Promise<Subject | undefined> {
    if (ended(key)) return undefined;
    const maker = key.createdBy === LOCAL.id ? LOCAL : await findMaker(key.createdBy);
    if (!maker) return undefined;
    return {
      id: subjectOfKey(key.id),
      kind: "apikey",
      name: key.name,
      generation: 1,
      scopes: commonScopes(maker.scopes, key.scopes),
      ...(key.networks.length && { networks: key.networks }),
      ...(key.expiresAt !== undefined && { expiresAt: key.expiresAt }),
      ...(key.perMinute && { perMinute: key.perMinute }),
    };
  }

  async function shown(key: StoredKey): Promise<Shown> {
    const used = use.of(subjectOfKey(key.id));
    const usedAt = Math.max(key.usedAt ?? 0, used.at);
    return {
      id: key.id,
      name: key.name,
      prefix: key.prefix,
      scopes: key.scopes,
      effectiveScopes: [...((await subjectOf(key))?.scopes ?? [])],
      networks: key.networks,
      requestsPerMinute: key.perMinute,
      ...(key.expiresAt !== undefined && { expiresAt: toInstant(key.expiresAt) }),
      ...(usedAt > 0 && {
        lastUsedAt: toInstant(usedAt),
        lastUsedAddress: used.at === usedAt ? used.address : key.usedAddress,
      }),
      createdAt: toInstant(key.createdAt),
      createdBy: key.createdBy,
      ...(key.revokedAt !== undefined && { revokedAt: toInstant(key.revokedAt) }),
    };
  }

  function missing(id: string): Problem {
    return new Problem("NOT_FOUND", `There is no API key with the id "${id}".`);
  }

  function announceRevoked(ids: readonly string[]): void {
    if (!ids.length) return;
    bus.emit("subjects-changed", { ids: ids.map(subjectOfKey) });
    bus.emit("api-keys-changed", {});
  }

  return {
    async list() {
      return { body: await Promise.all((await store.all()).map(shown)) };
    },

    async get({ params }) {
      const key = await store.byId(params.keyId);
      if (!key) throw missing(params.keyId);
      return { body: await shown(key) };
    },

    async create({ body, caller: { principal } }) {
      mustHold(body.scopes, [principal]);
      const expiresAt = body.expiresAt === undefined ? undefined : Date.parse(body.expiresAt);
      if (expiresAt !== undefined && expiresAt <= clock.now()) refuse("expiresAt", "must be a time to come");
      body.networks.forEach((network, at) => {
        if (!parseNetwork(network)) refuse(`networks.${at}`, `"${network}" is no network such as 192.168.1.0/24`);
      });
      if ((await store.all()).filter((key) => !ended(key)).length >= MOST_KEYS) {
        throw new Problem("VALIDATION_FAILED", `There are ${MOST_KEYS} API keys already. Revoke those nobody uses.`);
      }
      const secret = newSecret();
      const key: StoredKey = {
        id: `key_${randomBytes(16).toString("hex")}`,
        name: body.name,
        prefix: secret.prefix,
        hash: secret.hash,
        oldHash: undefined,
        oldUntil: undefined,
        scopes: [...new Set(body.scopes)],
        networks: body.networks,
        perMinute: body.requestsPerMinute,
        expiresAt,
        usedAt: undefined,
        usedAddress: "",
        createdAt: clock.now(),
        createdBy: principal.id,
        revokedAt: undefined,
      };
      await store.insert(key);
      bus.emit("api-keys-changed", {});
      return { status: 201, body: { ...(await shown(key)), key: secret.key } };
    },

    async rotate({ params, body, caller: { principal } }) {
      const before = await store.byId(params.keyId);
      if (!before || ended(before)) throw missing(params.keyId);
      // Who learns the secret has what it gives.
      mustHold(before.scopes, [principal]);
      const secret = newSecret();
      const oldUntil = body.overlapMinutes ? clock.now() + body.overlapMinutes * MINUTE_MS : undefined;
      const key = await store.replace(params.keyId, { ...secret, oldUntil });
      if (!key) throw missing(params.keyId);
      bus.emit("api-keys-changed", {});
      return { body: { ...(await shown(key)), key: secret.key } };
    },

    async remove({ params, query }) {
      const permanent = query.permanent === "true";
      const ids = await store.revoke(params.keyId, { now: clock.now(), permanent });
      if (!ids) throw missing(params.keyId);
      announceRevoked(ids);
      const message = permanent ? "The key was removed." : "The key was revoked.";
      return { body: { message, revoked: ids.length } };
    },

    async find(text) {
      const hash = sha256(text);
      const key = await store.byHash(hash);
      if (!key) return undefined;
      if (key.hash !== hash && (key.oldUntil ?? 0) <= clock.now()) return undefined;
      return subjectOf(key);
    },

    async subject(id) {
      const key = id.startsWith("apikey:") ? await store.byId(id.slice("apikey:".length)) : undefined;
      return key && subjectOf(key);
    },

    revokeMadeBy: async (subjectId) => announceRevoked(await store.revokeOf([subjectId], clock.now())),
    used: (uses) => store.used(uses),

    async snapshot() {
      const subjects: Subject[] = [];
      const hashes: [string, string][] = [];
      for (const key of await store.all()) {
        const subject = await subjectOf(key);
        if (!subject) continue;
        subjects.push(subject);
        hashes.push([key.hash, subject.id]);
        if (key.oldHash !== undefined && (key.oldUntil ?? 0) > clock.now()) hashes.push([key.oldHash, subject.id]);
      }
      return { subjects, hashes };
    },
  };
}

/** The id by which edges know a key. */
function subjectOfKey(id: string): string {
  return `apikey:${id}`;
}

/** `nekzus_` and 64 hex digits (public API page). */
function newSecret(): { key: string; hash: string; prefix: string } {
  const key = `nekzus_${randomBytes(32).toString("hex")}`;
  return { key, hash: sha256(key), prefix: key.slice(0, PREFIX) };
}

function refuse(path: string, reason: string): never {
  throw new Problem("VALIDATION_FAILED", `The key cannot be made: ${path} ${reason}.`, [{ path, reason }]);
}
