import { z } from "zod";
import { AppFields, RouteFields } from "../endpoints/catalog.ts";
import { HIDDEN_VALUE } from "../endpoints/route-options.ts";
import { AppId, EntityId } from "../shapes.ts";
import { duration, type FieldFacts, type Kind, type Reading, type Refusal, webPath } from "./kinds.ts";
import { nearest } from "./nearest.ts";

const ConfigRouteFields = RouteFields.extend({
  routeId: EntityId,
  pathBase: z
    .string()
    .max(300)
    .regex(/^(?:\/apps\/[^/?#\s]+(?:\/[^?#\s]*)?)?$/, "a path below /apps/")
    .default("")
    .describe("Path prefix below /apps/; empty means /apps/{app_id}/."),
  to: z
    .string()
    .max(2000)
    .regex(
      /^(?:https?:\/\/[^\s/]+\S*|unix:\S+)$/,
      "an http or https address with host, such as http://192.168.1.10:3000",
    )
    .describe("The upstream's address: http or https, with host and optional path, or unix:/path/to.sock."),
});

const ConfigAppFields = AppFields.extend({
  id: AppId,
  endpoints: z
    .partialRecord(z.enum(["lan", "mdns", "cluster"]), z.string().max(2000))
    .default({})
    .describe("Further addresses of the app, by lan, mdns and cluster."),
});

/** A route of the configuration file: the fields of the API's routes (durations stay text) and its id. */
export type ConfigRoute = z.output<typeof ConfigRouteFields>;
/** An app of the configuration file: the fields of the API's apps and its id. */
export type ConfigApp = z.output<typeof ConfigAppFields>;

/** `routes[]`: the id is written `id` or `route_id`. */
export const routeEntries: Kind<readonly ConfigRoute[]> = entries("route", ConfigRouteFields, "routeId", {
  id: "routeId",
  websockets: "websocket",
});

/** `apps[]`. */
export const appEntries: Kind<readonly ConfigApp[]> = entries("app", ConfigAppFields, "id", {});

/** Own settings of the health check of one app. Durations in milliseconds. */
export type ServiceHealthSettings = { path?: string; interval?: number; timeout?: number };

const SERVICE_FIELDS = {
  path: webPath,
  interval: duration(1000, 86_400_000),
  timeout: duration(10, 300_000),
} satisfies Record<keyof ServiceHealthSettings, Kind<string> | Kind<number>>;

/** `health_checks.per_service`: a map from app id to what differs for that app. It has no inherited names. */
export const servicesHealth: Kind<Readonly<Record<string, ServiceHealthSettings>>> = {
  name: "map by app id",
  allowed: "a map from app id to path, interval and timeout",
  fields: Object.entries(SERVICE_FIELDS).map(([name, kind]) => ({
    name,
    type: kind.name,
    default: "as for all",
    describe: `Must be ${kind.allowed}.`,
  })),
  read(value) {
    if (!isObject(value)) return refused([], "must be a map from app id to path, interval and timeout");
    const services: Record<string, ServiceHealthSettings> = Object.create(null);
    const refusals: Refusal[] = [];
    for (const [appId, given] of Object.entries(value)) {
      if (!AppId.safeParse(appId).success) {
        refusals.push({ path: [appId], message: "the app id must be 1 to 64 letters, digits, hyphens or underscores" });
      } else if (given !== null && !isObject(given)) {
        refusals.push({ path: [appId], message: "must be a map of path, interval and timeout" });
      } else {
        services[appId] = readService(appId, given ?? {}, refusals);
      }
    }
    return refusals.length ? { ok: false, refusals } : { ok: true, value: services };
  },
  format: (services) => JSON.stringify(services),
};

function readService(appId: string, given: Record<string, unknown>, refusals: Refusal[]): ServiceHealthSettings {
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(SERVICE_FIELDS, name)) {
      refusals.push({ path: [appId, name], message: unknownField(name, Object.keys(SERVICE_FIELDS)) });
      continue;
    }
    if (value === null) continue;
    const reading: Reading<unknown> = SERVICE_FIELDS[name as keyof typeof SERVICE_FIELDS].read(value);
    if (reading.ok) read[name] = reading.value;
    else refusals.push(...reading.refusals.map((refusal) => ({ ...refusal, path: [appId, name] })));
  }
  return read;
}

/** Fields whose values are secrets: they are never shown. */
const SECRET_MAPS = ["setRequestHeaders"];

/**
 * A list of objects whose fields, and theirs in turn, may be written in snake_case or camelCase (20 §1.1). `identity`
 * names the field that must be unique; `more` are further spellings.
 */
function entries<S extends z.ZodRawShape>(
  what: string,
  schema: z.ZodObject<S>,
  identity: string,
  more: Readonly<Record<string, string>>,
): Kind<readonly z.output<z.ZodObject<S>>[]> {
  const spellings = new Map<string, string>();
  for (const field of Object.keys(schema.shape)) spellings.set(snakeCase(field), field).set(field, field);
  for (const [spelling, field] of Object.entries(more)) spellings.set(spelling, field);
  const preferred = new Map(Object.keys(schema.shape).map((field) => [field, snakeCase(field)]));
  for (const [spelling, field] of Object.entries(more)) preferred.set(field, spelling);

  function readOne(value: unknown): Reading<z.output<z.ZodObject<S>>> {
    if (!isObject(value)) return refused([], `each ${what} must be a map of fields`);
    const refusals: Refusal[] = [];
    const fields = new Map<string, { spelling: string; value: unknown }>();
    for (const [spelling, given] of Object.entries(value)) {
      const field = spellings.get(spelling);
      const twin = field === undefined ? undefined : fields.get(field);
      if (field === undefined) refusals.push({ path: [spelling], message: unknownField(spelling, spellings.keys()) });
      else if (twin) refusals.push({ path: [spelling], message: `is the same setting as ${twin.spelling}: keep one` });
      else if (given !== null) {
        const group = groupIn(schema.shape[field] as unknown as z.ZodType);
        fields.set(field, { spelling, value: group ? readGroup(group, given, spelling, refusals) : given });
      }
    }
    const parsed = schema.safeParse(Object.fromEntries([...fields].map(([field, given]) => [field, given.value])));
    for (const issue of parsed.error?.issues ?? []) {
      const [field = "", ...rest] = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
      const given = fields.get(String(field));
      const within = groupIn(schema.shape[String(field)] as unknown as z.ZodType) ? rest.map(spelled) : rest;
      if (given) refusals.push({ path: [given.spelling, ...within], message: sentence(issue) });
      else refusals.push({ path: [], message: `${preferred.get(String(field)) ?? field} is missing` });
    }
    return parsed.success && !refusals.length ? { ok: true, value: parsed.data } : { ok: false, refusals };
  }

  return {
    name: `list of ${what}s`,
    allowed: `a list of ${what}s`,
    fields: fieldFacts(schema, preferred),
    read(value) {
      if (!Array.isArray(value)) return refused([], `must be a list: each entry begins with "- " and is one ${what}`);
      const values: z.output<z.ZodObject<S>>[] = [];
      const refusals: Refusal[] = [];
      const seen = new Map<unknown, number>();
      for (const [index, one] of value.entries()) {
        const reading = readOne(one);
        if (!reading.ok) {
          refusals.push(...reading.refusals.map((refusal) => ({ ...refusal, path: [index, ...refusal.path] })));
          continue;
        }
        const id = (reading.value as Record<string, unknown>)[identity];
        const first = seen.get(id);
        if (first !== undefined) refusals.push({ path: [index], message: `has the same id as entry [${first}]` });
        else seen.set(id, index);
        values.push(reading.value);
      }
      return refusals.length ? { ok: false, refusals } : { ok: true, value: values };
    },
    format: (values) => JSON.stringify(values, (name, value) => (SECRET_MAPS.includes(name) ? hidden(value) : value)),
  };
}

function hidden(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(values).map((name) => [name, HIDDEN_VALUE]));
}

