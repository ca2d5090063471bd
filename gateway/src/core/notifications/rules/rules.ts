import type { notificationRules as contract, ErrorDetail } from "@nekzus/contract";
import type { z } from "zod";
import type { Clock } from "../../../kit/clock.ts";
import { randomId } from "../../../kit/ids.ts";
import { Problem } from "../../../kit/problem.ts";
import type { Answer, Call } from "../../http/binding.ts";
import { toInstant } from "../../storage/codec.ts";
import type { Storage, Write } from "../../storage/storage.ts";
import { BROWSERS, DEVICES } from "../channels/channels.ts";
import type { RuleBody, RuleStore, StoredRule } from "./store.ts";

/** Most rules: each event is held against all of them. */
const MOST = 200;

export type Rules = {
  list(): Promise<Answer<typeof contract.rulesList>>;
  create(call: Call<typeof contract.ruleCreate>): Promise<Answer<typeof contract.ruleCreate>>;
  get(call: Call<typeof contract.ruleGet>): Promise<Answer<typeof contract.ruleGet>>;
  put(call: Call<typeof contract.rulePut>): Promise<Answer<typeof contract.rulePut>>;
  remove(call: Call<typeof contract.ruleDelete>): Promise<Answer<typeof contract.ruleDelete>>;
  /** The channels that a rule names and that are absent, whatever else is wrong with it. */
  faults(body: unknown): Promise<ErrorDetail[]>;
  /** Stores the rule that makes sense without any configuration. */
  seed(tx: Write): Promise<void>;
};

/** Who is told of what: made and changed by administrators. */
export function createRules(parts: {
  storage: Storage;
  store: RuleStore;
  /** The ids of all channels. */
  channels(): Promise<ReadonlyMap<string, string>>;
  clock: Clock;
}): Rules {
  const { storage, store, clock } = parts;

  async function found(id: string): Promise<StoredRule> {
    const rule = (await store.all()).find((one) => one.id === id);
    if (!rule) throw new Problem("NOT_FOUND", `There is no rule with the id "${id}".`);
    return rule;
  }

  async function faults(body: unknown): Promise<ErrorDetail[]> {
    const { channels } = (body ?? {}) as { channels?: unknown };
    if (!Array.isArray(channels)) return [];
    const known = await parts.channels();
    return channels.flatMap((id, at) =>
      typeof id !== "string" || known.has(id)
        ? []
        : [{ path: `channels.${at}`, reason: `there is no channel with the id "${id}"` }],
    );
  }

  async function save(rule: StoredRule) {
    const details = await faults(rule);
    if (details[0]) throw new Problem("VALIDATION_FAILED", `${details[0].path}: ${details[0].reason}`, details);
    await storage.write((tx) => store.put(tx, rule));
    return shown(rule);
  }

  return {
    list: async () => ({ body: (await store.all()).map(shown) }),

    async create({ body }) {
      if ((await store.all()).length >= MOST) {
        throw new Problem("VALIDATION_FAILED", `There are ${MOST} rules already, which is the most there can be.`);
      }
      const now = clock.now();
      return { status: 201, body: await save({ ...body, id: randomId("rule-", 9), createdAt: now, updatedAt: now }) };
    },

    async get({ params }) {
      return { body: shown(await found(params.ruleId)) };
    },

    async put({ params, body }) {
      const { id, createdAt } = await found(params.ruleId);
      return { body: await save({ ...body, id, createdAt, updatedAt: clock.now() }) };
    },

    async remove({ params: { ruleId } }) {
      if (!(await store.remove(ruleId))) throw new Problem("NOT_FOUND", `There is no rule with the id "${ruleId}".`);
      return {};
    },

    faults,

    async seed(tx) {
      const now = clock.now();
      await store.put(tx, { ...FIRST, id: "apps-down", createdAt: now, updatedAt: now });
    },
  };
}

/** Everybody who may open an app is told when it is down, and once when it is back. */
const FIRST: RuleBody = {
  name: "Apps that are down",
  enabled: true,
  events: ["app_down"],
  minSeverity: "info",
  apps: [],
  channels: [DEVICES, BROWSERS],
  devices: [],
  users: [],
  delaySeconds: 30,
  settleSeconds: 120,
  quietHours: null,
};

function shown({ createdAt, updatedAt, ...rule }: StoredRule): z.input<typeof contract.NotificationRule> {
  return { ...rule, createdAt: toInstant(createdAt), updatedAt: toInstant(updatedAt) };
}
