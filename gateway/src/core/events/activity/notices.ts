import type { notices as contract } from "@nekzus/contract";
import type { Answer, Call, Caller } from "../../http/binding.ts";
import type { Storage } from "../../storage/storage.ts";
import type { CoreBus } from "../topics.ts";
import { shown } from "./activity.ts";
import { createNoticeStore, type NoticeReader } from "./notice-store.ts";

export type Notices = {
  list(call: Call<typeof contract.noticesList>): Promise<Answer<typeof contract.noticesList>>;
  read(call: Call<typeof contract.noticesRead>): Promise<Answer<typeof contract.noticesRead>>;
};

/** What of the activity feed needs attention, and who has read it: kept here, so that all browsers of a person agree. */
export function createNotices(parts: { storage: Storage; bus: CoreBus; settled: () => Promise<void> }): Notices {
  const { storage, bus, settled } = parts;
  const store = createNoticeStore(storage);

  return {
    async list({ query: { limit, offset }, caller }) {
      await settled();
      const reader = readerOf(caller);
      const found = await store.find(reader, limit, offset);
      const notices = found.map(({ read, ...entry }) => ({ ...shown(entry), read }));
      return {
        body: { notices, unread: await store.unread(reader), total: await store.count(reader), limit, offset },
      };
    },

    async read({ body: { ids, upTo }, caller }) {
      await settled();
      const reader = readerOf(caller);
      const unread = await storage.write(async (tx) => {
        await store.markRead(tx, reader, ids, upTo);
        return store.unread(reader, tx);
      });
      bus.emit("notices-read", { user: caller.principal.id, ids, ...(upTo !== undefined && { upTo }), unread });
      return { body: { unread } };
    },
  };
}

/** The guard lets only people in. */
function readerOf({ principal }: Caller): NoticeReader {
  return { userId: Number(principal.id.slice("user:".length)), who: principal };
}
