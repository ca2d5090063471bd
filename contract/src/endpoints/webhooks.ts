import { z } from "zod";
import { BODY_LIMITS, endpoint, localOr, signedIn } from "../endpoint.ts";
import { Instant } from "../shapes.ts";

const DeviceIds = z
  .array(z.string().min(1).max(100))
  .max(100)
  .default([])
  .describe("Only these devices; empty or absent: everybody who is connected.");

const UnknownDevices = z
  .array(z.string())
  .optional()
  .describe("Of the devices that were named, those that are not paired; absent when all are.");

/** A webhook that makes an entry in the activity feed (10 §7). */
export const WebhookActivity = z.object({
  message: z.string().min(1).max(2000),
  icon: z.string().max(100).default("Bell").describe("The name of a lucide icon."),
  iconClass: z.string().max(100).default("").describe("Usually `success`, `warning`, `danger` or `info`."),
  details: z.string().max(10_000).optional(),
  deviceIds: DeviceIds,
});

/** A webhook that sends something on the event socket (10 §7). */
export const WebhookNotify = z.object({
  type: z.string().max(200).optional(),
  data: z.record(z.string(), z.unknown()).optional(),
  deviceIds: DeviceIds,
});

const about =
  "Named devices get it as a notification, which is kept until they confirm it. It is stored when this answers.";

export const webhookActivity = endpoint({
  id: "webhooks.activity",
  method: "POST",
  path: "/api/v1/webhooks/activity",
  summary: "Make an entry in the activity feed, and tell devices of it",
  description: about,
  access: signedIn("write:webhooks"),
  limit: "general",
  body: WebhookActivity,
  bodyLimit: BODY_LIMITS.webhook,
  answers: { 200: z.object({ success: z.boolean(), eventId: z.string(), unknownDevices: UnknownDevices }) },
});

export const webhookNotify = endpoint({
  id: "webhooks.notify",
  method: "POST",
  path: "/api/v1/webhooks/notify",
  summary: "Send something to connected clients, or to certain devices",
  description: `${about} It makes no entry in the activity feed.`,
  access: signedIn("write:webhooks"),
  limit: "general",
  body: WebhookNotify,
  bodyLimit: BODY_LIMITS.webhook,
  answers: { 200: z.object({ success: z.boolean(), sent: z.boolean(), unknownDevices: UnknownDevices }) },
});

/** One call of a webhook, as it was judged and answered. */
export const WebhookCall = z.object({
  id: z.int(),
  at: Instant,
  endpoint: z.enum(["activity", "notify"]),
  status: z.int().describe("The HTTP status of the answer."),
  result: z.string().describe("What came of it, or why it was refused."),
  caller: z.string().describe("`apikey:…`, `user:…` or `device:…`."),
  callerName: z.string(),
  address: z.string(),
  body: z.string().describe("What was sent, at most its first 8 KiB; without credentials of ours."),
});

export const webhookCalls = endpoint({
  id: "webhooks.calls",
  method: "GET",
  path: "/api/v1/webhooks/calls",
  summary: "Which webhooks came in, from whom, and what became of them; the newest first",
  description: "Kept for `webhooks.keep_days`. Calls without a credential that may do this are not in it.",
  access: localOr("access:admin"),
  limit: "general",
  query: z.object({
    limit: z.coerce.number().int().min(1).max(200).default(50),
    offset: z.coerce.number().int().min(0).default(0),
  }),
  answers: {
    200: z.object({ calls: z.array(WebhookCall), total: z.int(), limit: z.int(), offset: z.int() }),
  },
});

export const webhookReplay = endpoint({
  id: "webhooks.replay",
  method: "POST",
  path: "/api/v1/webhooks/calls/{callId}/replay",
  summary: "Do again what a call of a webhook asked for",
  description:
    "As a call of one's own, which the log names. A body of which only the first part was kept, or that is of no use, is refused.",
  access: localOr("access:admin"),
  limit: "general",
  params: z.object({ callId: z.coerce.number().int().min(1).describe("The number `id` of the log.") }),
  answers: { 200: z.object({ success: z.boolean(), unknownDevices: UnknownDevices }) },
  errors: ["NOT_FOUND", "VALIDATION_FAILED"],
});

export const webhookCommands = endpoint({
  id: "webhooks.commands",
  method: "GET",
  path: "/api/v1/webhooks/commands",
  summary: "Commands that call the webhooks, to paste into a shell",
  description: "With the address by which the caller came. The key stands in them as $NEKZUS_KEY.",
  access: localOr("read:*"),
  limit: "general",
  answers: {
    200: z.array(
      z.object({
        endpoint: z.enum(["activity", "notify"]),
        url: z.string(),
        command: z.string().describe("For a POSIX shell."),
      }),
    ),
  },
});
