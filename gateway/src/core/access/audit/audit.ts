import type { audit as contract, EndpointSpec } from "@nekzus/contract";
import type { z } from "zod";
import type { Clock } from "../../../kit/clock.ts";
import type { Logger } from "../../../kit/log.ts";
import { Problem } from "../../../kit/problem.ts";
import { LOCAL } from "../../../wire/principal.ts";
import type { Answer, Call, Caller } from "../../http/binding.ts";
import { toInstant } from "../../storage/codec.ts";
import type { Storage } from "../../storage/storage.ts";
import { actionOf, COMMANDS, isEntrance } from "./actions.ts";
import { csvOf } from "./csv.ts";
import { type AuditEntry, type AuditFilter, createAuditStore } from "./store.ts";
import { differences, withoutSecrets } from "./without-secrets.ts";

/** Entries in one file. */
const MOST_EXPORTED = 100_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** A call of the API, as it was judged and answered. */
export type AuditedCall = {
  endpoint: Pick<EndpointSpec, "id" | "method" | "path">;
  caller: Caller;
  params: unknown;
  body: unknown;
  /** What a GET of the same path said before; undefined when there was nothing, or there is no such GET. */
  before: unknown;
  /** The body of the answer, or why there was none. */
  outcome: { answer: unknown } | { error: unknown };
};

export type Audit = {
  /** Does this call leave an entry, so that it is worth reading what is there before? */
  isRecorded(endpoint: Pick<EndpointSpec, "id" | "method">): boolean;
  /** Records a call that changed something, was forbidden to, or tried to get in. Never fails. */
  call(call: AuditedCall): Promise<void>;
  /** Records a command of the command line. */
  command(name: string, input: Record<string, unknown>, error: string | undefined): Promise<void>;
  /** Records what the gateway itself did or noticed. */
  system(action: string, target: string, details: Record<string, unknown>, success: boolean): Promise<void>;
  list(call: Call<typeof contract.auditLogs>): Promise<Answer<typeof contract.auditLogs>>;
  export(call: Call<typeof contract.auditExport>): Promise<Answer<typeof contract.auditExport>>;
  /** When the newest entry was made, ms since 1970; undefined when there is none. */
  lastAt(): Promise<number | undefined>;
  /** Removes what is older or more than the settings say; answers how many entries. */
  prune(): Promise<number>;
};

/** The record of who changed what. */
export function createAudit(parts: {
  storage: Storage;
  clock: Clock;
  log: Logger;
  settings: () => { keep_days: number; max_entries: number };
  /** Is there a user of this name? Others may be passwords that were typed into the wrong field. */
  isUser: (name: string) => Promise<boolean>;
}): Audit {
  const { clock, log, settings } = parts;
  const store = createAuditStore(parts.storage);

  async function add(entry: Omit<AuditEntry, "number" | "at">): Promise<void> {
    try {
      await store.add({ ...entry, at: clock.now() });
    } catch (error) {
      // What was done is done: the log is the second place to look.
      log.error({ err: error, entry }, "an entry of the audit log could not be written");
    }
  }

  async function nameIn(body: unknown): Promise<string | undefined> {
    const { username } = (body ?? {}) as { username?: unknown };
    return typeof username === "string" && (await parts.isUser(username).catch(() => false)) ? username : undefined;
  }

  return {
    isRecorded: (endpoint) => actionOf(endpoint, true) !== undefined,

    async call({ endpoint, caller, params, body, before, outcome }) {
      const action = actionOf(endpoint, before !== undefined);
      if (action === undefined) return;
      const { principal, facts } = caller;
      const failed = "error" in outcome;
      if (failed && principal.kind === "anonymous" && !isEntrance(endpoint.id)) return;
      const named = await nameIn(body);
      const changed = failed ? undefined : differences(before, outcome.answer);
      const input = body === undefined || isSignIn(body) ? undefined : { input: withoutSecrets(body) };
      await add({
        action,
        actor: principal.id,
        actorName: principal.kind === "anonymous" ? (named ?? "anonymous") : principal.name,
        address: facts.address,
        target: isSignIn(body) ? (named ?? "") : targetOf(params, body),
        details: changed ?? input ?? (before === undefined ? undefined : { before: withoutSecrets(before) }),
        success: !failed,
        error: failed ? (outcome.error instanceof Problem ? outcome.error.code : "INTERNAL_ERROR") : "",
      });
    },

    async command(name, input, error) {
      const action = COMMANDS[name];
      if (action === undefined) return;
      await add({
        action,
        actor: LOCAL.id,
        actorName: "command line",
        address: "",
        target: targetOf({ id: input.id }, input),
        details: { input: withoutSecrets(input), ...(error !== undefined && { message: error }) },
        success: error === undefined,
        error: error === undefined ? "" : "REFUSED",
      });
    },

    async system(action, target, details, success) {
      const error = success ? "" : "NOTICED";
      await add({ action, actor: "system", actorName: "gateway", address: "", target, details, success, error });
    },

    async list({ query }) {
      const filter = filterOf(query);
      const [entries, total] = await Promise.all([store.find(filter, query.limit, query.offset), store.count(filter)]);
      const logs = entries.map(shown);
      return { body: { logs, limit: query.limit, offset: query.offset, count: logs.length, total } };
    },

    async export({ query }) {
      const entries = (await store.find(filterOf(query), MOST_EXPORTED, 0)).map(shown);
      const name = `nekzus-audit-${toInstant(clock.now()).slice(0, 10)}.${query.format}`;
      const headers = {
        "content-disposition": `attachment; filename="${name}"`,
        ...(query.format === "json" && { "content-type": "application/json" }),
      };
      return { body: query.format === "json" ? `${JSON.stringify(entries, null, 1)}\n` : csvOf(entries), headers };
    },

    lastAt: async () => (await store.find(filterOf({}), 1, 0))[0]?.at,

    prune: () => store.prune(clock.now() - settings().keep_days * DAY_MS, settings().max_entries),
  };
}

function filterOf(query: {
  action?: string | undefined;
  actor?: string | undefined;
  target?: string | undefined;
  success?: "true" | "false" | undefined;
  from?: string | undefined;
  to?: string | undefined;
}): AuditFilter {
  const { action, actor, target, success, from, to } = query;
  return {
    action,
    actor,
    target,
    success: success === undefined ? undefined : success === "true",
    from: from === undefined ? undefined : Date.parse(from),
    to: to === undefined ? undefined : Date.parse(to),
  };
}

type Shown = z.input<typeof contract.AuditEntry>;

function shown(entry: AuditEntry): Shown {
  const { number, at, action, actor, actorName, address, target, details, success, error } = entry;
  return {
    id: number,
    timestamp: toInstant(at),
    action,
    actor,
    actorId: actor,
    actorName,
    ip: address,
    actorIp: address,
    target,
    targetId: target,
    details: details ?? null,
    success,
    ...(error && { error }),
  };
}

/** The id in the path, or whatever names the thing in the body. */
function targetOf(params: unknown, body: unknown): string {
  const [id] = Object.values((params ?? {}) as Record<string, unknown>);
  if (typeof id === "string") return id;
  const { username, name, device } = (body ?? {}) as Record<string, unknown>;
  const named = username ?? name ?? (device as { id?: unknown } | undefined)?.id;
  return typeof named === "string" ? named.slice(0, 300) : "";
}

/** Does the body hold what a person signs in with? */
function isSignIn(body: unknown): boolean {
  return typeof body === "object" && body !== null && "username" in body && "password" in body;
}
