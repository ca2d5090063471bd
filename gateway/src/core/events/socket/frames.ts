import type { PublishedEvent } from "../event-log.ts";
import { type Levels, levelsOf } from "./patterns.ts";

/** An event ready to be sent: it is written as text once, however many clients there are. */
export type EventFrame = {
  number: number;
  topic: Levels;
  /** What it takes to see it, beside `read:*`. */
  scope: string;
  /** As it is sent with QoS 0. */
  plain: Buffer;
  /** As it is sent with QoS 1. */
  confirmable(): Buffer;
};

/** Writes an event as clients get it (10 §10.2). */
export function eventFrame({ number, type, json, scope, timestamp }: PublishedEvent): EventFrame {
  const text = `{"type":"${type}","data":${json},"number":${number},"timestamp":"${timestamp}"`;
  let confirmable: Buffer | undefined;
  return {
    number,
    topic: levelsOf(type),
    scope,
    plain: Buffer.from(`${text}}`),
    confirmable() {
      confirmable ??= Buffer.from(`${text},"messageId":"${number}","qos":1}`);
      return confirmable;
    },
  };
}

/** Writes any other message; `more` stands beside `type` and `data`. */
export function messageFrame(type: string, data: unknown, now: number, more: object = {}): string {
  return JSON.stringify({ type, data: data ?? {}, ...more, timestamp: new Date(now).toISOString() });
}
