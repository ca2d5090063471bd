import { activity as activityContract, system } from "@nekzus/contract";
import { type Binding, bind } from "../http/binding.ts";
import type { Activity } from "./activity/activity.ts";
import type { EventLog } from "./event-log.ts";

/** The endpoints for what a client missed, and for what happened lately. */
export function eventRoutes(events: EventLog, activity: Pick<Activity, "recent">): Binding[] {
  return [
    bind(system.eventsList, async ({ query, caller }) => ({
      body: await events.since(query.after, query.limit, caller.principal),
    })),
    bind(activityContract.activityRecent, (call) => activity.recent(call)),
  ];
}
