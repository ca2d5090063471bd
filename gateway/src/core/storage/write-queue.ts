import { AsyncLocalStorage } from "node:async_hooks";
import type { Database, Storage, Write } from "./storage.ts";

type WriteQueue = {
  write: Storage["write"];
  /** Resolves when every transaction asked for so far has ended. */
  idle(): Promise<void>;
};

/**
 * Makes {@link Storage.write}: one transaction after the other, in the order of the calls, so that none sees
 * another half done. `begin` runs first inside each of them. A transaction inside a transaction would wait for
 * itself and is refused.
 */
export function createWriteQueue(writer: Database, begin?: (tx: Write) => Promise<void>): WriteQueue {
  const inside = new AsyncLocalStorage<{ open: boolean }>();
  let last: Promise<unknown> = Promise.resolve();

  async function transact<T>(work: (tx: Write) => Promise<T>): Promise<T> {
    const state = { open: true };
    try {
      return await inside.run(state, () =>
        writer.transaction().execute(async (tx) => {
          await begin?.(tx);
          return work(tx);
        }),
      );
    } finally {
      state.open = false;
    }
  }

  return {
    write(work) {
      if (inside.getStore()?.open) {
        return Promise.reject(new Error("write() was called inside a write transaction: pass its transaction along"));
      }
      const run = last.then(() => transact(work));
      // SQLite answers within the call, so that a long row of writes would let nothing else of the process in between.
      last = run.catch(() => undefined).then(breathe);
      return run;
    },
    async idle() {
      await last;
    },
  };
}

function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
