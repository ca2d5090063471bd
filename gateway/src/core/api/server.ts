import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  ServerResponse,
} from "node:http";
import type { Socket } from "node:net";
import { type Answer as ContractAnswer, ENDPOINTS, type EndpointSpec, ERRORS, isRaw } from "@nekzus/contract";
import Fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import type { Logger } from "../../kit/log.ts";
import { errorBody, Problem } from "../../kit/problem.ts";
import { LOCAL } from "../../wire/principal.ts";
import { decodeFacts, FACTS_HEADER, type RequestFacts } from "../../wire/request-facts.ts";
import type { Audit } from "../access/access.ts";
import type { Answer, Binding, Call, Caller } from "../http/binding.ts";
import { checkComplete } from "./complete.ts";
import { bodyLimit, createGuard, type GuardParts, tooLarge } from "./guard.ts";
import { readInput, withFaults } from "./input.ts";
import { createMethodTable, emptyParameter, pathParameters, routerPath } from "./paths.ts";

export type ApiServer = {
  /** Takes over a connection that has shown the boot secret. */
  accept(socket: Socket): void;
  ready(): Promise<void>;
  close(): Promise<void>;
};

export type ApiServerParts = GuardParts & {
  bindings: readonly Binding[];
  version: string;
  log: Logger;
  /** Resolves to false when an edge did not acknowledge the last decision in time. */
  settled(): Promise<boolean>;
  /** The record of changes. */
  audit: Pick<Audit, "isRecorded" | "call">;
  /** An endpoint that may change something has answered: its id, and the id of who called it. */
  onChange(endpointId: string, by: string): void;
  onAnswer(answer: { method: string; path: string; status: number; ms: number }): void;
};

/** Longest parameter in a path. More than the edge lets through, so that the schemas judge it. */
const MAX_PARAM = 10_000;

/**
 * The API server: routes, guards, validation, answers and errors, all made from the contract. Throws when the bindings
 * are not exactly the contract's endpoints.
 */
