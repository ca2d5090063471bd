import { z } from "zod";
import { BODY_LIMITS, empty, endpoint, localOr } from "../endpoint.ts";
import { AppId, EntityId, Instant, Username } from "../shapes.ts";

/**
 * What a rule can be about, and how grave it is; webhooks and exposed ports say themselves when it is more. `app_down`
 * comes with one message when the app is back.
 */
export const NOTIFIABLE = {
  app_down: "critical",
  job_failed: "warning",
  config_warning: "warning",
  pairing_asked: "warning",
  device_paired: "info",
  device_revoked: "info",
  device_offline: "warning",
  device_online: "info",
  app_registered: "info",
  port_exposure_warning: "warning",
  discovery: "info",
  webhook: "info",
} as const;

export type Notifiable = keyof typeof NOTIFIABLE;

const TimeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "a time such as 22:30");
const TimeZone = z
  .string()
  .max(100)
  .refine(isTimeZone, "an IANA time zone such as Europe/Berlin")
  .meta({ example: "Europe/Berlin" });

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

const QuietHours = z.object({
  from: TimeOfDay,
  to: TimeOfDay.describe("Earlier than `from`: of the next day."),
  timeZone: TimeZone,
  urgent: z
    .boolean()
    .default(true)
    .describe(
      "Critical messages come through all the same. What else happens is told in one message when they are over.",
    ),
});

const Fields = {
  name: z.string().trim().min(1).max(100),
  enabled: z.boolean().default(true),
  events: z.array(z.enum(Object.keys(NOTIFIABLE) as [Notifiable, ...Notifiable[]])).min(1),
  minSeverity: z
    .enum(["info", "warning", "critical"])
    .default("info")
    .describe(
      "Webhooks are critical with iconClass danger or error, and a warning with warning; exposed ports as their riskLevel says.",
    ),
  apps: z.array(AppId).max(500).default([]).describe("Only about these apps; empty: about all."),
  channels: z.array(EntityId).max(50).describe("Where messages go."),
  devices: z.array(z.string().max(100)).max(500).default([]).describe("Devices; with no users either: all."),
  users: z.array(Username).max(500).default([]).describe("Devices and browsers of these people."),
  delaySeconds: z
    .int()
    .min(0)
    .max(3600)
    .default(30)
    .describe("How long an app must be down before anybody is told. What happens meanwhile is in the same message."),
  settleSeconds: z
    .int()
    .min(0)
    .max(3600)
    .default(120)
    .describe("How long an app must be well again before that is told. Until then it is the same outage."),
};

/** A rule as it is written. */
export const RuleInput = z.object({ ...Fields, quietHours: QuietHours.nullable().default(null) });

/** Who is told of what, and how. */
export const NotificationRule = z.object({
  ...Fields,
  id: z.string(),
  enabled: z.boolean(),
  minSeverity: z.enum(["info", "warning", "critical"]),
  apps: z.array(z.string()),
  devices: z.array(z.string()),
  users: z.array(z.string()),
  delaySeconds: z.int(),
  settleSeconds: z.int(),
  quietHours: z.object({ from: z.string(), to: z.string(), timeZone: z.string(), urgent: z.boolean() }).nullable(),
  createdAt: Instant,
  updatedAt: Instant,
});

const params = z.object({ ruleId: EntityId });
const write = { access: localOr("access:admin"), limit: "general", bodyLimit: BODY_LIMITS.small * 8 } as const;

export const rulesList = endpoint({
  id: "rules.list",
  method: "GET",
  path: "/api/v1/notifications/rules",
  summary: "Who is told of what, and how",
  access: localOr("access:admin"),
  limit: "general",
  answers: { 200: z.array(NotificationRule) },
});

export const ruleCreate = endpoint({
  id: "rules.create",
  method: "POST",
  path: "/api/v1/notifications/rules",
  summary: "Add a rule",
  ...write,
  body: RuleInput,
  answers: { 201: NotificationRule },
});

export const ruleGet = endpoint({
  id: "rules.get",
  method: "GET",
  path: "/api/v1/notifications/rules/{ruleId}",
  summary: "One rule",
  access: localOr("access:admin"),
  limit: "general",
  params,
  answers: { 200: NotificationRule },
  errors: ["NOT_FOUND"],
});

export const rulePut = endpoint({
  id: "rules.put",
  method: "PUT",
  path: "/api/v1/notifications/rules/{ruleId}",
  summary: "Change a rule",
  ...write,
  params,
  body: RuleInput,
  answers: { 200: NotificationRule },
  errors: ["NOT_FOUND"],
});

export const ruleDelete = endpoint({
  id: "rules.delete",
  method: "DELETE",
  path: "/api/v1/notifications/rules/{ruleId}",
  summary: "Remove a rule",
  access: localOr("access:admin"),
  limit: "general",
  params,
  answers: { 204: empty },
  errors: ["NOT_FOUND"],
});
