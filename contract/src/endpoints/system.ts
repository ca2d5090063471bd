import { z } from "zod";
import { empty, endpoint, localOr, open, raw } from "../endpoint.ts";
import { EntityId, Instant } from "../shapes.ts";

export const Job = z.object({
  id: EntityId,
  kind: z.string(),
  title: z.string(),
  status: z.enum(["accepted", "running", "succeeded", "failed", "cancelled", "interrupted"]),
  progress: z.number().min(0).max(1).optional(),
  message: z.string().optional().describe("What it is doing, or why it ended."),
  output: z.string().optional(),
  cancellable: z.boolean(),
  createdAt: Instant,
  startedAt: Instant.optional(),
  endedAt: Instant.optional(),
});

const jobParams = z.object({ jobId: EntityId });

export const jobsList = endpoint({
  id: "jobs.list",
  method: "GET",
  path: "/api/v1/jobs",
  summary: "Long work, newest first",
  access: localOr("read:*"),
  limit: "general",
  query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
  answers: { 200: z.array(Job) },
});

export const jobGet = endpoint({
  id: "jobs.get",
  method: "GET",
  path: "/api/v1/jobs/{jobId}",
  summary: "One piece of long work, with its output",
  access: localOr("read:*"),
  limit: "general",
  params: jobParams,
  answers: { 200: Job },
  errors: ["NOT_FOUND"],
});

export const jobCancel = endpoint({
  id: "jobs.cancel",
  method: "POST",
  path: "/api/v1/jobs/{jobId}/cancel",
  summary: "Ask long work to stop",
  access: localOr("write:*"),
  limit: "general",
  params: jobParams,
  answers: { 202: Job },
  errors: ["NOT_FOUND"],
});

export const eventsList = endpoint({
  id: "events.list",
  method: "GET",
  path: "/api/v1/events",
  summary: "What happened after a given event",
  description: "Numbered events, oldest first. `gap` says that events after the given number are no longer kept.",
  access: localOr("read:events"),
  limit: "general",
  query: z.object({
    after: z.coerce.number().int().min(0).default(0).describe("The number of the last event that was seen."),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  }),
  answers: {
    200: z.object({
      events: z.array(
        z.object({ number: z.int(), type: z.string(), data: z.record(z.string(), z.unknown()), timestamp: Instant }),
      ),
      latest: z.int(),
      gap: z.boolean(),
    }),
  },
});

export const openapi = endpoint({
  id: "openapi",
  method: "GET",
  path: "/api/v1/openapi.json",
  summary: "This API as an OpenAPI 3.1 document",
  access: open(),
  limit: "general",
  answers: { 200: raw("application/json", "OpenAPI 3.1.") },
});

export const docsPage = endpoint({
  id: "docs",
  method: "GET",
  path: "/docs",
  summary: "This API as a readable page",
  access: open(),
  limit: "general",
  answers: { 200: raw("text/html", "The page.") },
});

const dashboardAnswers = {
  200: raw("text/html", "The page. `ETag` and `If-None-Match` save sending it again."),
  304: empty,
  503: raw("text/html", "A page that says how to build the dashboard: this gateway runs without one."),
} as const;

export const root = endpoint({
  id: "ui",
  method: "GET",
  path: "/",
  summary: "The dashboard",
  description:
    "The same page as at `/ui/`, which it goes on to; with `?app=`, the id of an app that somebody wanted to open, to the sign-in.",
  access: open(),
  limit: "none",
  answers: dashboardAnswers,
});

export const dashboard = endpoint({
  id: "dashboard",
  method: "GET",
  path: "/ui/",
  summary: "The dashboard",
  access: open(),
  limit: "none",
  answers: dashboardAnswers,
});

export const dashboardScreen = endpoint({
  id: "dashboard.screen",
  method: "GET",
  path: "/ui/{path*}",
  summary: "A screen of the dashboard",
  description: "The same page for every address below `/ui/`: which screen it shows is decided in the browser.",
  access: open(),
  limit: "none",
  params: z.object({ path: z.string().describe("The screen's address, slashes included.") }),
  answers: dashboardAnswers,
});

export const assets = endpoint({
  id: "assets",
  method: "GET",
  path: "/assets/{name}",
  summary: "Scripts, styles, fonts and pictures of our own pages",
  description: "Names with a hash never change their content and may be kept for a year.",
  access: open(),
  limit: "none",
  params: z.object({ name: z.string() }),
  answers: { 200: raw("text/plain", "The file."), 304: empty },
  errors: ["NOT_FOUND"],
});
