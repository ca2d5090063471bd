/** Where lines go. One write at a time. */
export type Sink = {
  /** Writes whole lines. Never rejects: tells how many bytes were written before it failed. */
  write(lines: Buffer): Promise<Failure | undefined>;
  close(): Promise<void>;
};

export type Failure = { written: number; error: Error };

/** Counts the lines, or ends of lines, in `bytes`. */
export function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}