/** The fields of a field that is itself a group of them, such as `cache`; undefined for everything else. */
function groupIn(type: z.ZodType | undefined): z.ZodRawShape | undefined {
  const inner = type instanceof z.ZodDefault ? type.def.innerType : type;
  return inner instanceof z.ZodObject ? (inner.shape as z.ZodRawShape) : undefined;
}

/** Reads the names of a group in either spelling; its values are checked with the whole entry. */
function readGroup(shape: z.ZodRawShape, given: unknown, at: string, refusals: Refusal[]): unknown {
  if (!isObject(given)) return given;
  const names = new Map(
    Object.keys(shape).flatMap((name) => [[snakeCase(name), name] as const, [name, name] as const]),
  );
  const read: Record<string, unknown> = {};
  for (const [spelling, value] of Object.entries(given)) {
    const name = names.get(spelling);
    if (name === undefined) refusals.push({ path: [at, spelling], message: unknownField(spelling, names.keys()) });
    else if (name in read) refusals.push({ path: [at, spelling], message: `is the same setting as ${name}: keep one` });
    else if (value !== null) read[name] = value;
  }
  return read;
}

function spelled(part: string | number): string | number {
  return typeof part === "number" ? part : snakeCase(part);
}

function fieldFacts(schema: z.ZodObject, preferred: ReadonlyMap<string, string>): FieldFacts[] {
  const facts = Object.entries(schema.shape).map(([field, type]) => {
    const required = !(type as z.ZodType).safeParse(undefined).success;
    const json = z.toJSONSchema(type as z.ZodType, { io: "input", unrepresentable: "any" });
    return {
      name: preferred.get(field) ?? field,
      type: typeName(json),
      default: required ? "required" : json.default === undefined ? "" : defaultText(json.default),
      describe: json.description ?? "",
    };
  });
  return facts.sort((a, b) => Number(b.default === "required") - Number(a.default === "required"));
}

