import { z } from "zod";
import { BODY_LIMITS, empty, endpoint, signedInUser } from "../endpoint.ts";
import { EntityId, Instant } from "../shapes.ts";

/** A browser that gets messages also while no page of ours is open. */
export const PushSubscription = z.object({
  id: z.string(),
  current: z.boolean().describe("It belongs to the session that asks, and ends with it."),
  browser: z.string().describe("Browser and system, as the browser names itself."),
  service: z.string().describe("The host of the push service that carries the messages."),
  createdAt: Instant,
  lastUsedAt: Instant.optional(),
});

export const pushState = endpoint({
  id: "push.get",
  method: "GET",
  path: "/api/v1/notifications/push",
  summary: "Whether this browser can get push messages, with which key, and one's own subscriptions",
  description: "Offered on a host name with a certificate that the browser trusts, never on addresses or plain HTTP.",
  access: signedInUser("read:events"),
  limit: "general",
  answers: {
    200: z.object({
      available: z.boolean(),
      reason: z.string().optional().describe("What is missing, when it is not available."),
      publicKey: z.string().describe("For `applicationServerKey` (VAPID, RFC 8292)."),
      subscriptions: z.array(PushSubscription),
    }),
  },
});

export const pushSubscribe = endpoint({
  id: "push.subscribe",
  method: "POST",
  path: "/api/v1/notifications/push/subscriptions",
  summary: "Send push messages to this browser",
  description:
    "The body is what `PushSubscription.toJSON()` of the browser says. It ends with the session that asked. Asked again " +
    "with the same endpoint it belongs to the present session and user from then on.",
  access: signedInUser("read:events"),
  limit: "general",
  body: z.object({
    endpoint: z
      .string()
      .max(2000)
      .regex(/^https:\/\/[^\s/@]+\/\S*$/, "an https address")
      .refine((text) => URL.canParse(text), "an https address"),
    keys: z.object({
      p256dh: z.string().regex(/^[A-Za-z0-9_-]{87}=?$/, "an uncompressed P-256 key in base64url"),
      auth: z.string().regex(/^[A-Za-z0-9_-]{22}(?:==)?$/, "16 bytes in base64url"),
    }),
  }),
  bodyLimit: BODY_LIMITS.small,
  answers: { 201: PushSubscription },
  errors: ["PUSH_UNAVAILABLE"],
});

export const pushUnsubscribe = endpoint({
  id: "push.unsubscribe",
  method: "DELETE",
  path: "/api/v1/notifications/push/subscriptions/{subscriptionId}",
  summary: "End one of one's own subscriptions",
  access: signedInUser("read:events"),
  limit: "general",
  params: z.object({ subscriptionId: EntityId }),
  answers: { 204: empty },
  errors: ["NOT_FOUND"],
});
