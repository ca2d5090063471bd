import type { EndpointSpec } from "@nekzus/contract";
import type { AnswerKind, Data, Endpoint, Input, InputArgument } from "./endpoint.ts";
import { Failure, failureOf } from "./failure.ts";
import { findFault, type ShapeFault } from "./shape.ts";

/** Longest wait for a whole answer, in ms. A change may wait for every part of the gateway to know it. */
const READ_MS = 15_000;
const CHANGE_MS = 30_000;

/** A successful answer with what its headers say. */
export type Reply<S extends EndpointSpec = EndpointSpec> = {
  data: Data<S>;
  /** With this id a deletion is undone (`deletionRestore`). */
  deletionId: string | undefined;
  /** The change is decided, but not every part of the gateway has confirmed it yet. */
  pending: boolean;
};

/**
 * Calls an endpoint and checks the answer. Throws a Failure for everything but success, and the reason of `signal`
 * when that ended the call.
 */
export type Send = <S extends EndpointSpec>(
  endpoint: Endpoint<S>,
  ...rest: [...input: InputArgument<S>, options?: { signal?: AbortSignal }]
) => Promise<Reply<S>>;

type Parts = {
  fetch(address: string, init: RequestInit): Promise<Response>;
  /** The proof of the browser session; empty without one. */
  proof(): string;
  now(): number;
  /** Told of every failure before it is thrown. */
  onFailure(failure: Failure, endpoint: Endpoint): void;
};

/** Makes the one function by which the dashboard asks the gateway. */
export function createSend({ fetch, proof, now, onFailure }: Parts): Send {
  return async <S extends EndpointSpec>(endpoint: Endpoint<S>, ...rest: unknown[]): Promise<Reply<S>> => {
    const [input = {}, options = {}] = rest as [Input<EndpointSpec>?, { signal?: AbortSignal }?];
    const limit = timeLimit(endpoint.method === "GET" ? READ_MS : CHANGE_MS, options.signal);
    try {
      return (await exchange(endpoint as Endpoint, input, limit.signal)) as unknown as Reply<S>;
    } catch (error) {
      if (options.signal?.aborted) throw options.signal.reason;
      const failure = error instanceof Failure ? error : silence(limit.passed(), endpoint.method === "GET");
      onFailure(failure, endpoint as Endpoint);
      throw failure;
    } finally {
      limit.end();
    }
  };

  async function exchange(endpoint: Endpoint, input: Input<EndpointSpec>, signal: AbortSignal): Promise<Reply> {
    const response = await fetch(addressOf(endpoint, input), {
      method: endpoint.method,
      headers: headersFor(input, proof()),
      body: input.body === undefined ? null : JSON.stringify(input.body),
      credentials: "same-origin",
      // Bytes such as icons say themselves how long they may be kept.
      cache: Object.values(endpoint.answers).includes("raw") ? "default" : "no-store",
      signal,
    });
    return {
      data: (await dataOf(response, endpoint)) as Data<EndpointSpec>,
      deletionId: response.headers.get("X-Nekzus-Deletion") ?? undefined,
      pending: response.headers.get("X-Nekzus-Pending") === "true",
    };
  }

  async function dataOf(response: Response, endpoint: Endpoint): Promise<unknown> {
    const kind: AnswerKind | undefined = endpoint.answers[response.status];
    if (response.ok && kind === "raw") return response.blob();
    if (kind === "nothing") return undefined;
    const body = parse(await response.text());
    const fault = kind === undefined || kind === "raw" ? UNDOCUMENTED : findFault(body, kind);
    if (!fault) return body;
    if (!response.ok) throw failureOf(response, body, now());
    throw new Failure("unreadable", `${endpoint.id}: ${fault.path || "the answer"} should be ${fault.wanted}`, {
      status: response.status,
      requestId: response.headers.get("X-Request-ID") ?? undefined,
    });
  }
}

/** What is wrong with an answer whose status the contract does not name. */
const UNDOCUMENTED: ShapeFault = { path: "", wanted: "one that the contract names" };

/** The address of a call: parameters as single path segments, the query without what is undefined. */
function addressOf(endpoint: Endpoint, input: Input<EndpointSpec>): string {
  const params = (input.params ?? {}) as Record<string, unknown>;
  const path = endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries((input.query ?? {}) as Record<string, unknown>)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) query.append(name, String(one));
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

function headersFor({ body, version }: Input<EndpointSpec>, proof: string): Record<string, string> {
  return {
    Accept: "application/json",
    ...(proof ? { "X-Nekzus-Proof": proof } : {}),
    ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    ...(version === undefined ? {} : { "If-Match": `"${version}"` }),
  };
}

/** undefined for what is not JSON, which no shape takes. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function silence(late: boolean, reading: boolean): Failure {
  if (!late) return new Failure("unreachable", "The gateway did not answer.");
  return new Failure("slow", `The gateway did not answer within ${(reading ? READ_MS : CHANGE_MS) / 1000} seconds.`);
}

/** A signal that ends with the caller's or after `ms`. */
function timeLimit(ms: number, outer: AbortSignal | undefined) {
  const controller = new AbortController();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    controller.abort();
  }, ms);
  return {
    signal: outer ? AbortSignal.any([outer, controller.signal]) : controller.signal,
    passed: () => late,
    end: () => clearTimeout(timer),
  };
}
