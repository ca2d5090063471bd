/** Where lines go. One write at a time. */
export type Sink = {
  /** Writes whole lines. Never rejects: tells how many bytes were written before it failed. */
  write(lines: Buffer): Promise<Failure | undefined>;
  close(): Promise<void>;
};

export type Failure = { written: number; error: Error };

/**
 * Makes a sink of what puts lines somewhere, counting the bytes as it goes on, and of what closes that. What is open is
 * not closed under a write that is stuck: that closes it when it ends.
 */
export function createSink(
  put: (lines: Buffer, progress: { written: number }) => Promise<void>,
  shut: () => Promise<void>,
): Sink & { readonly closed: boolean } {
  let writing = false;
  let closed = false;
  return {
    get closed() {
      return closed;
    },
    async write(lines) {
      const progress = { written: 0 };
      writing = true;
      try {
        await put(lines, progress);
        return undefined;
      } catch (error) {
        return { written: progress.written, error: error as Error };
      } finally {
        writing = false;
        if (closed) await shut();
      }
    },
    async close() {
      closed = true;
      if (!writing) await shut();
    },
  };
}

/** Counts the lines, or ends of lines, in `bytes`. */
export function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}
