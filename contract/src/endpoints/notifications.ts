import { z } from "zod";
import { endpoint, localOr } from "../endpoint.ts";
import { EntityId, Instant } from "../shapes.ts";

const Status = z.enum(["pending", "delivered", "failed", "expired", "dismissed"]);

/** A message on its way to one recipient (10 §8). */
export const Notification = z.object({
  id: z.int(),
  notificationId: z.string().describe("Stays the same each time it is sent: what a client knows it has already."),
  deviceId: z.string().describe("The device it is for; empty on other channels."),
  deviceName: z.string().describe("Its name, else its id; on other channels that of the channel."),
  channelId: z.string().describe("The channel that carries it."),
  type: z.string().meta({ example: "health_alert" }),
  title: z.string(),
  body: z.string(),
  status: Status,
  retryCount: z.int().describe("How often it was sent without success."),
  maxRetries: z.int(),
  createdAt: Instant,
  expiresAt: Instant,
  sentAt: Instant.optional().describe("When it was handed over first."),
  nextAttemptAt: Instant.optional(),
  deliveredAt: Instant.optional(),
  lastAttemptAt: Instant.optional(),
  errorMessage: z.string().optional(),
  isStale: z.boolean().describe("It has waited for more than 24 hours."),
});

const params = z.object({ notificationId: z.coerce.number().int().min(1).describe("The number `id` of the list.") });
const Done = { id: z.int(), message: z.string() };

export const notificationsList = endpoint({
  id: "notifications.list",
  method: "GET",
  path: "/api/v1/notifications",
  summary: "Messages to devices and on other channels, the newest first",
  description: "With status=failed: those that were given up. They can be sent again.",
  access: localOr("read:*"),
  limit: "general",
  query: z.object({
    status: Status.optional().catch(undefined),
    device_id: z.string().max(100).optional(),
    type: z.string().max(200).optional(),
    channel: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(200).catch(50).default(50),
    offset: z.coerce.number().int().min(0).catch(0).default(0),
  }),
  answers: {
    200: z.object({
      notifications: z.array(Notification),
      total: z.int().describe("Messages that the filters let through."),
      limit: z.int(),
      offset: z.int(),
    }),
  },
});

export const notificationsStats = endpoint({
  id: "notifications.stats",
  method: "GET",
  path: "/api/v1/notifications/stats",
  summary: "How many messages wait, arrived and failed",
  access: localOr("read:*"),
  limit: "general",
  answers: {
    200: z.object({
      totalPending: z.int(),
      totalDelivered: z.int(),
      totalFailed: z.int(),
      staleCount: z.int().describe("Messages that have waited for more than 24 hours."),
      enabled: z.boolean(),
    }),
  },
});

export const notificationsStale = endpoint({
  id: "notifications.stale",
  method: "GET",
  path: "/api/v1/notifications/stale",
  summary: "Devices for which messages have waited for more than 24 hours",
  access: localOr("read:*"),
  limit: "general",
  answers: {
    200: z.object({
      staleThresholdHours: z.int(),
      devices: z.array(
        z.object({
          deviceId: z.string(),
          deviceName: z.string(),
          count: z.int(),
          pendingCount: z.int(),
          oldestAt: Instant,
          oldestNotification: Instant,
          newestAt: Instant,
          types: z.array(z.string()),
          totalRetries: z.int(),
        }),
      ),
    }),
  },
});

export const notificationGet = endpoint({
  id: "notifications.get",
  method: "GET",
  path: "/api/v1/notifications/{notificationId}",
  summary: "One message with what it says",
  access: localOr("read:*"),
  limit: "general",
  params,
  answers: { 200: Notification.extend({ payload: z.record(z.string(), z.unknown()) }) },
  errors: ["NOT_FOUND"],
});

export const notificationsRetry = endpoint({
  id: "notifications.retry-many",
  method: "POST",
  path: "/api/v1/notifications/retry",
  summary: "Send waiting and failed messages again",
  description: "What arrived, was dismissed or has expired stays as it is; `count` is how many there were to send.",
  access: localOr("write:*"),
  limit: "general",
  body: z.object({ ids: z.array(z.int().min(1)).min(1).max(1000) }),
  answers: { 200: z.object({ status: z.literal("queued"), count: z.int(), message: z.string() }) },
});

export const notificationRetry = endpoint({
  id: "notifications.retry",
  method: "POST",
  path: "/api/v1/notifications/{notificationId}/retry",
  summary: "Send one message again, now",
  description:
    "`sent`: handed over; `offline`: the device is not connected and will get it when it is; `queued`: soon.",
  access: localOr("write:*"),
  limit: "general",
  params,
  answers: { 200: z.object({ status: z.enum(["sent", "queued", "offline"]), ...Done }) },
  errors: ["NOT_FOUND", "EXPIRED"],
});

export const notificationDismiss = endpoint({
  id: "notifications.dismiss",
  method: "DELETE",
  path: "/api/v1/notifications/{notificationId}",
  summary: "Give up a message that waits or failed",
  access: localOr("write:*"),
  limit: "general",
  params,
  answers: { 200: z.object({ status: z.literal("dismissed"), ...Done }) },
  errors: ["NOT_FOUND"],
});

export const notificationsDismissDevice = endpoint({
  id: "notifications.dismiss-device",
  method: "DELETE",
  path: "/api/v1/notifications/device/{deviceId}",
  summary: "Give up all messages that wait for a device",
  access: localOr("write:*"),
  limit: "general",
  params: z.object({ deviceId: EntityId }),
  answers: {
    200: z.object({ status: z.literal("dismissed"), deviceId: z.string(), count: z.int(), message: z.string() }),
  },
});

export const notificationsClear = endpoint({
  id: "notifications.clear-delivered",
  method: "DELETE",
  path: "/api/v1/notifications/delivered",
  summary: "Remove the messages that arrived from the list",
  access: localOr("write:*"),
  limit: "general",
  answers: { 200: z.object({ status: z.literal("cleared"), count: z.int(), message: z.string() }) },
});
