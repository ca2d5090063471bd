import { CLIENT_MESSAGES, type ClientMessageData, type ClientMessageType } from "@nekzus/contract";
import type { Clock } from "../../../kit/clock.ts";
import { grants } from "../../../kit/scopes.ts";
import type { Principal } from "../../../wire/principal.ts";
import type { Caller } from "../../http/binding.ts";
import type { Audience, Audiences } from "../audience.ts";
import type { Entered, Shown } from "./entrance.ts";
import type { Feed, Follower } from "./feed.ts";
import { type Levels, levelsOf } from "./patterns.ts";
import { createSubscriptions, type SavedSubscriptions } from "./subscriptions.ts";
import type { ClientMessage, Wire } from "./wire.ts";

/** What is sent for a client when its connection breaks off. */
export type Will = { topic: string; message: unknown };

/** Where a device left off: what it subscribed to, and the last event that it has for certain. */
export type Place = { subscriptions: SavedSubscriptions; after: number };

/** A connection that signed in. */
export type Client = {
  readonly wire: Wire;
  readonly shown: Shown;
  readonly deviceId: string | undefined;
  readonly will: Will | undefined;
  principal(): Principal;
  /** When it was last judged, of the clock's monotonic time in ms. */
  judgedAt(): number;
  /** It was judged again: this is what it may now. */
  setCaller(caller: Caller): void;
  /** Does what it lasts by belong to these tokens and sessions? */
  lastsBy(ids: ReadonlySet<string>): boolean;
  /** Begins to give it events, and says what it said early. */
  begin(after: number | undefined, early: readonly ClientMessage[]): void;
  /** Gives it nothing any more and hears nothing from it. */
  end(): void;
  onMessage(message: ClientMessage): void;
  onDrain(): void;
  /** Closes it when its token is over, or it does not confirm what it should. Called from time to time. */
  look(): void;
  place(): Place;
  /** May it see what is no event, and does it want to? */
  wants(topic: Levels, audience: Audience): boolean;
  /** Did it subscribe to a topic by name or pattern, and may it hear what others say? */
  hears(topic: string, from: Principal): boolean;
};

export type ClientParts = {
  wire: Wire;
  clock: Clock;
  feed: Feed;
  audiences: Audiences;
  entered: Entered;
  saved: Place | undefined;
  /** It subscribed to these patterns: what is known already is told with `retain`. */
  onSubscribed(patterns: readonly string[]): void;
  onNotificationAck(data: ClientMessageData<"notification_ack">): void;
};

/** Events that wait for a confirmation; no more are sent before one comes. */
const MOST_UNCONFIRMED = 100;
/** How long a confirmation may take, in ms. */
const CONFIRM_MS = 60_000;