export function createApiServer(parts: ApiServerParts): ApiServer {
  const { bindings, version, log } = parts;
  checkComplete(ENDPOINTS, bindings);
  const guard = createGuard(parts);
  const methodsOf = createMethodTable(bindings.map(({ endpoint }) => endpoint));
  const server = createHttpServer({ requestTimeout: 0, keepAliveTimeout: 0, maxHeaderSize: MAX_HEADER });
  const facts = new WeakMap<object, RequestFacts>();
  const callers = new WeakMap<object, Caller>();
  const upgrades = new WeakMap<object, { socket: Socket; head: Buffer }>();
  const app = Fastify({
    serverFactory(handler) {
      server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
        upgrades.set(request, { socket, head });
        handler(request, answerTo(request, socket));
      });
      return server.on("request", handler);
    },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAM },
    // What the router refuses before any hook runs.
    frameworkErrors: (error, request, reply) => {
      ownHeaders(request, reply);
      log.debug({ err: error, request: factsOf(request).id }, "the router refused a path");
      sendProblem(reply, new Problem("BAD_REQUEST", "The path is not valid UTF-8."));
    },
    // The edge sits in front and is the only one to connect.
    trustProxy: false,
  });

  // Bodies are read by hand, so that media type, size and content are judged in the documented order.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?", 1)[0] as string;
    const methods = methodsOf(path);
    if (!methods.length) return sendProblem(reply, new Problem("NOT_FOUND", `There is nothing at ${path}.`));
    reply.header("Allow", methods.join(", "));
    const message = `${path} does not take ${request.method}. Use ${methods.join(" or ")}.`;
    return sendProblem(reply, new Problem("METHOD_NOT_ALLOWED", message));
  });

  app.setErrorHandler((error, request, reply) => {
    const problem = error instanceof Problem ? error : serverProblem(error);
    if (problem) return sendProblem(reply, problem);
    const { id } = factsOf(request);
    log.error({ err: error, request: id, path: request.routeOptions.url }, "a request failed");
    return sendProblem(
      reply,
      new Problem("INTERNAL_ERROR", `Something went wrong. Look for request ${id} in the log.`),
    );
  });

  function ownHeaders(request: FastifyRequest, reply: FastifyReply): void {
    reply.headers({
      "X-API-Version": version,
      "X-Content-Type-Options": "nosniff",
      "X-Frame-Options": "DENY",
      "Referrer-Policy": "no-referrer",
      "Cache-Control": "no-store",
      "X-Request-ID": factsOf(request).id,
    });
  }

  app.addHook("onRequest", async (request, reply) => {
    ownHeaders(request, reply);
    if (factsOf(request) === NO_FACTS) throw new Error("an edge passed on a request without its facts");
  });

  app.addHook("onResponse", async (request, reply) => {
    parts.onAnswer({
      method: request.method,
      path: request.routeOptions.url ?? "(none)",
      status: reply.statusCode,
      ms: reply.elapsedTime,
    });
  });

  for (const binding of bindings) register(binding);

  function register({ endpoint, handle, first, upgrade, faults, refused }: Binding): void {
    const ofOne = emptyParameter(endpoint, ENDPOINTS);
    app.route({
      method: endpoint.method,
      url: routerPath(endpoint.path),
      exposeHeadRoute: endpoint.method === "GET" && !endpoint.consumes,
      // Here and not in the handler, because what comes between already looks at the body's type.
      onRequest: async (request, reply) => {
        const facts = factsOf(request);
        if ((endpoint.listener ?? "api") !== facts.listener && facts.listener === "apps") {
          throw new Problem("NOT_FOUND", `There is nothing at ${endpoint.path} on this origin.`);
        }
        const caller = await guard(
          endpoint,
          { method: request.method, facts, headers: request.headers, upgrade: upgrades.has(request.raw) },
          (allowance) => {
            reply.headers({
              "X-RateLimit-Limit": allowance.limit,
              "X-RateLimit-Remaining": allowance.remaining,
              "X-RateLimit-Reset": allowance.resetAt,
            });
          },
        );
        callers.set(request.raw, caller);
        await first?.();
      },
      handler: async (request, reply) => {
        const caller = callers.get(request.raw);
        if (!caller) throw new Error(`${endpoint.id} was reached without its guard`);
        if (ofOne && request.url.split("?", 1)[0]?.endsWith("/")) {
          const details = [{ path: ofOne, reason: "must not be empty" }];
          throw new Problem("VALIDATION_FAILED", `${ofOne}: must not be empty`, details);
        }
        const upgrading = upgrades.get(request.raw);
        if (upgrade && upgrading) {
          upgrade({ request: request.raw, caller, take: () => release(reply, upgrading) });
          return;
        }
        const body = endpoint.body ? await readBody(request, endpoint) : undefined;
        const params = pathParameters(endpoint.path, request.params);
        let input: ReturnType<typeof readInput>;
        try {
          input = readInput(endpoint, { params, query: request.query, body });
        } catch (error) {
          await refused?.(caller, error, body);
          throw faults && body ? await withFaults(error, (read) => faults(read, { params, caller }), body) : error;
        }
        const call: Call<EndpointSpec> = {
          ...(input as { params: undefined; query: undefined; body: undefined }),
          caller,
          header: (name) => headerText(request.headers, name),
        };
        const answer = await recorded(endpoint, call, () => handle(call));
        if (endpoint.method !== "GET") parts.onChange(endpoint.id, caller.principal.id);
        if (endpoint.decides && !(await parts.settled())) reply.header("X-Nekzus-Pending", "true");
        return send(reply, endpoint, answer);
      },
    });
  }

  /** Lets the socket of an upgrade go: nothing of HTTP looks at it any more. */
  function release<U extends { socket: Socket }>(reply: FastifyReply, upgrading: U): U {
    reply.hijack();
    reply.raw.detachSocket(upgrading.socket);
    const { method, url = "(none)" } = reply.request.routeOptions;
    parts.onAnswer({ method: String(method), path: url, status: 101, ms: reply.elapsedTime });
    return upgrading;
  }

  /** Does what an endpoint does and records it; what changes is compared with what its GET said before. */
  async function recorded(
    endpoint: EndpointSpec,
    call: Call<EndpointSpec>,
    handle: () => Answer<EndpointSpec> | Promise<Answer<EndpointSpec>>,
  ): Promise<Answer<EndpointSpec>> {
    const { audit } = parts;
    if (!audit.isRecorded(endpoint)) return handle();
    const { caller, params, body } = call;
    const before = await readBefore(endpoint, call);
    try {
      const answer = await handle();
      await audit.call({ endpoint, caller, params, body, before, outcome: { answer: answer.body } });
      return answer;
    } catch (error) {
      await audit.call({ endpoint, caller, params, body, before, outcome: { error } });
      throw error;
    }
  }

  async function readBefore({ method, path }: EndpointSpec, call: Call<EndpointSpec>): Promise<unknown> {
    if (method === "POST") return undefined;
    const reading = bindings.find(({ endpoint }) => endpoint.method === "GET" && endpoint.path === path);
    if (!reading || Object.values(reading.endpoint.answers).some(isRaw)) return undefined;
    try {
      const caller = { ...call.caller, principal: LOCAL };
      return (await reading.handle({ ...call, query: undefined, body: undefined, caller })).body;
    } catch {
      return undefined;
    }
  }

  return {
    accept(socket) {
      server.emit("connection", socket);
      socket.resume();
    },
    ready: async () => {
      await app.ready();
    },
    close: async () => {
      await app.close();
      server.closeAllConnections();
    },
  };

  /** Facts are read once for each request. Never throws: {@link NO_FACTS} is refused by the first hook. */
  function factsOf(request: FastifyRequest): RequestFacts {
    const known = facts.get(request.raw) ?? readFacts(String(request.headers[FACTS_HEADER] ?? ""));
    facts.set(request.raw, known);
    return known;
  }
}

