import { z } from "zod";
import { endpoint, localOr } from "../endpoint.ts";
import { AppId, EntityId, Instant } from "../shapes.ts";
import { App, Route } from "./catalog.ts";

export const Proposal = z.object({
  id: EntityId,
  source: z.enum(["docker", "kubernetes", "mdns", "file"]),
  detectedScheme: z.enum(["http", "https"]),
  detectedHost: z.string(),
  detectedPort: z.int(),
  availablePorts: z.array(z.object({ port: z.int(), scheme: z.enum(["http", "https"]), label: z.string().optional() })),
  confidence: z.number().min(0).max(1),
  suggestedApp: z.object({
    id: AppId,
    name: z.string(),
    icon: z.string(),
    tags: z.array(z.string()),
    endpoints: z.record(z.string(), z.string()),
    discoveryMeta: z.record(z.string(), z.string()),
  }),
  suggestedRoute: z.object({
    routeId: EntityId,
    appId: AppId,
    pathBase: z.string(),
    to: z.string(),
    containerId: z.string(),
    scopes: z.array(z.string()),
    websocket: z.boolean(),
    stripPrefix: z.boolean(),
    rewriteHTML: z.boolean(),
    skipHealthCheck: z.boolean(),
  }),
  tags: z.array(z.string()),
  lastSeen: Instant,
  securityNotes: z.array(z.string()),
});

const params = z.object({ proposalId: EntityId });
const Processed = z.object({ status: z.literal("already_processed"), id: EntityId, message: z.string() });

export const proposalsList = endpoint({
  id: "proposals.list",
  method: "GET",
  path: "/api/v1/discovery/proposals",
  summary: "Discovered services that wait for a decision, newest first",
  access: localOr("read:*"),
  limit: "general",
  answers: { 200: z.array(Proposal) },
});

export const proposalApprove = endpoint({
  id: "proposals.approve",
  method: "POST",
  path: "/api/v1/discovery/proposals/{proposalId}/approve",
  summary: "Approve a proposal: its app and route go live",
  access: localOr("write:*"),
  limit: "general",
  params,
  body: z.object({
    port: z.int().min(1).max(65535).optional().describe("One of availablePorts; default: the detected one."),
  }),
  bodyOptional: true,
  answers: {
    200: z.union([z.object({ status: z.literal("approved"), id: EntityId, app: App, route: Route }), Processed]),
  },
  errors: ["INVALID_PORT", "ROUTE_CONFLICT", "FEATURE_DISABLED"],
  decides: true,
});

export const proposalDismiss = endpoint({
  id: "proposals.dismiss",
  method: "POST",
  path: "/api/v1/discovery/proposals/{proposalId}/dismiss",
  summary: "Dismiss a proposal until the next rediscovery",
  access: localOr("write:*"),
  limit: "general",
  params,
  answers: { 200: z.union([z.object({ status: z.literal("dismissed"), id: EntityId }), Processed]) },
  errors: ["FEATURE_DISABLED"],
});

export const rediscover = endpoint({
  id: "discovery.rediscover",
  method: "POST",
  path: "/api/v1/discovery/rediscover",
  summary: "Forget dismissals and scan again",
  access: localOr("write:*"),
  limit: "general",
  answers: {
    200: z.object({
      status: z.literal("success"),
      message: z.string(),
      dismissedCleared: z.int(),
      activeCleared: z.int(),
    }),
  },
  errors: ["FEATURE_DISABLED"],
});
