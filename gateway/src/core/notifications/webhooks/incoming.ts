import { webhooks as contract, type EndpointOutput } from "@nekzus/contract";
import type { z } from "zod";
import type { Clock } from "../../../kit/clock.ts";
import { Problem } from "../../../kit/problem.ts";
import { hideCredentials } from "../../../wire/token.ts";
import type { Activity } from "../../events/activity/activity.ts";
import type { CoreBus } from "../../events/topics.ts";
import type { Answer, Call, Caller } from "../../http/binding.ts";
import { toInstant } from "../../storage/codec.ts";
import type { Storage, Write } from "../../storage/storage.ts";
import { DEVICES } from "../channels/channels.ts";
import type { NewMessage, Queue } from "../queue/queue.ts";
import type { QueueStore } from "../queue/store.ts";
import { type Occurrence, severityOf, webhookSaid } from "../rules/occurrences.ts";
import { createCallStore } from "./store.ts";

/** How much of a body stays in the log, in characters. */
const LOGGED_BODY = 8 * 1024;
const LOGGED_RESULT = 500;
const DAY = 24 * 3_600_000;

type Kind = "activity" | "notify";

export type Webhooks = {
  activity(call: Call<typeof contract.webhookActivity>): Promise<Answer<typeof contract.webhookActivity>>;
  notify(call: Call<typeof contract.webhookNotify>): Promise<Answer<typeof contract.webhookNotify>>;
  /** Logs a call that was let in and had a body that is of no use. Never fails. */
  refused(kind: Kind, caller: Caller, error: unknown, body: Buffer | undefined): Promise<void>;
  calls(call: Call<typeof contract.webhookCalls>): Promise<Answer<typeof contract.webhookCalls>>;
  replay(call: Call<typeof contract.webhookReplay>): Promise<Answer<typeof contract.webhookReplay>>;
  commands(call: Call<typeof contract.webhookCommands>): Answer<typeof contract.webhookCommands>;
  /** Removes what is older than the settings say; answers how many calls. */
  prune(): Promise<number>;
};

