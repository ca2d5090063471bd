import type { catalog } from "@nekzus/contract";
import type { Input } from "../../api/endpoint.ts";
import type { RouteListed } from "../../catalog/app.ts";
import { readSize, sizeText } from "../../text/size.ts";

/** Options that the form holds otherwise than the gateway: as texts, so that a wrong one can be shown as it was typed. */
export type OptionValues = {
  expectedStatusCodes: string[];
  maxBodyBytes: string;
  /** Lines such as `X-Name: value`. */
  setRequestHeaders: string[];
  setResponseHeaders: string[];
  ratePerMinute: string;
  rateBurst: string;
  cacheEnabled: boolean;
  cacheTtl: string;
  cacheMaxBytes: string;
};

/** The options that they stand for. */
export type Option =
  | "expectedStatusCodes"
  | "maxBodyBytes"
  | "setRequestHeaders"
  | "setResponseHeaders"
  | "rateLimit"
  | "cache";

type RouteInput = Input<typeof catalog.routePut>["body"];
type Stored = Pick<RouteListed, Option>;

/** The option of each of these entries. */
export const OPTION_OF: Readonly<Record<keyof OptionValues, Option>> = {
  expectedStatusCodes: "expectedStatusCodes",
  maxBodyBytes: "maxBodyBytes",
  setRequestHeaders: "setRequestHeaders",
  setResponseHeaders: "setResponseHeaders",
  ratePerMinute: "rateLimit",
  rateBurst: "rateLimit",
  cacheEnabled: "cache",
  cacheTtl: "cache",
  cacheMaxBytes: "cache",
};

/** The entries that the gateway names by the part of an option. */
export const FIELD_OF_PART: Readonly<Record<string, keyof OptionValues>> = {
  "rateLimit.perMinute": "ratePerMinute",
  "rateLimit.burst": "rateBurst",
  "cache.enabled": "cacheEnabled",
  "cache.ttl": "cacheTtl",
  "cache.maxBytes": "cacheMaxBytes",
};

/** What the gateway takes when nothing is said, in bytes. */
const CACHED_BYTES = 1_048_576;

/** Stored options as the form holds them; an empty text is the default. */
export function optionValuesOf(route: Stored): OptionValues {
  const { rateLimit, cache } = route;
  return {
    expectedStatusCodes: route.expectedStatusCodes.map(String),
    maxBodyBytes: route.maxBodyBytes ? sizeText(route.maxBodyBytes) : "",
    setRequestHeaders: linesOf(route.setRequestHeaders),
    setResponseHeaders: linesOf(route.setResponseHeaders),
    ratePerMinute: rateLimit.perMinute ? String(rateLimit.perMinute) : "",
    rateBurst: rateLimit.burst ? String(rateLimit.burst) : "",
    cacheEnabled: cache.enabled,
    cacheTtl: cache.ttl,
    cacheMaxBytes: cache.maxBytes === CACHED_BYTES ? "" : sizeText(cache.maxBytes),
  };
}

/** An option as the gateway takes it. */
export function optionFrom(values: OptionValues, option: Option): RouteInput[Option] {
  switch (option) {
    case "expectedStatusCodes":
      return values.expectedStatusCodes.map(Number);
    case "maxBodyBytes":
      return readSize(values.maxBodyBytes) ?? 0;
    case "setRequestHeaders":
    case "setResponseHeaders":
      return headersIn(values[option]);
    case "rateLimit":
      return { perMinute: Number(values.ratePerMinute), burst: Number(values.rateBurst) };
    case "cache": {
      const { cacheEnabled: enabled, cacheTtl: ttl, cacheMaxBytes } = values;
      return { enabled, ttl, maxBytes: readSize(cacheMaxBytes) ?? CACHED_BYTES };
    }
  }
}

/** Name and value of a line; undefined when it is none. */
export function headerIn(line: string): readonly [name: string, value: string] | undefined {
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}):[ \t]*([\t\x20-\x7e]{0,4000})$/.exec(line);
  return match ? [match[1] as string, (match[2] as string).trim()] : undefined;
}

/** The lines with each header once: the last word about it counts. */
export function withoutDoubles(lines: readonly string[]): string[] {
  const nameOf = (line: string) => headerIn(line)?.[0].toLowerCase() ?? line;
  return lines.filter((line, at) => !lines.slice(at + 1).some((later) => nameOf(later) === nameOf(line)));
}

function linesOf(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`.trimEnd());
}

function headersIn(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(lines.flatMap((line) => [headerIn(line)].filter((header) => header !== undefined)));
}
