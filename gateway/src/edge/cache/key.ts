import { hash } from "node:crypto";
import { createNameTable } from "../http1/name-table.ts";
import type { Asker } from "./policy.ts";

/** What a request asks for, as far as the answer can depend on it. */
export type Key = Asker & {
  /** The path and query that the upstream gets. */
  target: string;
  /** Digest of the target and every header that the upstream gets, but for those below and those that only steer caches. */
  keyed: string;
  /** Headers that differ from client to client and seldom change an answer: they count when its Vary names them. */
  unkeyed: ReadonlyMap<string, string>;
};

/** What a header of the request is to the cache. */
type Part = "keyed" | "credential" | "unkeyed" | "steers" | "odd";

/** Without these in the key two people's browsers can share an answer; see {@link isPlain}. */
const UNKEYED: ReadonlySet<string> = new Set([
  "user-agent",
  "referer",
  "cookie",
  "x-forwarded-for",
  "x-real-ip",
  "x-request-id",
  "sec-fetch-user",
  "sec-ch-ua",
  "sec-ch-ua-mobile",
  "sec-ch-ua-platform",
  "priority",
  "traceparent",
  "tracestate",
]);
const STEERS: ReadonlySet<string> = new Set([
  "cache-control",
  "pragma",
  "if-none-match",
  "if-modified-since",
  "connection",
]);
/** A request with one of these is not what its method and target say, or wants a part only. */
const ODD: ReadonlySet<string> = new Set([
  "range",
  "if-range",
  "if-match",
  "if-unmodified-since",
  "content-length",
  "transfer-encoding",
  "expect",
  "x-http-method",
  "x-http-method-override",
  "x-method-override",
]);
const CREDENTIALS: ReadonlySet<string> = new Set(["authorization", "x-api-key"]);

const partOf = createNameTable<Part>((lower) => {
  if (UNKEYED.has(lower)) return "unkeyed";
  if (STEERS.has(lower)) return "steers";
  if (CREDENTIALS.has(lower)) return "credential";
  // To some apps an underscore is a hyphen.
  return ODD.has(lower.replaceAll("_", "-")) ? "odd" : "keyed";
});

/**
 * The key of a GET or HEAD, from the header that the upstream gets, or undefined for a request whose answer is not to be
 * kept. A header that nobody knows is a part of the key, so that whoever makes an app answer something nasty by one
 * (web cache poisoning) is the only one who gets it again.
 */
export function keyOf(target: string, headers: readonly string[]): Key | undefined {
  const keyed: string[] = [];
  const unkeyed = new Map<string, string>();
  let authorised = false;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    const value = headers[i + 1] as string;
    switch (partOf(name)) {
      case "odd":
        return undefined;
      case "steers":
        break;
      case "unkeyed": {
        const lower = name.toLowerCase();
        if (!isPlain(lower, value)) return undefined;
        const before = unkeyed.get(lower);
        unkeyed.set(lower, before === undefined ? value : `${before}, ${value}`);
        break;
      }
      case "credential":
        authorised = true;
        keyed.push(`${name.toLowerCase()}: ${value}`);
        break;
      case "keyed":
        keyed.push(`${name.toLowerCase()}: ${value}`);
        break;
    }
  }
  // Stable for equal names, whose order counts.
  keyed.sort((a, b) => compare(a.slice(0, a.indexOf(":")), b.slice(0, b.indexOf(":"))));
  return {
    target,
    keyed: hash("sha256", `${target}\n${keyed.join("\n")}`, "base64url"),
    unkeyed,
    personal: unkeyed.has("cookie"),
    authorised,
  };
}

/** What an app may repeat in a page without harm: nothing that opens a tag, an attribute or a string. */
function isPlain(lower: string, value: string): boolean {
  // Browsers put quotes around the words of these.
  const text = lower.startsWith("sec-ch-") ? value.replaceAll('"', "") : value;
  return !/[^ -~]|[<>"'`\\{}]/.test(text);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Names and values by which an answer was chosen, beside the key. */
export type Selected = readonly (readonly [name: string, value: string | undefined])[];

/** Most names of a Vary. */
const MAX_NAMES = 50;

/** What the answer's Vary says it was chosen by; undefined when another request can never be answered with it. */
export function selectedBy(vary: readonly string[], key: Key): Selected | undefined {
  const names = vary.flatMap((value) => value.split(",")).map((name) => name.trim().toLowerCase());
  if (names.length > MAX_NAMES) return undefined;
  const selected: [string, string | undefined][] = [];
  for (const name of names) {
    if (name === "") continue;
    const part = name === "*" ? "odd" : partOf(name);
    if (part === "odd" || part === "steers") return undefined;
    if (part === "unkeyed") selected.push([name, key.unkeyed.get(name)]);
  }
  return selected;
}

/** Would the app choose the same answer for this request (RFC 9111, section 4.1)? */
export function isSelected(selected: Selected, key: Key): boolean {
  return selected.every(([name, value]) => key.unkeyed.get(name) === value);
}
