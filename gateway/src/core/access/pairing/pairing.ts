import { createHash } from "node:crypto";
import type { pairing as contract } from "@nekzus/contract";
import type { z } from "zod";
import type { Clock } from "../../../kit/clock.ts";
import { randomId, sameSecret } from "../../../kit/ids.ts";
import { Problem } from "../../../kit/problem.ts";
import type { RequestFacts } from "../../../wire/request-facts.ts";
import type { CoreBus } from "../../events/topics.ts";
import type { Answer, Call, Caller } from "../../http/binding.ts";
import { toInstant } from "../../storage/codec.ts";
import type { Storage } from "../../storage/storage.ts";
import { deviceSubject } from "../devices/devices.ts";
import { createDeviceStore, type StoredDevice } from "../devices/store.ts";
import { mustHold } from "../given-scopes.ts";
import { removeCookiesOf } from "../session-cookies/store.ts";
import { endFamiliesOf, type TokenFamilies } from "../token-families.ts";
import type { User, Users } from "../users.ts";
import { type Asking, createPairings, type Pairing, type Wish } from "./pairings.ts";
import { pairingPhrase } from "./phrase.ts";
import { qrPicture, qrPng } from "./qr-picture.ts";
import { createWrongCodes } from "./wrong-codes.ts";

/** What a device may without a wish of its maker (ruling R7). */
const DEFAULT_SCOPES = ["read:catalog", "read:events", "access:*"];
const DAY_MS = 24 * 60 * 60 * 1000;
/** How long the answer to a device waits for a person, in ms; most clients give up after a minute. */
const DECISION_MS = 50_000;
/** What the gateway says it can do (public API page). */
const CAPABILITIES = ["catalog", "events", "proxy", "discovery"];

export type PairingParts = {
  storage: Storage;
  clock: Clock;
  bus: CoreBus;
  users: Users;
  families: TokenFamilies;
  instance: { id: string; name: string };
  /** The pin of the certificate that phones are shown; undefined without TLS. Throws when it cannot be seen. */
  pin(): string | undefined | Promise<string | undefined>;
  /** The gateway's base URL as the caller reaches it, or as others do when the caller is on the same machine. */
  baseUrl(request: { facts: RequestFacts; host: string | undefined }): string;
  /** Tokens of the configuration, each good for any number of devices (`bootstrap.tokens`). */
  bootstrapTokens(): readonly string[];
};

type Made = z.input<(typeof contract.pairingCreate.answers)[201]>;
type State = z.input<typeof contract.PairingState>;
type TokenAnswer = z.input<(typeof contract.authPair.answers)[200]>;

export type PairingRoom = {
  qr(call: Call<typeof contract.qr>): Promise<Answer<typeof contract.qr>>;
  qrStatus(call: Call<typeof contract.qrStatus>): Answer<typeof contract.qrStatus>;
  create(call: Call<typeof contract.pairingCreate>): Promise<Answer<typeof contract.pairingCreate>>;
  get(call: Call<typeof contract.pairingGet>): Answer<typeof contract.pairingGet>;
  approve(call: Call<typeof contract.pairingApprove>): Answer<typeof contract.pairingApprove>;
  remove(call: Call<typeof contract.pairingDelete>): Answer<typeof contract.pairingDelete>;
  redeem(call: Call<typeof contract.pair>): Answer<typeof contract.pair>;
  pair(call: Call<typeof contract.authPair>): Promise<Answer<typeof contract.authPair>>;
};

