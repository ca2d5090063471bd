import { type Audience, scopeOf, type Viewer } from "../audience.ts";
import type { EventLog, PublishedEvent } from "../event-log.ts";
import { type EventFrame, eventFrame } from "./frames.ts";
import type { Levels } from "./patterns.ts";
import type { Qos } from "./subscriptions.ts";

/** Who follows the events. */
export type Follower = {
  viewer(): Viewer;
  /** Followers of the same view get the same, in the form of QoS 0; undefined for one that chooses by topic. */
  view(): string | undefined;
  maySee(audience: Audience): boolean;
  /** How it wants events of a topic sent; undefined when it does not. */
  qosOf(topic: Levels): Qos | undefined;
  give(event: EventFrame, qos: Qos): void;
  /** Gives several at once, in the form of QoS 0; answers whether it is still ready. */
  giveAll(frames: Buffer, events: number): boolean;
  /** Runs what gives several; they leave together. */
  atOnce<T>(give: () => T): T;
  /** May more be given? When that changes, `more` is called. */
  isReady(): boolean;
  /** Events after this number are not kept any more. */
  onGap(after: number, latest: number): void;
  /** It stayed behind for so long that what it misses is in memory no more. It is not followed any further. */
  onLag(): void;
};

/** How far a follower is, for one that asked for what it missed. */
type Place = { cursor: number; fromRecord: boolean; busy: boolean };

export type Feed = {
  start(): Promise<void>;
  stop(): void;
  /** The number of the newest event. */
  latest(): number;
  /** Gives events from now on, or all after the number, each once and in order. */
  follow(follower: Follower, after?: number): void;
  /** The follower may be given more again. */
  more(follower: Follower): void;
  leave(follower: Follower): void;
  /** The number of the last event that it was given, or that was not for it. */
  placeOf(follower: Follower): number;
};

/** Events that are kept in memory for followers that stay behind; beyond either they must ask for them by number. */
const KEPT = { events: 1_000, bytes: 4 * 1024 * 1024 };
/** Events that are read from the record at once. */
const PAGE = 100;
/** What happened together is given as one piece up to so many bytes. */
const ONE_PIECE = 64 * 1024;

/** What a view has of events that happened together, as one piece when that is small enough. */
type Seen = { events: readonly EventFrame[]; piece: Buffer | undefined };

/**
 * Hands recorded events to followers. Nothing is queued for any of them: one that cannot take more only keeps its place,
 * so that what slow ones cost is the same for one and for thousands.
 */