/** Stands for facts that cannot be read: nobody, from nowhere. */
const NO_FACTS: RequestFacts = { id: "unknown", address: "", local: false, secure: false, listener: "apps" };

function readFacts(text: string): RequestFacts {
  try {
    return decodeFacts(text);
  } catch {
    return NO_FACTS;
  }
}

/** The answer to a request to leave HTTP, if it is one: the same as to any other, and the connection ends with it. */
function answerTo(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.on("finish", () => socket.end());
  socket.on("error", () => socket.destroy());
  return response;
}

/** What the server under us refuses by itself. */
function serverProblem(error: unknown): Problem | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") return new Problem("UNSUPPORTED_MEDIA_TYPE");
  return undefined;
}

function send(reply: FastifyReply, endpoint: EndpointSpec, answer: Answer<EndpointSpec>): FastifyReply {
  const status = answer.status ?? Number(Object.keys(endpoint.answers)[0]);
  const documented: ContractAnswer | undefined = endpoint.answers[status];
  reply.code(status).headers(answer.headers ?? {});
  if (answer.body === undefined) return reply.send();
  if (answer.body instanceof Uint8Array && !(documented && isRaw(documented))) {
    return reply.send(Buffer.from(answer.body));
  }
  if (documented && isRaw(documented)) {
    if (!reply.hasHeader("Content-Type")) reply.type(documented.media);
    return reply.send(answer.body instanceof Uint8Array ? Buffer.from(answer.body) : answer.body);
  }
  return reply.type("application/json").send(`${JSON.stringify(answer.body)}\n`);
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retryAfter !== undefined) reply.header("Retry-After", problem.retryAfter);
  if (ERRORS[problem.code].status === 401) reply.header("WWW-Authenticate", 'Bearer realm="nekzus"');
  return reply
    .code(problem.status)
    .type("application/json")
    .send(`${JSON.stringify(errorBody(problem.code, problem.message, problem.details))}\n`);
}

function headerText(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

/** Largest request header, in bytes: what the edge lets through and what it adds. */
const MAX_HEADER = 64 * 1024;

/** Longest time a body may take to arrive, in ms: bodies here are small, and one byte a minute holds a socket. */
const BODY_MS = 30_000;

/** Reads a body up to the endpoint's limit. */
async function readBody(request: FastifyRequest, endpoint: EndpointSpec): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const late = new Problem("REQUEST_TIMEOUT", `The body did not arrive within ${BODY_MS / 1000} s.`);
  const timer = setTimeout(() => request.raw.destroy(late), BODY_MS);
  try {
    for await (const chunk of request.raw) {
      size += chunk.length;
      if (size > bodyLimit(endpoint)) throw tooLarge(endpoint);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    clearTimeout(timer);
  }
}
