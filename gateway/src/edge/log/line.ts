import { hideCredentials } from "../../wire/token.ts";
import type { AccessEntry } from "./access-entry.ts";

/** Most characters of a value, as it stands escaped in the line: the whole line stays below 4096 bytes. */
const MAX = { path: 1024, host: 255, userAgent: 200, other: 128 } as const;

/** Whatever is not plain ASCII, or needs an escape in JSON. */
const ODD = /[^ !#-[\]-~]/;

const THREE_DIGITS = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, "0"));

/**
 * Makes the writer of lines: one JSON object and a line break. Built by hand, because `JSON.stringify` costs three times
 * as much. Lines are pure ASCII, so that nothing in them can drive a terminal; what strangers choose comes late, so that
 * a pattern bound to the line's beginning cannot be led astray.
 */
export function createLineWriter(): (entry: AccessEntry) => string {
  let second = Number.NaN;
  let stamp = "";

  return (entry) => {
    const ms = entry.time % 1000;
    if (entry.time - ms !== second) {
      second = entry.time - ms;
      stamp = `{"time":"${new Date(second).toISOString().slice(0, 20)}`;
    }
    let line = `${stamp + THREE_DIGITS[ms]}Z","client":"${quotable(entry.client, MAX.other)}"`;
    if (entry.peer !== entry.client) line += `,"peer":"${quotable(entry.peer, MAX.other)}"`;
    line += `,"status":${entry.status}`;
    if (entry.error !== undefined) line += `,"error":"${quotable(entry.error, MAX.other)}"`;
    if (entry.principal !== undefined) line += `,"principal":"${quotable(entry.principal, MAX.other)}"`;
    line += `,"request":"${quotable(entry.requestId, MAX.other)}","listener":"${entry.listener}"`;
    line += `,"protocol":"${entry.protocol}"`;
    if (entry.routeId !== undefined) line += `,"route":"${quotable(entry.routeId, MAX.other)}"`;
    if (entry.appId !== undefined) line += `,"app":"${quotable(entry.appId, MAX.other)}"`;
    if (entry.webSocket) line += ',"websocket":true';
    if (entry.cached !== undefined) line += `,"cache":"${entry.cached}"`;
    line += `,"bytes_in":${entry.bytesIn},"bytes_out":${entry.bytesOut}`;
    line += `,"duration_ms":${milliseconds(entry.durationMs)}`;
    if (entry.upstreamMs !== undefined) line += `,"upstream_ms":${milliseconds(entry.upstreamMs)}`;
    if (entry.traceId !== undefined) line += `,"trace":"${quotable(entry.traceId, MAX.other)}"`;
    line += `,"method":"${quotable(entry.method, MAX.other)}","host":"${quotable(entry.host, MAX.host)}"`;
    line += `,"path":"${quotable(hideCredentials(entry.path), MAX.path)}"`;
    if (entry.userAgent !== undefined)
      line += `,"user_agent":"${quotable(hideCredentials(entry.userAgent), MAX.userAgent)}"`;
    return `${line}}\n`;
  };
}

/** With three digits after the point. */
function milliseconds(ms: number): string {
  const micros = Math.max(0, Math.round(ms * 1000));
  const whole = Math.floor(micros / 1000);
  return `${whole}.${THREE_DIGITS[micros - whole * 1000]}`;
}

/** The text as it may stand between quotes, cut to `max` characters. */
function quotable(text: string, max: number): string {
  const cut = text.length > max ? text.slice(0, max) : text;
  return ODD.test(cut) ? escaped(cut, max) : cut;
}

function escaped(text: string, max: number): string {
  let out = "";
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    const piece = !ODD.test(char)
      ? char
      : char === '"' || char === "\\"
        ? `\\${char}`
        : `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
    if (out.length + piece.length > max) break;
    out += piece;
  }
  return out;
}
