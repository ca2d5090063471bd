import { z } from "zod";
import { BODY_LIMITS, endpoint, localOr } from "../endpoint.ts";
import { EntityId, Instant, Scope } from "../shapes.ts";

/** An API key. The key itself is told once, when it is made. */
export const ApiKey = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string().describe("How the key begins, to tell it from others."),
  scopes: z.array(z.string()),
  effectiveScopes: z.array(z.string()).describe("What it may do now: what it was given, cut to what its maker holds."),
  networks: z.array(z.string()).describe("Where it may be used from; empty: from everywhere."),
  requestsPerMinute: z.int().describe("What it may ask of the API; 0: as much as anybody."),
  expiresAt: Instant.optional(),
  lastUsedAt: Instant.optional(),
  lastUsedAddress: z.string().optional(),
  createdAt: Instant,
  createdBy: z.string().describe("Who made it: `user:1`, `device:…`, `apikey:…` or `local`."),
  revokedAt: Instant.optional(),
});

const Told = ApiKey.extend({ key: z.string().describe("The key. It is shown this once.") });

const NewKey = z.object({
  name: z.string().trim().min(1).max(255),
  scopes: z.array(Scope).min(1).max(50).describe("At most what the caller holds."),
  expiresAt: z.iso.datetime({ offset: true }).optional().describe("A time to come; absent: never."),
  networks: z
    .array(z.string().min(2).max(50))
    .max(50)
    .default([])
    .describe("Networks such as 192.168.1.0/24, or addresses; empty: from everywhere."),
  requestsPerMinute: z.int().min(0).max(100_000).default(0).describe("A limit of its own; 0: that of the address."),
});

const params = z.object({ keyId: EntityId });

export const apikeysList = endpoint({
  id: "apikeys.list",
  method: "GET",
  path: "/api/v1/apikeys",
  summary: "All API keys, the newest first, also those that were revoked",
  access: localOr("access:admin"),
  limit: "general",
  answers: { 200: z.array(ApiKey) },
});

export const apikeyCreate = endpoint({
  id: "apikeys.create",
  method: "POST",
  path: "/api/v1/apikeys",
  summary: "Make an API key",
  description: "A key lives as long as whoever made it, and can never do more than they may.",
  access: localOr("access:admin"),
  limit: "general",
  body: NewKey,
  bodyLimit: BODY_LIMITS.small,
  answers: { 201: Told },
  errors: ["FORBIDDEN"],
  decides: true,
});

export const apikeyGet = endpoint({
  id: "apikeys.get",
  method: "GET",
  path: "/api/v1/apikeys/{keyId}",
  summary: "One API key",
  access: localOr("access:admin"),
  limit: "general",
  params,
  answers: { 200: ApiKey },
  errors: ["NOT_FOUND"],
});

export const apikeyRotate = endpoint({
  id: "apikeys.rotate",
  method: "POST",
  path: "/api/v1/apikeys/{keyId}/rotate",
  summary: "Give an API key another secret; the old one stays good for a while",
  access: localOr("access:admin"),
  limit: "general",
  params,
  body: z.object({
    overlapMinutes: z.int().min(0).max(10_080).default(0).describe("For so long the old secret stays good."),
  }),
  bodyLimit: BODY_LIMITS.small,
  answers: { 200: Told },
  errors: ["NOT_FOUND"],
  decides: true,
});

export const apikeyDelete = endpoint({
  id: "apikeys.delete",
  method: "DELETE",
  path: "/api/v1/apikeys/{keyId}",
  summary: "Revoke an API key and all that was made with it",
  description: "A revoked key stays in the list. With permanent=true it is removed from there as well.",
  access: localOr("access:admin"),
  limit: "general",
  params,
  query: z.object({ permanent: z.literal("true").optional().catch(undefined) }),
  answers: { 200: z.object({ message: z.string(), revoked: z.int().describe("How many keys, with descendants.") }) },
  errors: ["NOT_FOUND"],
  decides: true,
});
