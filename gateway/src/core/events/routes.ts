import { system } from "@nekzus/contract";
import { type Binding, bind } from "../http/binding.ts";
import type { EventLog } from "./event-log.ts";

/** The endpoint for what a client missed. */
export function eventRoutes(events: EventLog): Binding[] {
  return [
    bind(system.eventsList, async ({ query, caller }) => ({
      body: await events.since(query.after, query.limit, caller.principal.scopes),
    })),
  ];
}
