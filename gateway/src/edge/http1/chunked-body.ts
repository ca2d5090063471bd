import { BadMessage, readFields } from "./fields.ts";

/** Takes what a body in chunks holds. */
export type ChunkedSink = {
  onData(chunk: Buffer): void;
  onEnd(trailers: string[]): void;
};

/** Longest line that says the size of a chunk, with extensions, in bytes. */
const MAX_SIZE_LINE = 256;
/** Bytes of such lines beyond the sizes themselves, for the whole body: chunk extensions are noise. */
const MAX_EXTENSIONS = 16 * 1024;
/** Chunk extensions (RFC 9112, section 7.1.1), without the bad white space that some readers take and others do not. */
const EXTENSIONS = /^(?:;[!#$%&'*+.^_`|~\w-]+(?:=(?:[!#$%&'*+.^_`|~\w-]+|"(?:[\t !#-[\]-~]|\\[ -~])*"))?)+$/;
/** What comes before a body or never (RFC 9110, section 6.5.1). */
const FRAMING = /^(?:content-length|transfer-encoding)$/i;
/** A chunk up to this size, in bytes, is moved to the one before it: that costs less than a piece of its own. */
const SMALL = 1024;
/** Largest trailer section, in bytes. */
const MAX_TRAILERS = 8 * 1024;

type State = "size" | "data" | "data-end" | "trailers" | "done";

/**
 * Reads the body of a request that comes in chunks (RFC 9112, section 7.1). Lines end with both characters: chunks
 * whose lines two servers end at different places have hidden requests (CVE-2025-55315 and its like).
 */
export class ChunkedBody {
  #state: State = "size";
  #line = "";
  #remaining = 0;
  #extensions = 0;

  get done(): boolean {
    return this.#state === "done";
  }

  /**
   * Takes bytes and answers how many of them belong to the body; their memory becomes the body's. Small chunks are moved
   * together, or a client that sends bytes one by one would make us hold many times what it sent. Throws {@link BadMessage}.
   */
  take(bytes: Buffer, sink: ChunkedSink): number {
    let at = 0;
    let from = 0;
    let to = 0;
    const pass = () => {
      if (to > from) sink.onData(bytes.subarray(from, to));
      from = to;
    };
    while (at < bytes.length && this.#state !== "done") {
      if (this.#state !== "data") {
        if (this.#state === "trailers") pass();
        at = this.#takeLine(bytes, at, sink);
        continue;
      }
      const end = Math.min(at + this.#remaining, bytes.length);
      this.#remaining -= end - at;
      if (this.#remaining === 0) this.#state = "data-end";
      if (to > from && end - at <= SMALL) {
        to += bytes.copy(bytes, to, at, end);
      } else {
        pass();
        [from, to] = [at, end];
      }
      at = end;
    }
    pass();
    return at;
  }

  #takeLine(bytes: Buffer, from: number, sink: ChunkedSink): number {
    const feed = bytes.indexOf(0x0a, from);
    const end = feed < 0 ? bytes.length : feed + 1;
    const limit = this.#state === "trailers" ? MAX_TRAILERS : MAX_SIZE_LINE;
    if (this.#line.length + end - from > limit) throw new BadMessage("a line of the body is too long");
    this.#line += bytes.toString("latin1", from, end);
    if (feed < 0) return end;
    if (!this.#line.endsWith("\r\n")) throw new BadMessage("a line of the body ends without a carriage return");
    if (this.#state === "trailers") {
      if (this.#line === "\r\n" || this.#line.endsWith("\r\n\r\n")) this.#end(sink);
      return end;
    }
    const line = this.#line.slice(0, -2);
    this.#line = "";
    if (this.#state === "data-end") {
      if (line !== "") throw new BadMessage("a chunk is longer than it says");
      this.#state = "size";
      return end;
    }
    this.#remaining = this.#readSize(line);
    this.#state = this.#remaining ? "data" : "trailers";
    return end;
  }

  #readSize(line: string): number {
    let digits = 0;
    let size = 0;
    for (; digits < line.length; digits++) {
      const value = hexValue(line.charCodeAt(digits));
      if (value < 0) break;
      size = size * 16 + value;
    }
    this.#extensions += line.length - digits;
    const rest = line.slice(digits);
    const isClean = rest === "" || EXTENSIONS.test(rest);
    if (digits === 0 || digits > 12 || !isClean) throw new BadMessage("a chunk has no proper size");
    if (this.#extensions > MAX_EXTENSIONS) throw new BadMessage("the body has too many chunk extensions");
    return size;
  }

  #end(sink: ChunkedSink): void {
    const { fields } = readFields(this.#line, 0, "refused");
    for (let i = 0; i < fields.length; i += 2) {
      if (FRAMING.test(fields[i] as string)) throw new BadMessage("a trailer says how the body is framed");
    }
    this.#line = "";
    this.#state = "done";
    sink.onEnd(fields);
  }
}

function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