/** Makes a client out of a connection that signed in. */
export function createClient(parts: ClientParts): Client {
  const { wire, clock, feed, audiences, entered } = parts;
  const { shown } = entered;
  const subscriptions = createSubscriptions(parts.saved?.subscriptions);
  /** Number of the event → when it was sent. */
  const unconfirmed = new Map<number, number>();
  let caller = entered.caller;
  let view = viewOf(caller.principal);
  let judgedAt = clock.monotonic();
  let ended = false;
  let will: Will | undefined;

  const scopes = () => caller.principal.scopes;
  const maySee = (audience: Audience) =>
    grants(scopes(), "read:events") && audiences.maySee(caller.principal, audience);
  const follower: Follower = {
    viewer: () => caller.principal,
    view: () => (subscriptions.areNone() ? view : undefined),
    maySee,
    qosOf: subscriptions.qosOf,
    give(event, qos) {
      if (qos === 1) unconfirmed.set(event.number, clock.monotonic());
      wire.push(qos === 1 ? event.confirmable() : event.plain, 1);
    },
    giveAll: wire.push,
    atOnce: wire.atOnce,
    isReady: () => wire.isDrained() && unconfirmed.size < MOST_UNCONFIRMED,
    onGap: (after, latest) => void wire.tell("gap", { after, latest }),
    onLag: () => wire.close(4408, "Messages are not read. Ask for what was missed with after."),
  };

  function checked<T extends ClientMessageType>(type: T, data: unknown): ClientMessageData<T> | undefined {
    return CLIENT_MESSAGES[type].data.safeParse(data).data as ClientMessageData<T> | undefined;
  }

  function onSubscribe(data: unknown): void {
    const asked = checked("subscribe", data);
    if (!asked) {
      wire.tell("suback", { topics: [], success: false, error: "Name 1 to 100 topics; a pattern is not allowed." });
    } else if (!subscriptions.add(asked.topics, asked.qos === 0 ? 0 : 1)) {
      wire.tell("suback", { topics: asked.topics, success: false, error: "That would be more than 100 topics." });
    } else {
      wire.tell("suback", { topics: asked.topics, success: true });
      parts.onSubscribed(asked.topics);
    }
  }

  function onUnsubscribe(data: unknown): void {
    const asked = checked("unsubscribe", data);
    if (asked?.topics.length === 0) return;
    subscriptions.remove(asked?.topics ?? []);
    wire.tell("unsuback", { topics: asked?.topics ?? [], success: asked !== undefined });
  }

  function onWill(data: unknown): void {
    const asked = checked("set_last_will", data);
    if (!asked) {
      wire.tell("lwtack", { success: false, error: "The topic must begin with client. and have no wildcards." });
      return;
    }
    const { topic, message } = asked;
    will = topic ? { topic, message } : undefined;
    wire.tell("lwtack", { success: true, ...(topic ? {} : { cleared: true }) });
  }

  /** Containers come with a later version; silence would leave whoever asked waiting. */
  function refuseLogs(data: unknown): void {
    wire.tell("container.logs.error", {
      containerId: checked("container.logs.subscribe", data)?.containerId ?? "",
      error: "FEATURE_DISABLED",
      message: "This version of the gateway does not show logs of containers.",
      timestamp: Math.floor(clock.now() / 1000),
    });
  }

  function confirm(messageId: string): void {
    const waited = unconfirmed.size >= MOST_UNCONFIRMED;
    if (unconfirmed.delete(Number(messageId)) && waited) feed.more(follower);
  }

  const client: Client = {
    wire,
    shown,
    deviceId: caller.principal.kind === "device" ? caller.principal.id.slice("device:".length) : undefined,
    get will() {
      return will;
    },
    principal: () => caller.principal,
    judgedAt: () => judgedAt,
    setCaller(now) {
      caller = now;
      view = viewOf(now.principal);
      judgedAt = clock.monotonic();
    },
    lastsBy(ids) {
      const { token, sessionId } = caller;
      return [token?.jti, token?.sid, sessionId].some((id) => id !== undefined && ids.has(id));
    },
    begin(after, early) {
      feed.follow(follower, after ?? parts.saved?.after);
      for (const message of early) client.onMessage(message);
    },
    end() {
      ended = true;
      feed.leave(follower);
    },
    onMessage({ type, data }) {
      if (ended) return;
      switch (type) {
        case "ping":
          wire.tell("pong", {});
          break;
        case "subscribe":
          onSubscribe(data);
          break;
        case "unsubscribe":
          onUnsubscribe(data);
          break;
        case "set_last_will":
          onWill(data);
          break;
        case "ack":
          confirm(checked("ack", data)?.messageId ?? "");
          break;
        case "notification_ack": {
          const ack = checked("notification_ack", data);
          if (ack) parts.onNotificationAck(ack);
          break;
        }
        case "container.logs.subscribe":
          refuseLogs(data);
          break;
        case "auth":
        case "pong":
          break;
      }
    },
    onDrain: () => feed.more(follower),
    look() {
      wire.look();
      if (caller.token && caller.token.exp * 1000 <= clock.now())
        wire.close(4401, "The token has expired. Sign in again.");
      const [oldest] = unconfirmed.values();
      if (oldest !== undefined && clock.monotonic() - oldest >= CONFIRM_MS) {
        wire.close(4408, "Messages are not confirmed. Reconnect with resume or after.");
      }
    },
    place() {
      const [oldest] = unconfirmed.keys();
      const after = oldest === undefined ? feed.placeOf(follower) : oldest - 1;
      return { subscriptions: subscriptions.saved(), after };
    },
    wants: (topic, audience) => maySee(audience) && subscriptions.qosOf(topic) !== undefined,
    hears(topic, from) {
      const { id } = caller.principal;
      return subscriptions.include(levelsOf(topic)) && (id === from.id || grants(scopes(), "read:*"));
    },
  };
  return client;
}

/** What decides what somebody may see, as one text: no two that differ may be the same text. */
function viewOf({ kind, scopes, named = [] }: Principal): string {
  return JSON.stringify([kind, scopes, named]);
}