/** How phones join: a code on a screen, a bootstrap token for it, and a token of the device's own for that (10 §2.3–2.4). */
export function createPairing(parts: PairingParts): PairingRoom {
  const { storage, clock, bus, users, families, instance } = parts;
  const pairings = createPairings({ clock });
  const wrongCodes = createWrongCodes({ clock });
  const devices = createDeviceStore(storage);

  /** Whose the device will be: the person who calls, on the machine itself the administrator who was there first. */
  async function ownerFor({ principal }: Caller): Promise<User> {
    const self = await users.findBySubject(principal.id);
    const owner = self ?? (await users.list()).find(({ role, isActive }) => role === "admin" && isActive);
    if (owner) return owner;
    throw new Problem("PAIRING_UNAVAILABLE", "A device belongs to a person. Make the first administrator, then pair.");
  }

  async function make(caller: Caller, host: string | undefined, wish: Wish): Promise<Made> {
    const owner = await ownerFor(caller);
    if (wish.scopes) mustHold(wish.scopes, [caller.principal, { name: owner.username, scopes: owner.scopes }]);
    const pin = await parts.pin();
    const baseUrl = parts.baseUrl({ facts: caller.facts, host });
    if (baseUrl.startsWith("https:") && pin === undefined) {
      throw new Problem(
        "PAIRING_UNAVAILABLE",
        "There is no certificate whose pin the code could carry. Behind a proxy with TLS, set server.base_url.",
      );
    }
    const approval = caller.principal.kind === "user";
    const phrase = (code: string) => pairingPhrase(code, pin ?? "");
    const pairing = pairings.make({ ownerId: owner.id, wish, approval, pin, phrase });
    const qr = {
      u: baseUrl,
      c: pairing.code,
      v: fingerprint([pairing.code, baseUrl, instance.id, pairing.bootstrapToken, ...(pin ? [pin] : [])]),
      ...(pin && { p: pin }),
    };
    const text = JSON.stringify(qr);
    const expiresAt = toInstant(pairing.expiresAt);
    return { id: pairing.id, code: pairing.code, qr, text, picture: qrPicture(text), expiresAt, approval };
  }

  function stateOf(pairing: Pairing): State {
    const { id, outcome, asking, fetched, phrase } = pairing;
    const ttl = pairings.ttl(pairing);
    const state =
      outcome === "void"
        ? "expired"
        : (outcome ?? (ttl === 0 ? "expired" : asking ? "asking" : fetched ? "fetched" : "waiting"));
    const device = asking && {
      id: asking.id,
      name: asking.name,
      platform: asking.platform,
      address: asking.address,
      phrase,
    };
    return { id, state, ttl, ...(device && { device }) };
  }

  function known(id: string): Pairing {
    const pairing = pairings.byId(id);
    if (!pairing) throw new Problem("NOT_FOUND", "There is no such pairing any more. Make a new code.");
    return pairing;
  }

  /** Waits for a person where one must agree. Throws when they did not. */
  async function agreed(pairing: Pairing, asking: Asking): Promise<void> {
    if (!pairing.approved && !pairing.outcome) {
      bus.emit("pairing_asked", { pairingId: pairing.id, deviceName: asking.name, platform: asking.platform });
      await pairings.decision(pairing, DECISION_MS);
    }
    if (pairing.outcome === "denied") throw new Problem("PAIRING_DENIED");
    if (pairing.outcome) throw spent();
    if (!pairing.approved) throw new Problem("PAIRING_PENDING");
  }

  async function store(asking: Asking, owner: User, wish: Wish, mayReplace: boolean): Promise<TokenAnswer> {
    const now = clock.now();
    const device: StoredDevice = {
      id: asking.id,
      userId: owner.id,
      name: wish.name ?? asking.name,
      platform: asking.platform,
      model: asking.model,
      scopes: [...(wish.scopes ?? DEFAULT_SCOPES)],
      generation: now,
      pins: [],
      createdAt: now,
      expiresAt: wish.days === undefined ? undefined : now + wish.days * DAY_MS,
      seenAt: now,
      address: asking.address,
      day: 0,
      requests: 0,
    };
    const ended: string[] = [];
    const issued = await storage.write(async (tx) => {
      const old = await tx
        .selectFrom("devices")
        .select(["generation", "user_id"])
        .where("id", "=", device.id)
        .executeTakeFirst();
      if (old && !(mayReplace && old.user_id === owner.id)) {
        throw new Problem("DEVICE_EXISTS", `A device with the id "${device.id}" is paired already. Revoke it first.`);
      }
      if (old) {
        device.generation = Math.max(now, old.generation + 1);
        ended.push(...(await endFamiliesOf(tx, deviceSubject(device.id))));
        await removeCookiesOf(tx, device.id);
      }
      await devices.put(tx, device);
      const { expiresAt, generation } = device;
      return families.begin({ id: deviceSubject(device.id), generation, scopes: device.scopes, expiresAt }, tx);
    });
    if (ended.length) bus.emit("credentials-revoked", { ids: ended });
    bus.emit("subjects-changed", { ids: [deviceSubject(device.id)] });
    bus.emit("device_paired", { deviceId: device.id, deviceName: device.name, platform: device.platform });
    return { accessToken: issued.token, expiresIn: issued.expiresIn, scopes: [...issued.scopes], deviceId: device.id };
  }

  return {
    async qr({ query, caller, header }) {
      const made = await make(caller, header("host"), {});
      if (query.format === "png") return { body: qrPng(made.picture), headers: { "content-type": "image/png" } };
      return { body: { qr: made.qr, code: made.code } };
    },

    qrStatus({ query }) {
      const pairing = pairings.byCode(query.code);
      if (!pairing) return { body: { valid: false, redeemed: false, expired: false, ttl: 0 } };
      const ttl = pairings.ttl(pairing);
      const redeemed = pairing.fetched !== undefined || pairing.outcome === "paired";
      return { body: { valid: true, redeemed, expired: ttl === 0 && pairing.outcome !== "paired", ttl } };
    },

    async create({ body, caller, header }) {
      return { status: 201, body: await make(caller, header("host"), body) };
    },

    get: ({ params }) => ({ body: stateOf(known(params.pairingId)) }),

    approve({ params, body }) {
      const pairing = known(params.pairingId);
      if (!pairing.asking || pairing.outcome) throw new Problem("NOT_FOUND", "No device waits for this pairing.");
      if (body.phrase.trim().toLowerCase() !== pairing.phrase) {
        throw new Problem("VALIDATION_FAILED", "The words differ. Compare them with those on the device.", [
          { path: "phrase", reason: "is not that of this pairing" },
        ]);
      }
      pairings.decide(pairing, "approved");
      return { body: stateOf(pairing) };
    },

    remove({ params }) {
      const pairing = known(params.pairingId);
      if (!pairing.outcome) pairings.decide(pairing, pairing.asking ? "denied" : "void");
      return { status: 204 };
    },

    redeem({ body, caller: { facts }, header }) {
      if (header("x-pairing-request") !== "true") {
        throw new Problem("MISSING_HEADER", "Send the header X-Pairing-Request: true.");
      }
      wrongCodes.check(facts.address);
      const pairing = pairings.fetch(body.code, facts.address);
      if (!pairing) {
        wrongCodes.count(facts.address);
        throw new Problem("INVALID_CODE");
      }
      const { pin } = pairing;
      return {
        body: {
          baseUrl: parts.baseUrl({ facts, host: header("host") }),
          name: instance.name,
          spkiPins: pin === undefined ? [] : [pin],
          bootstrapToken: pairing.bootstrapToken,
          capabilities: CAPABILITIES,
          nekzusId: instance.id,
          nexusId: instance.id,
          expiresAt: Math.floor(pairing.expiresAt / 1000),
          approval: pairing.approval,
          phrase: pairing.phrase,
        },
      };
    },

    async pair({ body, caller: { facts }, header }) {
      const token = /^Bearer +(\S+)$/i.exec(header("authorization")?.trim() ?? "")?.[1];
      if (token === undefined) {
        throw new Problem("UNAUTHORIZED", "Send the bootstrap token as `Authorization: Bearer`.");
      }
      wrongCodes.check(facts.address);
      const { platform, model, id } = body.device;
      const asking: Asking = {
        id: id || randomId("dev-", 8),
        name: model || `${platform} Device`,
        platform,
        model: model ?? "",
        address: facts.address,
      };
      if (parts.bootstrapTokens().some((one) => sameSecret(one, token))) {
        const owner = await ownerFor({ facts, principal: { kind: "anonymous", id: "", name: "", scopes: [] } });
        return { body: await store(asking, owner, {}, false) };
      }
      const pairing = pairings.byToken(token);
      if (!pairing) {
        wrongCodes.count(facts.address);
        throw new Problem("INVALID_BOOTSTRAP");
      }
      // Two that race for one token: the first to come here has it, until it goes away or is refused.
      const mine = pairing.asking;
      if (mine && !(mine.address === asking.address && (id ? mine.id === id : true))) throw spent();
      pairing.asking ??= asking;
      const device = pairing.asking;
      if (pairing.outcome === "paired") {
        if (pairing.answer) return { body: pairing.answer as TokenAnswer };
        throw spent();
      }
      await agreed(pairing, device);
      const owner = await users.find(pairing.ownerId);
      if (!owner?.isActive) throw spent();
      pairing.outcome = "paired";
      try {
        const answer = await store(device, owner, pairing.wish, pairing.approval);
        pairing.answer = answer;
        pairings.decide(pairing, "paired");
        return { body: answer };
      } catch (error) {
        pairing.outcome = undefined;
        throw error;
      }
    },
  };
}

function spent(): Problem {
  return new Problem("INVALID_BOOTSTRAP", "This bootstrap token was used by another device. Make a new pairing code.");
}

/** 32 hex digits of what a code leads to; lengths keep the parts apart. */
function fingerprint(fields: readonly string[]): string {
  const hash = createHash("sha256");
  for (const field of fields) hash.update(`${field.length}:${field}`);
  return hash.digest("hex").slice(0, 32);
}
