import type { Audience } from "../audience.ts";
import type { PublishedEvent } from "../event-log.ts";
import { type Levels, levelsOf } from "./patterns.ts";

/** An event ready to be sent: it is written once, however many clients there are. */
export type EventFrame = {
  number: number;
  topic: Levels;
  audience: Audience;
  /** As it is sent with QoS 0: a whole WebSocket frame. */
  plain: Buffer;
  /** As it is sent with QoS 1. */
  confirmable(): Buffer;
};

/** Writes an event as clients get it (10 §10.2). */
export function eventFrame({ number, type, json, audience, timestamp }: PublishedEvent): EventFrame {
  const text = `{"type":"${type}","data":${json},"number":${number},"timestamp":"${timestamp}"`;
  let confirmable: Buffer | undefined;
  return {
    number,
    topic: levelsOf(type),
    audience,
    plain: textFrame(`${text}}`),
    confirmable() {
      confirmable ??= textFrame(`${text},"messageId":"${number}","qos":1}`);
      return confirmable;
    },
  };
}

/** Writes any other message; `more` stands beside `type` and `data`. */
export function messageFrame(type: string, data: unknown, now: number, more: object = {}): string {
  return JSON.stringify({ type, data: data ?? {}, ...more, timestamp: new Date(now).toISOString() });
}

/** A whole text message as a server sends it: FIN, not masked, its length in 7, 16 or 64 bits (RFC 6455, section 5.2). */
function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const start = length < 126 ? 2 : length < 0x1_0000 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = 0x81;
  if (start === 2) frame[1] = length;
  else if (start === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, start);
  return frame;
}
