import type { Socket } from "node:net";
import { CLIENT_MESSAGES, type CLOSE_CODES, type ClientMessageType } from "@nekzus/contract";
import { type RawData, WebSocket } from "ws";
import type { Clock } from "../../../kit/clock.ts";
import { messageFrame } from "./frames.ts";

export type CloseCode = keyof typeof CLOSE_CODES;

/** A message of a client; what stands beside `type` and `data` may name what it confirms. */
export type ClientMessage = { type: ClientMessageType; data: unknown };

/** A WebSocket with everything that bounds it: what it says, how often, how long it is silent, what waits to be read. */
export type Wire = {
  /** Sends texts that are no events. When too much waits to be read already, closes instead; answers whether they went. */
  send(...texts: readonly string[]): boolean;
  /** Sends a message that is no event. */
  tell(type: string, data: unknown, more?: object): boolean;
  /**
   * Sends whole frames, so many messages, as they are and without looking at what waits; answers whether more may follow,
   * as {@link isDrained} does.
   */
  push(frames: Buffer, messages: number): boolean;
  /** Runs what pushes several; they leave together. */
  atOnce<T>(push: () => T): T;
  /** Is what was sent on its way, so that more may follow? */
  isDrained(): boolean;
  /** Stops listening to the client, and goes on. */
  pause(): void;
  resume(): void;
  close(code: CloseCode, reason: string): void;
  /** Closes a client that was silent for too long, and asks one that was silent for a while. Called from time to time. */
  look(): void;
  readonly isOpen: boolean;
};

export type WireEvents = {
  onMessage(message: ClientMessage): void;
  onDrain(): void;
  /** `code` as the client gave it, 1006 when the connection broke off; `own`: the gateway closed it. */
  onClosed(code: number, own: boolean): void;
  /** So many messages were sent or received. */
  count(direction: "in" | "out", messages?: number): void;
};

/** A client that says nothing for so long is asked whether it is there, and after the second time is gone; in ms. */
const ASK_MS = 30_000;
const SILENT_MS = 60_000;
/** Messages of a client, pings included: so many a second, and so many at once. */
const RATE = { perSecond: 20, burst: 100 };
/** Bytes that may wait for a client to read before it gets another answer. */
const MAX_UNREAD = 256 * 1024;
/** How long a client has to agree to the end, in ms. */
const CLOSE_MS = 2_000;
/** RFC 6455, section 5.5: what a close frame holds beside its code. */
const MAX_REASON = 123;

/** Takes hold of a WebSocket whose bytes go through `socket`. */
export function createWire(ws: WebSocket, socket: Socket, clock: Clock, events: WireEvents): Wire {
  let heardAt = clock.monotonic();
  let askedAt = heardAt;
  let tokens = RATE.burst;
  let filledAt = heardAt;
  let closedByUs = false;

  function mayGoOn(): boolean {
    const now = clock.monotonic();
    heardAt = now;
    tokens = Math.min(RATE.burst, tokens + ((now - filledAt) / 1000) * RATE.perSecond) - 1;
    filledAt = now;
    if (tokens >= 0) return !closedByUs;
    close(4429, `More than ${RATE.perSecond} messages a second.`);
    return false;
  }

  function onMessage(raw: RawData, isBinary: boolean): void {
    if (closedByUs || !mayGoOn()) return;
    events.count("in");
    const message = isBinary ? undefined : readMessage(String(raw));
    if (!message) close(1008, "Send JSON texts with a type.");
    // What this version does not know is for a later one.
    else if (Object.hasOwn(CLIENT_MESSAGES, message.type)) events.onMessage(message as ClientMessage);
  }

  function close(code: CloseCode, reason: string): void {
    if (closedByUs) return;
    closedByUs = true;
    ws.close(code, reason.slice(0, MAX_REASON));
    const late = clock.after(CLOSE_MS, () => ws.terminate());
    ws.once("close", () => late.cancel());
  }

  function send(...texts: readonly string[]): boolean {
    if (closedByUs || ws.readyState !== WebSocket.OPEN) return false;
    if (socket.writableLength > MAX_UNREAD) {
      close(4408, "Messages are not read.");
      return false;
    }
    events.count("out", texts.length);
    // Looked at once: what belongs together may be more than may wait.
    atOnce(() => {
      for (const text of texts) ws.send(text);
    });
    return true;
  }

  function atOnce<T>(push: () => T): T {
    socket.cork();
    try {
      return push();
    } finally {
      socket.uncork();
    }
  }

  ws.on("message", onMessage);
  ws.on("ping", (data) => {
    // Answered only while the answers are read.
    if (mayGoOn() && socket.writableLength <= MAX_UNREAD) ws.pong(data);
  });
  ws.on("pong", mayGoOn);
  // Among them messages that are too large or no WebSocket's: the library closes with a code that says so.
  ws.on("error", () => {});
  ws.on("close", (code) => events.onClosed(code, closedByUs));
  socket.on("drain", events.onDrain);

  return {
    send,
    tell: (type, data, more) => send(messageFrame(type, data, clock.now(), more)),
    push(frames, messages) {
      if (closedByUs || ws.readyState !== WebSocket.OPEN) return true;
      events.count("out", messages);
      // Past the library, which would make a header for each client: what it sends is written at once as well, since
      // nothing is compressed, so that frames never mix.
      return socket.write(frames);
    },
    atOnce,
    isDrained: () => !socket.writableNeedDrain,
    pause: () => ws.pause(),
    resume: () => ws.resume(),
    close,
    look() {
      const now = clock.monotonic();
      if (now - heardAt >= SILENT_MS) close(1001, `Nothing was heard for ${SILENT_MS / 1000} s.`);
      else if (now - Math.max(heardAt, askedAt) >= ASK_MS && !closedByUs) {
        askedAt = now;
        // Behind much that is not read it would not be heard.
        if (!socket.writableNeedDrain) ws.ping();
      }
    },
    get isOpen() {
      return !closedByUs && ws.readyState === WebSocket.OPEN;
    },
  };
}

/** Reads a message; undefined for what is none. What it confirms may stand beside `type` (10 §10.3). */
function readMessage(text: string): { type: string; data: unknown } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { type, data, messageId, notificationId } = value as Record<string, unknown>;
  if (typeof type !== "string") return undefined;
  if (messageId === undefined && notificationId === undefined) return { type, data };
  const named = typeof data === "object" && data !== null ? data : {};
  return { type, data: { messageId, notificationId, ...named } };
}