function defaultText(value: unknown): string {
  return JSON.stringify(
    isObject(value) ? Object.fromEntries(Object.entries(value).map(([k, v]) => [snakeCase(k), v])) : value,
  );
}

function typeName(json: {
  enum?: unknown[];
  type?: unknown;
  pattern?: string;
  anyOf?: { pattern?: string }[];
}): string {
  if (json.enum) return json.enum.join(" | ");
  if (json.anyOf) return "duration";
  return (
    { string: "text", array: "list", object: "map", integer: "whole number" }[String(json.type)] ?? String(json.type)
  );
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: "text: put it in quotes",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
  int: "a whole number",
};

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union") {
    const inner = issue.errors[0]?.[0];
    return inner ? sentence(inner) : issue.message;
  }
  if (issue.code === "invalid_key") return `has a name that is not ${issue.issues[0]?.message ?? "allowed"}`;
  if (issue.code === "invalid_type") return `must be ${EXPECTED[issue.expected] ?? issue.expected}`;
  if (issue.code === "invalid_value") return `must be one of ${issue.values.join(", ")}`;
  if (issue.code === "invalid_format" && !/^(Invalid|must)/.test(issue.message)) return `must be ${issue.message}`;
  return issue.message;
}

function unknownField(name: string, known: Iterable<string>): string {
  return `unknown key; the nearest known one is "${nearest(name, known)}"`;
}

function snakeCase(name: string): string {
  return name.replaceAll(/([a-z])([A-Z]+)/g, "$1_$2").toLowerCase();
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refused(path: (string | number)[], message: string): { ok: false; refusals: Refusal[] } {
  return { ok: false, refusals: [{ path, message }] };
}
