import type { ErrorCode } from "@nekzus/contract/errors";
import { type PathAndQuery, readPath } from "../../kit/request-path.ts";

/** A request target in canonical form, byte for byte as it came. */
export type Target = PathAndQuery;

/** Why a request is refused instead of repaired (design, section 5). */
export type Refusal = { code: ErrorCode; message: string };

/** Longest request target, in bytes. Node's parser has no limit of its own for it. */
export const MAX_TARGET = 8192;

/**
 * Judges a raw request target. Nothing is decoded and nothing repaired, so that the path which policy sees is the
 * path which the upstream receives.
 */
export function readTarget(raw: string, host: string): Target | Refusal {
  if (raw.length > MAX_TARGET) {
    return { code: "URI_TOO_LONG", message: `The request line is longer than ${MAX_TARGET} bytes.` };
  }
  let target = raw;
  if (!target.startsWith("/")) {
    const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target);
    if (!absolute) return refuse("The request target must begin with a slash.");
    if (absolute[1]?.toLowerCase() !== host.toLowerCase()) {
      return refuse("The host in the request line is not the one in the Host header.");
    }
    const rest = absolute[2] ?? "";
    target = rest.startsWith("/") ? rest : `/${rest}`;
  }
  const read = readPath(target);
  return "fault" in read ? refuse(`The path ${read.fault}.`) : read;
}

function refuse(message: string): Refusal {
  return { code: "BAD_REQUEST", message };
}

export function isRefusal(value: object): value is Refusal {
  return "code" in value;
}

/** Does this piece of a path hold an encoded slash or backslash? Refused where a prefix is being decided. */
export function hasEncodedSlash(segment: string): boolean {
  return /%2f|%5c/i.test(segment);
}
