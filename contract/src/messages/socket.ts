import { z } from "zod";
import { ActivityEntry } from "../endpoints/activity.ts";

/** Largest message of a client, in bytes. */
export const MAX_CLIENT_MESSAGE = 64 * 1024;
/** Most topic patterns of one connection. */
export const MAX_TOPICS = 100;

/** The number of an event, as `hello`, `gap` and the event itself carry it. */
const EventNumber = z.int().min(0);
/** A pattern of topics: levels with dots between; `+` stands for one level, `#` at the end for any number of them. */
const TopicPattern = z
  .string()
  .max(200)
  .regex(/^(?:(?:\+|[^\s.+#]+)(?:\.(?:\+|[^\s.+#]+))*(?:\.#)?|#)$/, "levels with dots between; + is a level, # the end")
  .meta({ example: "container.#" });
/** A topic of a client's own. The gateway's own topics are not for clients to speak on. */
const ClientTopic = z
  .string()
  .max(200)
  .regex(/^client(?:\.[^\s.+#]+)+$/, "begins with client. and has no wildcards")
  .meta({ example: "client.kitchen" });

/** Every message that clients send on the event socket (10 §10.3). */
export const CLIENT_MESSAGES = {
  auth: message(
    "Signs in. It is the first message, within 15 seconds. With neither `token` nor `proof` it asks to be `local`.",
    z.object({
      token: z.string().max(4096).optional().describe("A token or an API key."),
      proof: z.string().max(200).optional().describe("The proof of the browser session whose cookie came along."),
      after: EventNumber.optional().describe("The last event that was seen: what came after it is sent first."),
      resume: z.boolean().optional().describe("Takes a device's subscriptions and place from its last connection."),
    }),
  ),
  ping: message("Is answered with `pong`.", z.unknown()),
  pong: message("Says that the client is there, as any message does.", z.unknown()),
  subscribe: message(
    "From the first subscription on only what matches one is sent. Is answered with `suback`.",
    z.object({
      topics: z.array(TopicPattern).min(1).max(MAX_TOPICS),
      qos: z
        .union([z.literal(0), z.literal(1), z.literal(2)])
        .default(0)
        .describe("2 is granted as 1."),
    }),
  ),
  unsubscribe: message("Is answered with `unsuback`.", z.object({ topics: z.array(TopicPattern).max(MAX_TOPICS) })),
  ack: message(
    "Confirms a message that came with `qos` 1. Its `messageId` may stand beside `type` instead.",
    z.object({ messageId: z.string().max(64) }),
  ),
  notification_ack: message(
    "Confirms a notification. Its `notificationId` may stand beside `type` instead.",
    z.object({ notificationId: z.string().max(64) }),
  ),
  "container.logs.subscribe": message(
    "Asks for the log of a container. This version has none: it is answered with `container.logs.error`.",
    z.object({ containerId: z.string().max(200).default("") }),
  ),
  set_last_will: message(
    "What is sent to subscribers of the topic when this connection breaks off; an empty topic takes it back.",
    z.object({
      topic: ClientTopic.or(z.literal("")),
      message: z.unknown().optional(),
      qos: z.union([z.literal(0), z.literal(1), z.literal(2)]).default(0),
    }),
  ),
} as const;

/** Every message of the gateway on the event socket that is no event (10 §10.4). */
export const SERVER_MESSAGES = {
  auth_success: message(
    "Signed in.",
    z.object({
      deviceId: z.string().describe("The device's id; for everybody else the id of the principal, such as user:1."),
      message: z.string(),
      resumed: z.boolean().describe("Subscriptions and place of the last connection are in force again."),
    }),
  ),
  auth_failed: message(
    "Not signed in. The connection closes.",
    z.object({
      error: z.string(),
      code: z.string().describe("As in errors of the API, or DEVICE_REVOKED."),
      numericCode: z.int().optional().describe("1001 expired, 1002 not valid, 1003 withdrawn, 1004 device revoked."),
    }),
  ),
  hello: message(
    "What the client is connected to.",
    z.object({
      message: z.string(),
      nekzusId: z.string(),
      version: z.string(),
      timestamp: z.int().describe("Unix seconds."),
      latest: EventNumber.describe("The newest event. Without `after`, those from here on are sent."),
    }),
  ),
  ping: message("Are you there? Is answered with `pong`.", z.object({})),
  pong: message("The answer to `ping`.", z.object({})),
  device_status: message(
    "A device connected or went away, on this socket or, while `notifications.offline_detection` is switched on, as a whole. Sent to those with `read:*` and to the device itself; has no number.",
    z.object({ deviceId: z.string(), status: z.enum(["online", "offline"]) }),
  ),
  activity: message(
    "An entry came into the activity feed. Sent to people who may see it; has no number.",
    ActivityEntry.extend({ notice: z.boolean().describe("It is a notice: somebody should look at it.") }),
  ),
  notices_read: message(
    "The person whose connection it is read notices in one of their browsers: those that are named, and all as old as `upTo` or older. Has no number.",
    z.object({ ids: z.array(z.string()), upTo: z.string().optional(), unread: z.int() }),
  ),
  changed: message(
    "A list that has no events of its own was changed, through the API or by the gateway: read it again. Sent to people with `read:*` and to whoever changed it; has no number.",
    z.object({ area: z.string().describe("The first part of the operation ids that read and change it: `apikeys`.") }),
  ),
  gap: message(
    "Events after `after` are not kept any more: read the state itself again.",
    z.object({ after: EventNumber, latest: EventNumber }),
  ),
  suback: message(
    "The answer to `subscribe`.",
    z.object({ topics: z.array(z.string()), success: z.boolean(), error: z.string().optional() }),
  ),
  unsuback: message("The answer to `unsubscribe`.", z.object({ topics: z.array(z.string()), success: z.boolean() })),
  "container.logs.error": message(
    "There is no log, or it broke off. `error` is a code as in errors of the API: FEATURE_DISABLED in this version.",
    z.object({
      containerId: z.string(),
      error: z.string(),
      message: z.string(),
      timestamp: z.int().describe("Unix seconds."),
    }),
  ),
  lwtack: message(
    "The answer to `set_last_will`.",
    z.object({ success: z.boolean(), cleared: z.boolean().optional(), error: z.string().optional() }),
  ),
} as const;

/** Why the gateway closes the event socket (10 §10.1). */
export const CLOSE_CODES = {
  1001: {
    name: "going",
    meaning: "The gateway stops or restarts, or the client was silent for 60 seconds. Reconnect.",
  },
  1008: { meaning: "A message was not JSON with a `type`. Mend the client." },
  1009: { meaning: "A message was larger than 64 KiB." },
  1011: { meaning: "The gateway cannot tell at the moment who you are. Reconnect." },
  4000: { meaning: "An administrator closed the connection. Reconnect if you like." },
  4401: { meaning: "Not signed in, in time, or no longer. Sign in again, then reconnect." },
  4403: { meaning: "The device was revoked. Pair it again." },
  4408: { meaning: "Messages were not read or not confirmed. Reconnect with `after`." },
  4429: { meaning: "Too many connections or messages. Wait, then reconnect." },
} as const;

function message<D extends z.ZodType>(meaning: string, data: D) {
  return { meaning, data };
}

export type ClientMessageType = keyof typeof CLIENT_MESSAGES;
/** The data of a client's message, as it was checked. */
export type ClientMessageData<T extends ClientMessageType> = z.output<(typeof CLIENT_MESSAGES)[T]["data"]>;
export type ServerMessageType = keyof typeof SERVER_MESSAGES;
export type ServerMessageData<T extends ServerMessageType> = z.input<(typeof SERVER_MESSAGES)[T]["data"]>;
