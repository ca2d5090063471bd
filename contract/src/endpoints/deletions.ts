import { z } from "zod";
import { endpoint, localOr } from "../endpoint.ts";
import { AppId, EntityId, Instant } from "../shapes.ts";

/** One deletion that can still be undone. */
export const Deletion = z.object({
  id: EntityId,
  kind: z.enum(["app", "route"]).describe("`app`: the app went with all its routes; `route`: the app stayed."),
  appId: AppId,
  name: z.string().describe("The name of the app."),
  routeIds: z.array(EntityId).describe("The routes that went."),
  deletedAt: Instant,
  deletedBy: z.string().describe("The name of the user who deleted it; empty when it was not a person."),
  keptUntil: Instant.describe("Until then it can be restored."),
});

export const deletionsList = endpoint({
  id: "deletions.list",
  method: "GET",
  path: "/api/v1/deletions",
  summary: "Deleted apps and routes that can be restored, newest first",
  description:
    "Kept for 30 days, at most 200 of them. An administrator's settings are restored by administrators only.",
  access: localOr("read:*"),
  limit: "general",
  answers: { 200: z.array(Deletion) },
});

export const deletionRestore = endpoint({
  id: "deletions.restore",
  method: "POST",
  path: "/api/v1/deletions/{deletionId}/restore",
  summary: "Undo a deletion: app and routes return as they were",
  description:
    "The id is that of the list, or of the header X-Nekzus-Deletion with which the deletion was answered. " +
    "All of it returns or, when a path or name was taken meanwhile, nothing.",
  access: localOr("write:*"),
  limit: "general",
  params: z.object({ deletionId: EntityId }),
  answers: { 200: z.object({ appId: AppId, routeIds: z.array(EntityId) }) },
  errors: ["NOT_FOUND", "ROUTE_CONFLICT"],
  decides: true,
});
