import type { ServerMessageData } from "@nekzus/contract";
import { activityRecent, noticesList } from "./endpoints.gen.ts";
import { putData, refresh } from "./query-client.ts";

/** The notices that the bell counts and shows. */
export const NEWEST_NOTICES = { query: { limit: 50, offset: 0 } } as const;
/** The first page of the feed, without a filter. */
export const NEWEST_ACTIVITY = { query: { limit: 50, offset: 0 } } as const;

/** Puts a new entry at the top of the feed, and of the notices if it is one. An entry that is there already stays. */
export function onActivity({ notice, ...entry }: ServerMessageData<"activity">): void {
  putData(activityRecent, NEWEST_ACTIVITY, (old) => {
    if (Array.isArray(old) || old.activities.some(({ id }) => id === entry.id)) return old;
    const activities = [entry, ...old.activities].slice(0, old.limit);
    return { ...old, activities, total: old.total + 1 };
  });
  if (!notice) return;
  putData(noticesList, NEWEST_NOTICES, (old) => {
    if (old.notices.some(({ id }) => id === entry.id)) return old;
    const notices = [{ ...entry, read: false }, ...old.notices].slice(0, old.limit);
    return { ...old, notices, unread: old.unread + 1, total: old.total + 1 };
  });
}

/** Some were read, in this browser or in another one. */
export function onNoticesRead({ ids, upTo, unread }: ServerMessageData<"notices_read">): void {
  putData(noticesList, NEWEST_NOTICES, (old) => {
    const from = upTo === undefined ? -1 : old.notices.findIndex(({ id }) => id === upTo);
    const isRead = (id: string, at: number) => ids.includes(id) || (from >= 0 && at >= from);
    const notices = old.notices.map((notice, at) => (isRead(notice.id, at) ? { ...notice, read: true } : notice));
    return { ...old, notices, unread };
  });
}

/** After a break nobody tells what came into the feed meanwhile: it is read again. */
export const readFeedAgain = () => refresh(activityRecent, noticesList);
