import { activity as activityContract, notices as noticeContract, system } from "@nekzus/contract";
import { type Binding, bind } from "../http/binding.ts";
import type { Activity } from "./activity/activity.ts";
import type { Notices } from "./activity/notices.ts";
import type { EventLog } from "./event-log.ts";

/** The endpoints for what a client missed, and for what happened lately. */
export function eventRoutes(events: EventLog, activity: Pick<Activity, "recent">, notices: Notices): Binding[] {
  return [
    bind(system.eventsList, async ({ query, caller }) => ({
      body: await events.since(query.after, query.limit, caller.principal),
    })),
    bind(activityContract.activityRecent, (call) => activity.recent(call)),
    bind(noticeContract.noticesList, notices.list),
    bind(noticeContract.noticesRead, notices.read),
  ];
}
