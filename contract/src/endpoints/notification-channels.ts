import { z } from "zod";
import { BODY_LIMITS, empty, endpoint, localOr } from "../endpoint.ts";
import { EntityId, Instant } from "../shapes.ts";

const Host = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9._:-]+$/, "a host name or address, without port");
const MailAddress = z
  .string()
  .max(320)
  .regex(/^[^\s\p{Cc}@<>,;:"()[\]\\]+@[^\s\p{Cc}@<>,;:"()[\]\\]+$/u, "a mail address such as anna@example.org");
const WebAddress = z
  .string()
  .max(2000)
  .regex(/^https?:\/\/[^\s/]+\S*$/, "an http or https address")
  .refine(isAddress, "an http or https address, without a user name");

/** Also for what the pattern lets through: a port beyond 65535, a broken escape. */
function isAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && !url.username && !url.password && isDecodable(url.pathname);
}

function isDecodable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== undefined;
  } catch {
    return false;
  }
}

/** A secret is only written: left out or empty it stays as it is. */
const Secret = (text: string) => z.string().max(4000).optional().describe(`${text} Is never shown.`);

/** How a message looks to the service it goes to. */
export const WEBHOOK_PRESETS = ["plain", "ntfy", "gotify", "discord", "slack", "telegram"] as const;

const Mail = z.object({
  kind: z.literal("mail"),
  host: Host.describe("The mail server."),
  port: z.int().min(1).max(65535).default(587),
  security: z
    .enum(["starttls", "tls", "none"])
    .default("starttls")
    .describe("`tls` from the first byte (port 465), `starttls` always before anything else is said, or `none`."),
  username: z.string().max(300).default(""),
  password: Secret("For the mail server."),
  from: MailAddress,
  to: z.array(MailAddress).min(1).max(20),
});

const Webhook = z.object({
  kind: z.literal("webhook"),
  preset: z.enum(WEBHOOK_PRESETS).default("plain"),
  url: WebAddress.optional().describe(
    "Where to. Whole with its path: it may hold what nobody else should know, and is never shown. For telegram it may be left out.",
  ),
  secret: Secret("plain: the key of the signature."),
  token: Secret("ntfy, gotify: an access token; telegram: the bot's token."),
  chatId: z.string().max(100).default("").describe("telegram: the chat."),
});

const Device = z.object({ kind: z.literal("device") });
const Push = z.object({ kind: z.literal("push") });

const Common = {
  name: z.string().trim().min(1).max(100),
  enabled: z.boolean().default(true),
};

/** A channel as it is written. Fields of other kinds are ignored. */
export const ChannelInput = z.discriminatedUnion("kind", [
  Mail.extend(Common),
  Webhook.extend(Common),
  Device.extend(Common),
  Push.extend(Common),
]);

/** A way on which messages leave the gateway. */
export const NotificationChannel = z.object({
  id: z.string(),
  kind: z.enum(["device", "push", "mail", "webhook"]),
  name: z.string(),
  enabled: z.boolean(),
  settings: z.record(z.string(), z.unknown()).describe("What was set, without secrets."),
  secrets: z.array(z.string()).describe("The names of the secrets that are set."),
  lastResult: z.string().optional().describe("What came of the last message: `delivered`, or why not."),
  lastAt: Instant.optional(),
  createdAt: Instant,
  updatedAt: Instant,
});

const params = z.object({ channelId: EntityId });
const write = { access: localOr("access:admin"), limit: "general", bodyLimit: BODY_LIMITS.small } as const;

export const channelsList = endpoint({
  id: "channels.list",
  method: "GET",
  path: "/api/v1/notifications/channels",
  summary: "The ways on which messages leave the gateway",
  access: localOr("access:admin"),
  limit: "general",
  answers: { 200: z.array(NotificationChannel) },
});

export const channelCreate = endpoint({
  id: "channels.create",
  method: "POST",
  path: "/api/v1/notifications/channels",
  summary: "Add a channel",
  ...write,
  body: ChannelInput,
  answers: { 201: NotificationChannel },
});

export const channelGet = endpoint({
  id: "channels.get",
  method: "GET",
  path: "/api/v1/notifications/channels/{channelId}",
  summary: "One channel",
  access: localOr("access:admin"),
  limit: "general",
  params,
  answers: { 200: NotificationChannel },
  errors: ["NOT_FOUND"],
});

export const channelPut = endpoint({
  id: "channels.put",
  method: "PUT",
  path: "/api/v1/notifications/channels/{channelId}",
  summary: "Change a channel; its kind stays",
  description: "Secrets and the address of a webhook that are left out stay as they are, unless the host changes.",
  ...write,
  params,
  body: ChannelInput,
  answers: { 200: NotificationChannel },
  errors: ["NOT_FOUND"],
});

export const channelDelete = endpoint({
  id: "channels.delete",
  method: "DELETE",
  path: "/api/v1/notifications/channels/{channelId}",
  summary: "Remove a channel and what waits on it",
  access: localOr("access:admin"),
  limit: "general",
  params,
  answers: { 204: empty },
  errors: ["NOT_FOUND"],
});

export const channelTest = endpoint({
  id: "channels.test",
  method: "POST",
  path: "/api/v1/notifications/channels/{channelId}/test",
  summary: "Send a message on a channel now, and say what came of it",
  description: "Really sends: to each device that is connected, or each browser that is subscribed, or to the address.",
  access: localOr("access:admin"),
  limit: "general",
  params,
  answers: {
    200: z.object({
      success: z.boolean(),
      results: z.array(
        z.object({ recipient: z.string(), success: z.boolean(), message: z.string().describe("What came of it.") }),
      ),
    }),
  },
  errors: ["NOT_FOUND"],
});
