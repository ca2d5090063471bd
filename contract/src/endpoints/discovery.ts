import { z } from "zod";
import { endpoint, localOr } from "../endpoint.ts";
import { AppId, EntityId, Instant } from "../shapes.ts";
import { App, AppFields, patchOf, Route, RouteFields } from "./catalog.ts";

const SourceName = z.enum(["docker", "kubernetes", "mdns", "file"]);

/** Something to know before approving, with what to do about it (40 D2). */
export const SecurityRemark = z.object({
  code: z
    .enum([
      "discovered_docker",
      "sign_in_required",
      "unencrypted_upstream",
      "private_address",
      "published_everywhere",
      "published_on_address",
      "host_network",
      "privileged",
      "engine_socket",
      "host_files",
      "not_a_web_app",
      "engine_port",
      "label_ignored",
      "id_taken",
    ])
    .describe("What it is about; does not change with the wording."),
  severity: z
    .enum(["info", "warning", "danger"])
    .describe("`info` is good to know, `warning` deserves a look, `danger` a confirmation."),
  message: z.string(),
  advice: z.string().describe("What to do about it, or why nothing needs doing."),
});

export const Proposal = z.object({
  id: EntityId,
  source: SourceName,
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
  securityNotes: z.array(z.string()).describe("The messages of securityRemarks."),
  securityRemarks: z.array(SecurityRemark).describe("The most serious first."),
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
  description:
    "What is left out comes from the proposal. Other scopes than the proposal's, publicAccess and identityHeaders need access:admin.",
  access: localOr("write:*"),
  limit: "general",
  params,
  body: z.object({
    port: z.int().min(1).max(65535).optional().describe("One of availablePorts; default: the detected one."),
    app: patchOf(AppFields.extend({ id: AppId }))
      .optional()
      .describe("Where the app differs from suggestedApp. Another id also changes the default path and scopes."),
    route: patchOf(RouteFields.omit({ appId: true, to: true, containerId: true }))
      .optional()
      .describe("Where the route differs from suggestedRoute."),
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

export const proposalRestore = endpoint({
  id: "proposals.restore",
  method: "POST",
  path: "/api/v1/discovery/proposals/{proposalId}/restore",
  summary: "Take a dismissal back: the service is proposed again",
  access: localOr("write:*"),
  limit: "general",
  params,
  answers: { 200: z.union([z.object({ status: z.literal("restored"), id: EntityId }), Processed]) },
  errors: ["FEATURE_DISABLED"],
});

export const Dismissed = z.object({
  id: EntityId,
  source: SourceName,
  name: z.string().describe("The name of the app that was proposed."),
  reason: z
    .enum(["dismissed", "removed"])
    .describe("Dismissed as a proposal, or removed as an app after its approval."),
  lastSeen: Instant.describe("When the source saw the service last."),
});

export const dismissedList = endpoint({
  id: "discovery.dismissed",
  method: "GET",
  path: "/api/v1/discovery/dismissed",
  summary: "Services that are not proposed because a person dismissed them, the last seen first",
  access: localOr("read:*"),
  limit: "general",
  answers: { 200: z.array(Dismissed) },
});

export const DiscoverySource = z.object({
  name: SourceName,
  status: z
    .enum(["starting", "working", "failing"])
    .describe("`failing` keeps trying; message says why it cannot look."),
  message: z.string().optional(),
  lastLook: Instant.optional().describe("When the last complete look ended."),
  nextLook: Instant.optional().describe("When it looks again by itself; what happens in between makes it look sooner."),
  found: z.int().describe("Services of the last complete look, decided ones included."),
  skipped: z
    .array(z.object({ name: z.string(), reason: z.string() }))
    .describe("Services that ask to be proposed and cannot be."),
});

export const sourcesList = endpoint({
  id: "discovery.sources",
  method: "GET",
  path: "/api/v1/discovery/sources",
  summary: "How discovery is doing: why something is, or is not, proposed",
  access: localOr("read:*"),
  limit: "general",
  answers: {
    200: z.object({
      enabled: z.boolean(),
      offBecause: z.string().optional().describe("Why discovery is off, and the setting that changes it."),
      sources: z.array(DiscoverySource),
    }),
  },
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
