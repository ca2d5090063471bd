import { z } from "zod";
import { durationMs } from "../shapes.ts";

/** Why a value was refused. `path` leads from the key's own value to the part that is wrong. */
export type Refusal = { path: readonly (string | number)[]; message: string };
export type Reading<T> = { ok: true; value: T } | { ok: false; refusals: readonly Refusal[] };

/** A field of the objects that a list or map holds, for the reference page. */
export type FieldFacts = { name: string; type: string; default: string; describe: string };

/** What a key can hold: how it is read, shown and described. */
export type Kind<T> = {
  /** For tables: `duration`, `list of text`. */
  name: string;
  /** Completes the sentence "must be …". */
  allowed: string;
  /** Reads a value of the file, or the text of an environment variable. */
  read(value: unknown): Reading<T>;
  /** The value as a person would write it. */
  format(value: T): string;
  /** A path of the file system: relative ones are resolved where they were written. */
  isPath?: true;
  fields?: readonly FieldFacts[];
};

type ScalarSpec<T> = {
  name: string;
  allowed: string;
  /** Reads text; undefined when it is not allowed. */
  text(text: string): T | undefined;
  /** Reads a number or boolean as the file has it. Without it only text is taken. */
  raw?(value: number | boolean): T | undefined;
  format?(value: T): string;
};

function scalar<T>(spec: ScalarSpec<T>): Kind<T> {
  return {
    name: spec.name,
    allowed: spec.allowed,
    read(value) {
      if (typeof value === "string") return result(spec.text(value.trim()), spec.allowed);
      if (typeof value !== "number" && typeof value !== "boolean") return refuse(`must be ${spec.allowed}`);
      if (!spec.raw) {
        const quoted = spec.text(String(value)) !== undefined;
        return refuse(quoted ? "must be text: put it in quotes" : `must be ${spec.allowed}`);
      }
      return result(spec.raw(value), spec.allowed);
    },
    format: spec.format ?? ((value) => (value === "" ? '""' : String(value))),
  };
}

function result<T>(value: T | undefined, allowed: string): Reading<T> {
  return value === undefined ? refuse(`must be ${allowed}`) : { ok: true, value };
}

function refuse(message: string, path: readonly (string | number)[] = []): { ok: false; refusals: Refusal[] } {
  return { ok: false, refusals: [{ path, message }] };
}

/** Text that passes a test. */
export function text(allowed = "text", test: (text: string) => boolean = () => true, name = "text"): Kind<string> {
  return scalar({ name, allowed, text: (value) => (value.length <= 4096 && test(value) ? value : undefined) });
}

/** The same, or empty text for "not set". */
export function orEmpty(kind: Kind<string>): Kind<string> {
  const allowed = `${kind.allowed}, or empty`;
  return {
    ...kind,
    allowed,
    read(value) {
      return value === "" ? { ok: true, value: "" } : kind.read(value);
    },
  };
}

/** The same, or not set at all: then the program decides when it runs. */
export function orUnset<T>(kind: Kind<T>): Kind<T | undefined> {
  return { ...kind, format: (value) => (value === undefined ? "(not set)" : kind.format(value)) };
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  "1": true,
  false: false,
  no: false,
  off: false,
  "0": false,
};

export const bool: Kind<boolean> = scalar({
  name: "boolean",
  allowed: "true or false (also yes, no, on, off, 1, 0)",
  text: (value) => (Object.hasOwn(BOOLEANS, value.toLowerCase()) ? BOOLEANS[value.toLowerCase()] : undefined),
  raw: (value) => (typeof value === "boolean" ? value : undefined),
});

/** A whole number from `min` to `max`. */
export function int(min: number, max: number): Kind<number> {
  const inside = (value: number) => (Number.isSafeInteger(value) && value >= min && value <= max ? value : undefined);
  return scalar({
    name: "whole number",
    allowed: `a whole number from ${min} to ${max}`,
    text: (value) => (/^-?\d{1,16}$/.test(value) ? inside(Number(value)) : undefined),
    raw: (value) => (typeof value === "number" ? inside(value) : undefined),
  });
}

