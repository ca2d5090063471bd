import type { PolicyScript } from "./content-security-policy.ts";

/**
 * Changes a body while it passes. It sees bytes after the content coding was taken off, in any charset that keeps ASCII;
 * what it does not change leaves it byte for byte. It never throws, and its time is linear in the body.
 */
export type BodyRewriter = {
  /** What can leave by now of all that was pushed. Nothing refers to `bytes` afterwards but what comes back, if it is them. */
  push(bytes: Buffer): Buffer;
  /** The rest. Nothing may be pushed afterwards. */
  end(): Buffer;
};

/** What goes into a page before all other scripts. */
export type PageScript = {
  /** The whole markup, `<script src="/apps/.nekzus/prefix.js" nonce="…"></script>`, ASCII. */
  markup: string;
  /**
   * True puts it only into a whole page: one that begins with a doctype, `<html>` or `<head>`. For requests that do not
   * tell whether they want a page or a piece of one.
   */
  wholePagesOnly: boolean;
  /** As policies that stand in the page must name it. */
  policy: PolicyScript;
};

/** The same on text in which each character is one byte. Rewriters are made of it. `bytes`: those of `text`, if at hand. */
export type TextRewriter = { push(text: string, bytes?: Uint8Array): string; end(): string };

/** Bytes that a byte order mark may take. */
const MARK_BYTES = 4;

/** A rewriter of text as one of bytes. A body that begins with a mark of UTF-16 or UTF-32 passes as it is. */
export function bodyOf(text: TextRewriter): BodyRewriter {
  let held: Buffer | undefined = Buffer.alloc(0);
  let untouched = false;
  const through = (bytes: Buffer): Buffer => {
    if (untouched || !bytes.length) return bytes;
    const before = bytes.toString("latin1");
    const after = text.push(before, bytes);
    return after === before ? bytes : Buffer.from(after, "latin1");
  };
  const decide = (start: Buffer): Buffer => {
    held = undefined;
    untouched = /^(?:\xfe\xff|\xff\xfe|\0\0\xfe\xff)/.test(start.toString("latin1", 0, MARK_BYTES));
    return through(start);
  };
  return {
    push(bytes) {
      if (!held) return through(bytes);
      const start = held.length ? Buffer.concat([held, bytes]) : bytes;
      const mayBeMark = start.length < MARK_BYTES && (!start.length || MARK_STARTS.has(start[0] as number));
      if (!mayBeMark) return decide(start);
      held = start === bytes ? Buffer.from(bytes) : start;
      return Buffer.alloc(0);
    },
    end() {
      const first = held ? decide(held) : Buffer.alloc(0);
      if (untouched) return first;
      const rest = text.end();
      return rest ? Buffer.concat([first, Buffer.from(rest, "latin1")]) : first;
    },
  };
}

const MARK_STARTS: ReadonlySet<number> = new Set([0x00, 0xfe, 0xff]);
