import type { z } from "zod";
import type { ErrorCode } from "./errors.ts";

export type Method = "GET" | "PUT" | "POST" | "PATCH" | "DELETE";

/**
 * Who may call an endpoint.
 * - `open`: everybody; the handler asks for proofs of its own, if any.
 * - `localOr`: the gateway's own machine (design, section 7) or a principal with all of `scopes`.
 * - `signedIn`: a principal with all of `scopes`; being local is not enough. `only` narrows it to people or to devices.
 * - `browserSession`: a browser session shown with cookie and proof.
 */
export type Access =
  | { kind: "open" }
  | { kind: "localOr"; scopes: readonly string[] }
  | { kind: "signedIn"; scopes: readonly string[]; only?: "user" | "device" }
  | { kind: "browserSession" };

export const open = (): Access => ({ kind: "open" });
export const localOr = (...scopes: string[]): Access => ({ kind: "localOr", scopes });
export const signedIn = (...scopes: string[]): Access => ({ kind: "signedIn", scopes });
export const signedInUser = (...scopes: string[]): Access => ({ kind: "signedIn", scopes, only: "user" });
export const pairedDevice = (): Access => ({ kind: "signedIn", scopes: [], only: "device" });
export const browserSession = (): Access => ({ kind: "browserSession" });

/** Rate-limit classes: requests per second and burst, per client address (public API page; rulings R4, R25). */
export const LIMITS = {
  health: { perSecond: 10, burst: 50 },
  auth: { perSecond: 10 / 60, burst: 10 },
  qr: { perSecond: 1, burst: 5 },
  websocket: { perSecond: 6 / 60, burst: 3 },
  device: { perSecond: 30 / 60, burst: 30 },
  container: { perSecond: 30 / 60, burst: 20 },
  general: { perSecond: 30 / 60, burst: 30 },
  metrics: { perSecond: 30 / 60, burst: 30 },
} as const satisfies Record<string, { perSecond: number; burst: number }>;

export type LimitClass = keyof typeof LIMITS | "none";

/** Body limits in bytes. */
export const BODY_LIMITS = { small: 10 * 1024, webhook: 64 * 1024, general: 1024 * 1024 } as const;

/** An answer that is not JSON. */
export type RawAnswer = { media: string; description: string };
export const raw = (media: string, description: string): RawAnswer => ({ media, description });
/** An answer without a body. */
export const empty = Symbol("empty");

export type Answer = z.ZodType | RawAnswer | typeof empty;

export type EndpointSpec = {
  /** The stable name, as in the list of endpoints: `routes.put`. */
  id: string;
  method: Method;
  /** The path with parameters in braces; at its end `{name*}` takes everything that is left, slashes included. */
  path: `/${string}`;
  summary: string;
  /** More about it, in sentences. */
  description?: string;
  access: Access;
  limit: LimitClass;
  params?: z.ZodType;
  query?: z.ZodType;
  /** The JSON body. Absent: no body is read. */
  body?: z.ZodType;
  /** May the body be left out? */
  bodyOptional?: boolean;
  /** The largest body in bytes; default 1 MiB. */
  bodyLimit?: number;
  answers: Readonly<Record<number, Answer>>;
  /** The codes special to this endpoint; those every endpoint can give are not repeated. */
  errors?: readonly ErrorCode[];
  /**
   * The call decides something that edges act on: it answers after every live edge knows it, or after a
   * second with `X-Nekzus-Pending: true`.
   */
  decides?: boolean;
  /** A GET that uses something up: it has no HEAD, which programs send to look at a link without opening it. */
  consumes?: boolean;
  /** Answered on the apps origin instead of the API's own. */
  listener?: "apps";
};

/** Declares an endpoint. Types, guards, documentation, clients and tests are all made from it. */
export function endpoint<const S extends EndpointSpec>(spec: S): S {
  return spec;
}

type Output<T> = T extends z.ZodType ? z.output<T> : undefined;

/** What a handler of the endpoint receives, already validated. */
export type EndpointInput<E extends EndpointSpec> = {
  params: Output<E["params"]>;
  query: Output<E["query"]>;
  body: E extends { bodyOptional: true } ? Output<E["body"]> | undefined : Output<E["body"]>;
};

type JsonAnswer<A> = A extends z.ZodType ? z.input<A> : never;

/** The JSON bodies that the endpoint may answer with. */
export type EndpointOutput<E extends EndpointSpec> = {
  [Status in keyof E["answers"]]: JsonAnswer<E["answers"][Status]>;
}[keyof E["answers"]];

type Sent<T> = T extends z.ZodType ? z.input<T> : undefined;

/** Coerced values are unknown before validation: a client sends what they become. */
type SentQuery<T> = T extends z.ZodType
  ? {
      [Name in keyof z.input<T>]: unknown extends z.input<T>[Name]
        ? z.output<T>[Name & keyof z.output<T>]
        : z.input<T>[Name];
    }
  : undefined;

/** What a client of the endpoint sends: fields with a default may be left out. */
export type EndpointRequest<E extends EndpointSpec> = {
  params: Sent<E["params"]>;
  query: SentQuery<E["query"]>;
  body: E extends { bodyOptional: true } ? Sent<E["body"]> | undefined : Sent<E["body"]>;
};

type Received<A> = A extends z.ZodType ? z.output<A> : A extends RawAnswer ? RawAnswer : undefined;

/** What a client of the endpoint receives, as documented: every default filled in, undefined for no body. */
export type EndpointAnswer<E extends EndpointSpec> = {
  [Status in keyof E["answers"]]: Received<E["answers"][Status]>;
}[keyof E["answers"]];

export function isRaw(answer: Answer): answer is RawAnswer {
  return typeof answer === "object" && "media" in answer;
}