/** A number greater than 0 and at most `max`. */
export function positive(max: number): Kind<number> {
  const inside = (value: number) => (value > 0 && value <= max ? value : undefined);
  return scalar({
    name: "number",
    allowed: `a number greater than 0 and at most ${max}`,
    text: (value) => (/^\d{1,16}(?:\.\d{1,16})?$/.test(value) ? inside(Number(value)) : undefined),
    raw: (value) => (typeof value === "number" ? inside(value) : undefined),
    format: (value) => String(Number(value.toPrecision(4))),
  });
}

/** A duration; its value is a number of milliseconds. Limits in milliseconds. */
export function duration(min: number, max: number): Kind<number> {
  return scalar({
    name: "duration",
    allowed: `a duration such as 500ms, 30s or 1h30m, from ${formatDuration(min)} to ${formatDuration(max)}`,
    text(value) {
      const ms = value.length <= 40 ? durationMs(value) : undefined;
      return ms !== undefined && ms >= min && ms <= max ? ms : undefined;
    },
    format: formatDuration,
  });
}

const UNITS: readonly (readonly [string, number])[] = [
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
];

/** Milliseconds as text: `1h30m`. Parts of a millisecond are rounded away. */
export function formatDuration(ms: number): string {
  let rest = Math.round(ms);
  let shown = "";
  for (const [unit, size] of UNITS) {
    if (rest >= size) shown += `${Math.floor(rest / size)}${unit}`;
    rest %= size;
  }
  return shown || "0s";
}

/** One of a few words. */
export function choice<const W extends string>(...words: readonly W[]): Kind<W> {
  return scalar({
    name: words.join(" | "),
    allowed: `one of ${words.join(", ")}`,
    text: (value) => words.find((word) => word === value),
  });
}

/** A list. Text is taken as one value, or as several with commas or line breaks between them. */
export function listOf<T>(item: Kind<T>, max = 1000): Kind<readonly T[]> {
  return {
    name: `list of ${item.name}`,
    allowed: `a list of at most ${max}, each ${item.allowed}`,
    read(value) {
      const given = typeof value === "string" ? splitList(value) : value;
      if (!Array.isArray(given)) return refuse(`must be a list: each entry ${item.allowed}`);
      if (given.length > max) return refuse(`must be a list of at most ${max}`);
      const values: T[] = [];
      const refusals: Refusal[] = [];
      for (const [index, one] of given.entries()) {
        const reading = item.read(one);
        if (reading.ok) values.push(reading.value);
        else refusals.push(...reading.refusals.map((refusal) => ({ ...refusal, path: [index, ...refusal.path] })));
      }
      return refusals.length ? { ok: false, refusals } : { ok: true, value: values };
    },
    format: (values) => (values.length ? `[${values.map((value) => item.format(value)).join(", ")}]` : "[]"),
  };
}