/** What other programs tell the gateway. What becomes of it is stored before it is answered. */
export function createWebhooks(parts: {
  storage: Storage;
  store: QueueStore;
  queue: Pick<Queue, "add">;
  /** Holds what was said to everybody against the rules, in the same transaction. */
  toRules(tx: Write, occurrence: Occurrence): Promise<void>;
  /** What was stored is committed. */
  wake(): void;
  activity: Pick<Activity, "addWebhook">;
  bus: CoreBus;
  clock: Clock;
  /** The API's address as the caller reaches it. */
  origin(call: { caller: Caller; header(name: string): string | undefined }): string;
  keepDays: () => number;
}): Webhooks {
  const { storage, store, queue, activity, bus, clock } = parts;
  const calls = createCallStore(storage);

  async function logged(tx: Write, kind: Kind, caller: Caller, status: number, result: string, body: string) {
    await calls.add(tx, {
      at: clock.now(),
      endpoint: kind,
      status,
      result: result.slice(0, LOGGED_RESULT),
      caller: caller.principal.id,
      caller_name: caller.principal.name,
      address: caller.facts.address,
      // What was no JSON may hold what PostgreSQL keeps in no text.
      body: hideCredentials(body).replaceAll("\0", "\uFFFD").slice(0, LOGGED_BODY),
    });
  }

  /** Stores a message for each of the devices that is paired; answers those that are not. */
  async function toDevices(tx: Write, ids: readonly string[], message: (deviceId: string) => NewMessage) {
    const known = await store.knownDevices(tx, ids);
    await queue.add(tx, [...known].map(message));
    return ids.filter((id) => !known.has(id));
  }

  const outcome = (devices: readonly string[], unknown: readonly string[]) =>
    !devices.length
      ? "sent to everybody who is connected"
      : `for ${devices.length - unknown.length} devices${unknown.length ? `; not paired: ${unknown.join(", ")}` : ""}`;

  const webhooks: Webhooks = {
    async activity({ body, caller }) {
      const devices = [...new Set(body.deviceIds)];
      const { deviceIds: _, ...text } = body;
      const { entry, tell, unknown } = await storage.write(async (tx) => {
        const { entry, tell } = await activity.addWebhook(tx, { ...text, devices });
        const common = { channelId: DEVICES, type: "webhook.activity", severity: severityOf(text.iconClass) };
        const unknown = await toDevices(tx, devices, (deviceId) => ({
          ...common,
          deviceId,
          title: text.message,
          body: text.details ?? "",
          data: entry,
        }));
        if (!devices.length) await parts.toRules(tx, webhookSaid(entry));
        await logged(tx, "activity", caller, 200, outcome(devices, unknown), JSON.stringify(body));
        return { entry, tell, unknown };
      });
      parts.wake();
      tell();
      if (!devices.length) bus.emit("webhook", entry);
      return { body: { success: true, eventId: entry.id, ...(unknown.length && { unknownDevices: unknown }) } };
    },

    async notify({ body, caller }) {
      const devices = [...new Set(body.deviceIds)];
      const { deviceIds, ...rest } = body;
      const data = { ...rest, ...(deviceIds.length && { deviceIds }) };
      const { title, message } = body.data ?? {};
      const unknown = await storage.write(async (tx) => {
        const unknown = await toDevices(tx, devices, (deviceId) => ({
          channelId: DEVICES,
          deviceId,
          type: "webhook.notify",
          severity: "info",
          title: (wordsOf(title) || body.type || "Webhook").slice(0, LOGGED_RESULT),
          body: wordsOf(message).slice(0, LOGGED_BODY),
          data,
        }));
        await logged(tx, "notify", caller, 200, outcome(devices, unknown), JSON.stringify(body));
        return unknown;
      });
      if (devices.length) parts.wake();
      else bus.emit("webhook", data);
      return { body: { success: true, sent: true, ...(unknown.length && { unknownDevices: unknown }) } };
    },

    async refused(kind, caller, error, body) {
      const status = error instanceof Problem ? error.status : 500;
      const reason = error instanceof Error ? error.message : "refused";
      await storage
        .write((tx) => logged(tx, kind, caller, status, reason, body?.toString() ?? ""))
        // The server tells of calls that did something.
        .then(() => bus.emit("list-changed", { area: "webhooks" }))
        // The caller is told why it was refused all the same.
        .catch(() => {});
    },

    async calls({ query: { limit, offset } }) {
      const [rows, total] = await calls.find(limit, offset);
      const shown = rows.map(({ number, at, endpoint, caller_name, ...row }) => ({
        ...row,
        id: number,
        at: toInstant(at),
        endpoint: endpoint as Kind,
        callerName: caller_name,
      }));
      return { body: { calls: shown, total, limit, offset } };
    },

    async replay({ params: { callId }, ...call }) {
      const logged = await calls.byNumber(callId);
      if (!logged) throw new Problem("NOT_FOUND", `There is no call with the id ${callId} in the log.`);
      const again = { ...call, params: undefined };
      const done =
        logged.endpoint === "activity"
          ? await webhooks.activity({ ...again, body: keptBody(contract.WebhookActivity, logged.body) })
          : await webhooks.notify({ ...again, body: keptBody(contract.WebhookNotify, logged.body) });
      const { success, unknownDevices } = done.body as EndpointOutput<typeof contract.webhookActivity>;
      return { body: { success, ...(unknownDevices && { unknownDevices }) } };
    },

    commands(call) {
      const origin = parts.origin(call);
      return {
        body: (["activity", "notify"] as const).map((kind) => commandFor(kind, `${origin}/api/v1/webhooks/${kind}`)),
      };
    },

    prune: () => calls.prune(clock.now() - parts.keepDays() * DAY),
  };
  return webhooks;
}

/** What of a program's data can be shown to people: it may be anything. */
function wordsOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** The body of a call in the log. Throws VALIDATION_FAILED when it is of no use any more. */
function keptBody<S extends z.ZodType>(schema: S, text: string): z.output<S> {
  if (text.length >= LOGGED_BODY) {
    throw new Problem("VALIDATION_FAILED", "Of the body only its first part was kept: send it again yourself.");
  }
  const { data, error } = schema.safeParse(parsed(text));
  if (error) throw new Problem("VALIDATION_FAILED", "The body was refused before, and would be again.");
  return data as z.output<S>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const EXAMPLES: Readonly<Record<Kind, object>> = {
  activity: { message: "Deployment completed", icon: "CheckCircle", iconClass: "success" },
  notify: { type: "custom_event", data: { title: "Build complete", status: "success" } },
};

/** The address is one of ours and holds no quote. */
function commandFor(kind: Kind, url: string) {
  const lines = [
    `curl --fail-with-body -X POST '${url}'`,
    '-H "X-API-Key: $NEKZUS_KEY"',
    "-H 'Content-Type: application/json'",
    `-d '${JSON.stringify(EXAMPLES[kind])}'`,
  ];
  return { endpoint: kind, url, command: lines.join(" \\\n  ") };
}
