import { expect, test, vi } from "vitest";
import { createLogger } from "../../../kit/log.ts";
import { createVirtualClock } from "../../../kit/virtual-clock.ts";
import { eachStorage } from "../../storage/test-storages.ts";
import { type Channel, failed } from "../channels/channel.ts";
import { createChannelStore } from "../channels/store.ts";
import { createPhones } from "../test-room.ts";
import { createDispatcher } from "./dispatcher.ts";
import { createQueueStore, type NewRow } from "./store.ts";

const WAITING = 10;

eachStorage((_, open) => {
  test("several channels whose other side hangs hold up no other, however much waits on them", async () => {
    const storage = await open();
    const clock = createVirtualClock();
    const [store, channels] = [createQueueStore(storage), createChannelStore(storage)];
    // The first three hang, and what waits on them is older.
    const ids = ["a", "b", "c", "quick"];
    await storage.write(async (tx) => {
      for (const id of ids) {
        const common = { kind: "webhook" as const, name: id, enabled: true, settings: {}, secrets: {}, lastResult: "" };
        await channels.put(tx, { id, ...common, lastAt: undefined, createdAt: 0, updatedAt: 0 });
      }
      const now = clock.now();
      const texts = { type: "notification", title: "", body: "", severity: "info" as const, data: {} };
      const rows = ids.flatMap((channelId) =>
        Array.from({ length: WAITING }, (_, at): NewRow => {
          return { id: `${channelId}${at}`, channelId, ...texts, maxRetries: 3, createdAt: now, expiresAt: now + 1e9 };
        }),
      );
      await store.insert(tx, rows);
    });
    const arrived: string[] = [];
    const quick: Channel = {
      kind: "webhook",
      async send({ id }) {
        arrived.push(id);
        return { state: "delivered" };
      },
    };
    const hanging: Channel = {
      kind: "webhook",
      send: (_message, signal) =>
        new Promise((done) => signal.addEventListener("abort", () => done(failed("no answer in time")))),
    };
    const dispatcher = createDispatcher({
      store,
      sockets: createPhones().sockets,
      channels: () => channels.enabledIds(),
      open: async ({ channelId }) => (channelId === "quick" ? quick : hanging),
      tellable: async ({ message }) => message,
      onTried: async () => {},
      settings: () => ({
        enabled: true,
        ack_timeout: 30_000,
        queue: { worker_count: 4, buffer_size: 100, retry_interval: 30_000, max_retries: 3 },
      }),
      clock,
      log: createLogger("test", "silent"),
      meter: { enqueued() {}, delivered() {}, failed() {}, expired() {}, retried() {} },
    });
    await dispatcher.start();
    // No time passes: nothing of what hangs has to end first.
    await vi.waitFor(() => expect(arrived).toEqual(Array.from({ length: WAITING }, (_, at) => `quick${at}`)), 10_000);
    await dispatcher.stop();
  });
});