function splitList(value: string): string[] {
  return value
    .split(/[,\r\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** A path of a file or folder. */
export const path: Kind<string> = {
  ...text("a path", (value) => value !== "" && !value.includes("\0"), "path"),
  isPath: true,
};

const IPV4 = z.ipv4();
const IPV6 = z.ipv6();
const NETWORK = z.union([IPV4, IPV6, z.cidrv4(), z.cidrv6()]);
const HOST_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*$/;

const isIPv4 = (value: string) => IPV4.safeParse(value).success;
const isIPv6 = (value: string) => IPV6.safeParse(value).success;
const isHostName = (value: string) => HOST_NAME.test(value) && (isIPv4(value) || !/(?:^|\.)\d+$/.test(value));

/** An address with its length in bits, or a single address. */
export const network: Kind<string> = text(
  "an address or a network such as 192.168.1.10, 10.0.0.0/8 or fd00::/8",
  (value) => NETWORK.safeParse(value).success,
  "network",
);

export const domain: Kind<string> = scalar({
  name: "domain",
  allowed: "a domain name such as home.example.org",
  text: (value) => (isHostName(value) && !isIPv4(value) ? value.toLowerCase() : undefined),
});

export const hostName: Kind<string> = scalar({
  name: "host",
  allowed: "a host name or address without port, such as nas.example.org",
  text: (value) => (isHostName(value) || isIPv6(value) ? value.toLowerCase() : undefined),
});

/**
 * The parts of an address to listen on: `:8443`, `127.0.0.1:8443`, `[::1]:8443`. An empty host means every
 * address of the machine, port 0 any free one. Undefined when the text is none.
 */
export function parseListenAddress(value: string): { host: string; port: number } | undefined {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(value);
  if (!match) return undefined;
  const [, six, other = "", digits] = match;
  const port = Number(digits);
  if (port > 65535) return undefined;
  if (six !== undefined) return isIPv6(six) ? { host: six, port } : undefined;
  return other === "" || isHostName(other) ? { host: other, port } : undefined;
}

export const listenAddress: Kind<string> = text(
  "an address to listen on such as :8443, 127.0.0.1:8443 or [::1]:8443, with a port from 0 to 65535",
  (value) => parseListenAddress(value) !== undefined,
  "host:port",
);

export const peerAddress: Kind<string> = text(
  "a host with port such as 192.168.1.10:7946",
  (value) => {
    const parts = parseListenAddress(value);
    return parts !== undefined && parts.host !== "" && parts.port > 0;
  },
  "host:port",
);

/** Scheme, host and port of a web address, in the spelling of browsers: lower case, no default port, no slash. */
export const origin: Kind<string> = scalar({
  name: "web address",
  allowed: "an http or https address without path, such as https://nekzus.example.org:8443",
  text(value) {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (!url || !/^https?:$/.test(url.protocol) || !/^https?:\/\//i.test(value)) return undefined;
    const bare = url.pathname === "/" && !url.search && !url.hash && !url.username && !url.password;
    return bare && !/[?#\s]/.test(value) ? url.origin : undefined;
  },
});

/** Where a container engine listens. */
export const engineSocket: Kind<string> = text(
  "a socket such as unix:///var/run/docker.sock or tcp://127.0.0.1:2375",
  (value) =>
    /^(?:unix:\/\/\/|npipe:\/\/|\/)\S+$/.test(value) || (/^(?:tcp|https?):\/\//.test(value) && URL.canParse(value)),
  "socket",
);

export const databaseUrl: Kind<string> = text(
  "a PostgreSQL address such as postgres://user:password@host:5432/nekzus",
  (value) => /^postgres(?:ql)?:\/\//.test(value) && URL.canParse(value),
  "database address",
);

/** A path of the web that begins with a slash. */
export const webPath: Kind<string> = text(
  "a path that begins with /",
  (value) => /^\/[^\s?#]*$/.test(value) && value.length <= 300,
  "web path",
);

/** Words that are in secrets which nobody made up for the purpose (20 §7.1). */
const WEAK_WORD = /(?<![a-z0-9])(?:secret|password|change-?me|dev|test|example)(?![a-z0-9])/i;
/** The same words and nothing else, strung together. */
const ONLY_WEAK_WORDS = /^(?:secret|password|change-?me|dev|test|example|key|jwt|my|your|the|[\d\W_])+$/i;

/** A secret of at least 32 characters that is not one of those in every manual. */
export const strongSecret: Kind<string> = text(
  "at least 32 random characters, without words such as secret, password, change-me, dev, test or example (make one with: openssl rand -base64 32)",
  (value) => value.length >= 32 && new Set(value).size >= 8 && !WEAK_WORD.test(value) && !ONLY_WEAK_WORDS.test(value),
  "secret",
);

/** Text that a schema of the contract accepts. */
export function schemaText(schema: z.ZodType<string>, allowed: string, name: string): Kind<string> {
  return text(allowed, (value) => schema.safeParse(value).success, name);
}
