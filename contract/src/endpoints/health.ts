import { z } from "zod";
import { endpoint, localOr, open, raw } from "../endpoint.ts";
import { Instant } from "../shapes.ts";

const ComponentStatus = z.enum(["healthy", "degraded", "unhealthy", "unknown"]);

export const HealthReport = z.object({
  status: ComponentStatus,
  version: z.string(),
  uptime: z.int().describe("Nanoseconds since the start."),
  timestamp: Instant,
  components: z.record(
    z.string(),
    z.object({
      status: ComponentStatus,
      message: z.string().optional(),
      lastChecked: Instant,
      duration: z.int().optional().describe("Nanoseconds."),
      details: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
});

const Verbose = z.object({ verbose: z.string().optional().describe("Any value asks for the JSON report.") });
const plain = raw("text/plain", "`ok`, or the JSON report for `Accept: application/json` or `?verbose`.");

export const healthz = endpoint({
  id: "healthz",
  method: "GET",
  path: "/healthz",
  summary: "Is the gateway healthy?",
  description: "Plain text by default; the detailed report as JSON for `Accept: application/json` or `?verbose`.",
  access: open(),
  limit: "health",
  query: Verbose,
  answers: { 200: plain, 503: plain },
});

export const livez = endpoint({
  id: "livez",
  method: "GET",
  path: "/livez",
  summary: "Is the process alive?",
  access: open(),
  limit: "health",
  answers: { 200: raw("text/plain", "`ok`") },
});

export const readyz = endpoint({
  id: "readyz",
  method: "GET",
  path: "/readyz",
  summary: "Is the gateway ready for traffic?",
  access: open(),
  limit: "health",
  answers: { 200: raw("text/plain", "`ok`"), 503: raw("text/plain", "`not ready`") },
});

export const healthzApi = endpoint({
  id: "healthz-api",
  method: "GET",
  path: "/api/v1/healthz",
  summary: "Does the API answer?",
  access: open(),
  limit: "health",
  answers: { 200: raw("text/plain", "`ok`") },
});

export const metrics = endpoint({
  id: "metrics",
  method: "GET",
  path: "/metrics",
  summary: "Metrics in the Prometheus text format",
  access: open(),
  limit: "metrics",
  answers: { 200: raw("text/plain", "Prometheus text format 0.0.4.") },
  errors: ["NOT_FOUND"],
});

export const adminInfo = endpoint({
  id: "admin.info",
  method: "GET",
  path: "/api/v1/admin/info",
  summary: "About this gateway",
  access: localOr(),
  limit: "general",
  answers: {
    200: z.object({
      version: z.string(),
      nekzusId: z.string().describe("Made once, kept for the life of the data folder."),
      nexusId: z.string().describe("The same, under its older name."),
      capabilities: z.array(z.string()),
      buildDate: z.string(),
      appsBaseUrl: z.string().describe("Where browsers open the apps."),
      startedAt: Instant,
      node: z.string().describe("The version of Node.js that it runs on."),
      platform: z.string().meta({ example: "linux arm64" }),
      database: z.enum(["sqlite", "postgresql"]),
    }),
  },
});
