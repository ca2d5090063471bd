import { z } from "zod";
import { endpoint, raw, signedIn } from "../endpoint.ts";
import { Instant } from "../shapes.ts";

/** What was done or tried. Some fields have a second name that older clients read. */
export const AuditEntry = z.object({
  id: z.int(),
  timestamp: Instant,
  action: z.string().meta({ example: "route.updated" }),
  actor: z.string(),
  actorId: z.string().describe("`user:1`, `device:…`, `apikey:…`, `local`, `anonymous` or `system`."),
  actorName: z.string(),
  ip: z.string(),
  actorIp: z.string().describe("Network address behind trusted proxies; empty for the gateway itself."),
  target: z.string(),
  targetId: z.string().describe("What it was done to; empty when that has no id."),
  details: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe("`before` and `after` of what changed, or `input`; never a secret."),
  success: z.boolean(),
  error: z.string().optional().describe("The error code, when it failed."),
});

const Filter = z.object({
  action: z.string().max(100).optional().describe("This action alone."),
  actor: z.string().max(300).optional().describe("Id or name of who did it."),
  target: z.string().max(300).optional().describe("What it was done to."),
  success: z.enum(["true", "false"]).optional(),
  from: z.iso.datetime({ offset: true }).optional().describe("Not before this time."),
  to: z.iso.datetime({ offset: true }).optional().describe("Before this time."),
});

export const auditLogs = endpoint({
  id: "audit-logs",
  method: "GET",
  path: "/api/v1/audit-logs",
  summary: "What was changed and by whom, and failed sign-ins; the newest first",
  description: "Filters combine.",
  access: signedIn("access:admin"),
  limit: "device",
  query: Filter.extend({
    limit: z.coerce.number().int().min(1).max(1000).catch(100).default(100),
    offset: z.coerce.number().int().min(0).catch(0).default(0),
  }),
  answers: {
    200: z.object({
      logs: z.array(AuditEntry),
      limit: z.int(),
      offset: z.int(),
      count: z.int().describe("Entries in this answer."),
      total: z.int().describe("Entries that the filters let through."),
    }),
  },
});

export const auditExport = endpoint({
  id: "audit-logs.export",
  method: "GET",
  path: "/api/v1/audit-logs/export",
  summary: "The same as a file, CSV or JSON, at most the newest 100 000 entries",
  access: signedIn("access:admin"),
  limit: "device",
  query: Filter.extend({ format: z.enum(["csv", "json"]).default("csv") }),
  answers: { 200: raw("text/csv; charset=utf-8", "The file; with format=json: application/json.") },
});
