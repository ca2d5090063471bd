import { z } from "zod";
import { endpoint, localOr } from "../endpoint.ts";

/** One entry of the activity feed (10 §6). */
export const ActivityEntry = z.object({
  id: z.string().meta({ example: "device_paired_pixel-7f3a_Yq3v81sT" }),
  type: z.string().meta({ example: "device_paired" }),
  icon: z.string().describe("The name of a lucide icon.").meta({ example: "Smartphone" }),
  iconClass: z
    .string()
    .describe("`success`, `warning`, `danger`, `error`, `info` or empty; webhooks choose their own."),
  message: z.string(),
  details: z.string().optional(),
  timestamp: z.int().describe("Unix milliseconds."),
  appId: z.string().optional().describe("The app that it is about."),
});

const Page = z.object({
  activities: z.array(ActivityEntry),
  total: z.int().describe("All entries of these types that the caller may see."),
  limit: z.int(),
  offset: z.int(),
});

export const activityRecent = endpoint({
  id: "activity.recent",
  method: "GET",
  path: "/api/v1/activity/recent",
  summary: "What happened lately, for people; the newest first",
  description:
    "Without parameters an array of the newest 50, with either of them an object. Entries about an app are for those " +
    "who may open it, those about the house for `read:*`.",
  access: localOr("read:events"),
  limit: "general",
  query: z.object({
    limit: z.coerce.number().int().min(0).max(500).optional().catch(50).describe("Default 50."),
    offset: z.coerce.number().int().min(0).optional().catch(0).describe("Default 0."),
    type: z.string().max(500).optional().describe("Only entries of this type, or of these with commas between."),
  }),
  answers: { 200: z.union([z.array(ActivityEntry), Page]) },
});
