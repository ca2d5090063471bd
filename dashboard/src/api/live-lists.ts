import type { ServerMessageData } from "@nekzus/contract";
import { queryClient } from "./query-client.ts";

const areaOf = (endpointId: string) => endpointId.split(".", 1)[0] as string;

/** Reads that events of their own keep up to date, by area; `auth`: who is signed in here. */
const TOLD_BY_EVENTS = new Set(["apps", "routes", "proposals", "discovery", "devices", "notices", "activity", "auth"]);

function readAgain(isMeant: (area: string) => boolean): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey: [id] }) => isMeant(areaOf(String(id))),
  });
}

/** A list was changed: it is read again, and what tells of every change with it. */
export function onChanged({ area }: ServerMessageData<"changed">): Promise<void> {
  const also = area === "auth" ? "sessions" : area;
  return readAgain((one) => one === "audit-logs" || (one === also && !TOLD_BY_EVENTS.has(one)));
}

/** After a break nobody tells what changed meanwhile. */
export const readListsAgain = () => readAgain((area) => !TOLD_BY_EVENTS.has(area));

/** What was read so long before the first connection that something may have happened since, in ms. */
const OLD_MS = 2_000;

/** Of what happened before the first connection nobody tells: what is not fresh by then is read again. */
export function readOldAgain(): Promise<void> {
  const before = Date.now() - OLD_MS;
  return queryClient.invalidateQueries({ predicate: ({ state }) => state.dataUpdatedAt < before });
}