export function createFeed(
  log: Pick<EventLog, "latest" | "since" | "onRecorded">,
  onError: (error: unknown) => void,
): Feed {
  /** The newest events, oldest first. */
  let recent: EventFrame[] = [];
  let bytes = 0;
  /** Every event with a higher number is in `recent`. */
  let floor = 0;
  let newest = 0;
  /** Those that have everything. */
  const live = new Set<Follower>();
  const behind = new Map<Follower, Place>();
  let end = () => {};

  function onRecorded(events: readonly PublishedEvent[]): void {
    const frames = events.map(eventFrame);
    const last = frames.at(-1)?.number ?? newest;
    const views = new Map<string, Seen>();
    for (const follower of live) {
      const cursor = giveLive(follower, seenBy(follower, frames, views), last);
      if (cursor === undefined) continue;
      live.delete(follower);
      behind.set(follower, { cursor, fromRecord: false, busy: false });
    }
    newest = last;
    for (const frame of frames) keep(frame);
    cutOff();
  }

  /** Judged, and put together, once for all of a view. */
  function seenBy(follower: Follower, frames: readonly EventFrame[], views: Map<string, Seen>): Seen {
    const view = follower.view();
    const known = view === undefined ? undefined : views.get(view);
    if (known) return known;
    const events = frames.filter(({ audience }) => follower.maySee(audience));
    if (view === undefined) return { events, piece: undefined };
    const size = events.reduce((sum, { plain }) => sum + plain.length, 0);
    const seen = { events, piece: size <= ONE_PIECE ? Buffer.concat(events.map(({ plain }) => plain)) : undefined };
    views.set(view, seen);
    return seen;
  }

  /** Answers how far it got, when it cannot take more. */
  function giveLive(follower: Follower, { events, piece }: Seen, last: number): number | undefined {
    if (!events.length) return undefined;
    if (piece) return follower.giveAll(piece, events.length) ? undefined : last;
    return follower.atOnce(() => giveEach(follower, events));
  }

  function giveEach(follower: Follower, events: readonly EventFrame[]): number | undefined {
    for (const frame of events) {
      giveWanted(follower, frame);
      if (!follower.isReady()) return frame.number;
    }
    return undefined;
  }

  function keep(frame: EventFrame): void {
    recent.push(frame);
    bytes += frame.plain.length;
    let excess = 0;
    for (; recent.length - excess > KEPT.events || bytes > KEPT.bytes; excess++) {
      const gone = recent[excess] as EventFrame;
      floor = gone.number;
      bytes -= gone.plain.length;
    }
    if (excess) recent = recent.slice(excess);
  }

  /** Ends those that stayed behind what is in memory. */
  function cutOff(): void {
    for (const [follower, { cursor, fromRecord }] of behind) if (cursor < floor && !fromRecord) lag(follower);
  }

  function lag(follower: Follower): void {
    behind.delete(follower);
    follower.onLag();
  }

  function give(follower: Follower, frame: EventFrame): void {
    if (follower.maySee(frame.audience)) giveWanted(follower, frame);
  }

  function giveWanted(follower: Follower, frame: EventFrame): void {
    const qos = follower.qosOf(frame.topic);
    if (qos !== undefined) follower.give(frame, qos);
  }

  /** Gives what it misses as far as it takes it. */
  async function catchUp(follower: Follower, place: Place): Promise<void> {
    place.busy = true;
    try {
      while (behind.get(follower) === place && follower.isReady()) {
        if (place.cursor < floor || place.cursor > newest) await readPage(follower, place);
        else if (follower.atOnce(() => fromMemory(follower, place))) return;
      }
    } catch (error) {
      // It comes back and asks again.
      if (behind.get(follower) === place) lag(follower);
      onError(error);
    } finally {
      place.busy = false;
    }
  }

  /** Answers true when the follower has everything. */
  function fromMemory(follower: Follower, place: Place): boolean {
    let at = recent.findIndex(({ number }) => number > place.cursor);
    for (; at >= 0 && at < recent.length && follower.isReady(); at++) {
      const frame = recent[at] as EventFrame;
      place.cursor = frame.number;
      give(follower, frame);
    }
    if (place.cursor < newest || behind.get(follower) !== place) return false;
    behind.delete(follower);
    live.add(follower);
    return true;
  }

  async function readPage(follower: Follower, place: Place): Promise<void> {
    const { cursor } = place;
    const viewer = follower.viewer();
    const page = await log.since(cursor, PAGE, viewer);
    // When what it may see has changed meanwhile, the page is read again.
    if (behind.get(follower) !== place || follower.viewer() !== viewer) return;
    if (page.gap) follower.onGap(cursor, page.latest);
    for (const { data, ...event } of page.events) {
      const audience = { scope: scopeOf(event.type, data), sensitive: false };
      giveWanted(follower, eventFrame({ ...event, json: JSON.stringify(data), audience }));
    }
    const last = page.events.at(-1)?.number ?? 0;
    place.cursor = page.events.length < PAGE ? Math.max(page.latest, last) : last;
  }

  return {
    async start() {
      end = log.onRecorded(onRecorded);
      const latest = await log.latest();
      floor = Math.max(floor, latest);
      newest = Math.max(newest, latest);
    },
    stop: () => end(),
    latest: () => newest,
    follow(follower, after) {
      if (after === undefined) {
        live.add(follower);
        return;
      }
      const place = { cursor: after, fromRecord: after < floor || after > newest, busy: false };
      behind.set(follower, place);
      void catchUp(follower, place);
    },
    more(follower) {
      const place = behind.get(follower);
      if (place && !place.busy) void catchUp(follower, place);
    },
    leave(follower) {
      live.delete(follower);
      behind.delete(follower);
    },
    placeOf: (follower) => behind.get(follower)?.cursor ?? newest,
  };
}
