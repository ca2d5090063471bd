import { z } from "zod";
import { endpoint, signedInUser } from "../endpoint.ts";
import { ActivityEntry } from "./activity.ts";

/** An entry of the activity feed that somebody should look at, and whether the caller did. */
export const Notice = ActivityEntry.extend({
  read: z.boolean().describe("The same in every browser of the caller."),
});

const EntryId = z.string().min(1).max(200);

export const noticesList = endpoint({
  id: "notices.list",
  method: "GET",
  path: "/api/v1/activity/notices",
  summary: "What of the activity feed needs attention, and what of it the caller has not read; the newest first",
  description:
    "Apps that went down, failed jobs, trouble in the configuration, devices that ask to be let in, and what webhooks " +
    "said. Of what was there before the account, nothing.",
  access: signedInUser("read:events"),
  limit: "general",
  query: z.object({
    limit: z.coerce.number().int().min(1).max(200).default(50),
    offset: z.coerce.number().int().min(0).default(0),
  }),
  answers: {
    200: z.object({
      notices: z.array(Notice),
      unread: z.int().describe("How many in all are not read."),
      total: z.int(),
      limit: z.int(),
      offset: z.int(),
    }),
  },
});

export const noticesRead = endpoint({
  id: "notices.read",
  method: "POST",
  path: "/api/v1/activity/notices/read",
  summary: "Mark notices as read, in every browser of the caller",
  description: "Those that are named, and all that are as old as `upTo` or older. Ids that are not there are left out.",
  access: signedInUser("read:events"),
  limit: "general",
  body: z.object({
    ids: z.array(EntryId).max(200).default([]),
    upTo: EntryId.optional(),
  }),
  answers: { 200: z.object({ unread: z.int() }) },
});
