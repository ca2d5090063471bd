import { LRUCache } from "lru-cache";
import type { Clock, Timer } from "../../kit/clock.ts";

/** Largest body that is remembered, in bytes, as it came and as it went. */
const MAX_BODY = 512 * 1024;
const MAX_PATH = 2048;
/** What an entry takes beside its bodies and its name, in bytes, roughly. */
const OVERHEAD = 256;
/** Part of the memory that is for what is taken down of bodies under way. */
const UNDER_WAY = 1 / 5;
/** So often a body may differ from the one before; then it is left alone for some requests. */
const MAX_MISSES = 3;
const REST = 64;
/** How long an answer may be compared and not sent, in ms. */
const PATIENCE_MS = 40;

/** A body as an app sent it, and as it went on. */
export type KnownBody = {
  readonly input: Buffer;
  /** Between each two of them stands what is new in every answer. */
  readonly output: readonly Buffer[];
};

/** What is remembered of an answer's body, and will be. */
export type Recall = {
  /** The body of the last time, if it may be the same again. */
  readonly known: KnownBody | undefined;
  /** What must be new in every answer (our own nonce). */
  readonly fresh: string | undefined;
  /** It was the same. */
  same(): void;
  /** It was another one. */
  differs(): void;
  /** It comes so slowly that rewriting it costs nothing beside. */
  slow(): void;
  /** Calls back when an answer was compared long enough. */
  patience(run: () => void): Timer;
  /** Takes this body down; undefined when it is not to be remembered. */
  record(): BodyRecord | undefined;
};

/** A body that is taken down. What it is given must not change any more. */
export type BodyRecord = {
  input(bytes: Buffer): void;
  output(bytes: Buffer): void;
  /** It is whole. */
  keep(): void;
  /** Nothing becomes of it. To be called unless it was kept. */
  drop(): void;
};

type Slot = { body: KnownBody | undefined; misses: number; rest: number };

/**
 * Remembers how bodies were rewritten: most pages of an app are byte for byte the same from one request to the next. An
 * answer gets a remembered body only when the app has sent the same bytes for that very request, so that nobody gets
 * anything of anybody else. What is asked for once only is not taken down, and what differs each time is left alone.
 */
export type PageMemory = {
  /** Sets how many bytes it may take. */
  limit(bytes: number): void;
  /**
   * Begins an answer. `settings`: all that its rewriting depends on but its body. `length`: of the body as it comes, if
   * known. Undefined when it is neither compared nor taken down.
   */
  recall(settings: string, path: string, length: number | undefined, fresh?: string): Recall | undefined;
};

export function createPageMemory(clock: Clock): PageMemory {
  let most = 0;
  let underWay = 0;
  let slots: LRUCache<string, Slot> | undefined;

  const set = (name: string, slot: Slot) => void slots?.set(name, slot);

  function record(name: string, misses: number, fresh: string | undefined): BodyRecord {
    let taken = 0;
    let sizes = { input: 0, output: 0 };
    let parts: { input: Buffer[]; output: Buffer[] } | undefined = { input: [], output: [] };
    const drop = () => {
      parts = undefined;
      underWay -= taken;
      taken = 0;
    };
    const take = (which: "input" | "output", bytes: Buffer) => {
      if (!parts || !bytes.length) return;
      sizes = { ...sizes, [which]: sizes[which] + bytes.length };
      if (sizes[which] > MAX_BODY || underWay + bytes.length > most * UNDER_WAY) {
        drop();
        if (sizes[which] > MAX_BODY) set(name, { body: undefined, misses, rest: REST });
        return;
      }
      taken += bytes.length;
      underWay += bytes.length;
      parts[which].push(bytes);
    };
    return {
      input: (bytes) => take("input", bytes),
      output: (bytes) => take("output", bytes),
      keep() {
        if (!parts) return;
        const input = joined(parts.input, sizes.input);
        const whole = joined(parts.output, sizes.output);
        drop();
        // What is new in our answer and stands in the app's, too, is not ours alone to change.
        if (fresh !== undefined && input.includes(fresh)) return;
        const output = fresh === undefined ? [whole] : between(whole, fresh);
        set(name, { body: { input, output }, misses, rest: 0 });
      },
      drop,
    };
  }

  return {
    limit(bytes) {
      if (bytes === most) return;
      most = bytes;
      const maxSize = Math.floor(bytes * (1 - UNDER_WAY));
      slots = maxSize > 0 ? new LRUCache({ maxSize, sizeCalculation: sizeOf }) : undefined;
    },
    recall(settings, path, length, fresh) {
      if (!slots || path.length > MAX_PATH || (length !== undefined && length > MAX_BODY)) return undefined;
      const name = `${settings} ${path}`;
      const slot = slots.get(name);
      if (!slot) {
        slots.set(name, { body: undefined, misses: 0, rest: 0 });
        return undefined;
      }
      if (slot.rest > 0) {
        slot.rest--;
        return undefined;
      }
      const { body } = slot;
      const known = body && (length === undefined || length === body.input.length) ? body : undefined;
      const recall = new SlotRecall(name, slot, known, fresh, clock, set, record);
      if (body && !known) recall.differs();
      return recall;
    },
  };
}

class SlotRecall implements Recall {
  readonly #name: string;
  readonly #slot: Slot;
  readonly known: KnownBody | undefined;
  readonly fresh: string | undefined;
  readonly #clock: Clock;
  readonly #set: (name: string, slot: Slot) => void;
  readonly #record: (name: string, misses: number, fresh: string | undefined) => BodyRecord;
  #rests = false;

  constructor(
    name: string,
    slot: Slot,
    known: KnownBody | undefined,
    fresh: string | undefined,
    clock: Clock,
    set: (name: string, slot: Slot) => void,
    record: (name: string, misses: number, fresh: string | undefined) => BodyRecord,
  ) {
    this.#name = name;
    this.#slot = slot;
    this.known = known;
    this.fresh = fresh;
    this.#clock = clock;
    this.#set = set;
    this.#record = record;
  }

  same(): void {
    this.#slot.misses = 0;
  }

  differs(): void {
    this.#slot.misses++;
    if (this.#slot.misses >= MAX_MISSES) this.#rest(MAX_MISSES - 1);
  }

  slow(): void {
    this.#rest(this.#slot.misses);
  }

  #rest(misses: number): void {
    this.#rests = true;
    this.#set(this.#name, { body: undefined, misses, rest: REST });
  }

  patience(run: () => void): Timer {
    return this.#clock.after(PATIENCE_MS, run);
  }

  record(): BodyRecord | undefined {
    return this.#rests ? undefined : this.#record(this.#name, this.#slot.misses, this.fresh);
  }
}

/** In memory of its own, not a part of some other that would be held as a whole. */
function joined(parts: readonly Buffer[], length: number): Buffer {
  const whole = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const part of parts) at += part.copy(whole, at);
  return whole;
}

/** What lies between the places where a text stands. */
function between(bytes: Buffer, text: string): Buffer[] {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, from)) {
    parts.push(bytes.subarray(from, at));
    from = at + text.length;
  }
  parts.push(bytes.subarray(from));
  return parts;
}

function sizeOf({ body }: Slot, name: string): number {
  return (
    OVERHEAD + name.length + (body ? body.input.length + body.output.reduce((sum, { length }) => sum + length, 0) : 0)
  );
}
