import { type Dispatcher, Pool } from "undici";
import type { Clock } from "../../../kit/clock.ts";
import { parseSocket } from "./socket.ts";

/**
 * Why the engine gave no usable answer.
 * - `unreachable`: nobody answers, or we may not ask.
 * - `missing`: it does not know the container (any more).
 * - `refused`: it answers with another error.
 * - `unusable`: the answer is too large, too slow or not what it should be.
 */
export type EngineFault = "unreachable" | "missing" | "refused" | "unusable";

/** An engine that did not answer as it should. The message says what to do. */
export class EngineError extends Error {
  readonly fault: EngineFault;

  constructor(fault: EngineFault, message: string) {
    super(message);
    this.name = "EngineError";
    this.fault = fault;
  }
}

/** The longest wait for a connection, and for the answer to begin, in milliseconds. */
const PATIENCE_MS = 5_000;
/** The longest time that a whole answer may take, in milliseconds. */
const ANSWER_MS = 15_000;
/** The longest line of the event stream, in characters. */
const LINE_LIMIT = 256 * 1024;

/** A bounded answer: the `Api-Version` header and the body as text. */
export type EngineAnswer = { apiVersion: string | undefined; body: string };

/** Reads from the engine's socket. Knows nothing of paths: the list of allowed calls is in `engine.ts`. */
export type EngineConnection = {
  /** GET with an answer of at most `limit` bytes. Throws EngineError. */
  get(path: string, limit: number): Promise<EngineAnswer>;
  /** GET of an endless answer; resolves when it begins. Ends with the engine, or with `signal`. Throws EngineError. */
  lines(path: string, signal: AbortSignal): Promise<AsyncIterable<string>>;
  close(): Promise<void>;
};

/** Makes the connection to a `unix://` or `tcp://` socket; opens nothing yet. */
export function createEngineConnection({ socket, clock }: { socket: string; clock: Clock }): EngineConnection {
  const address = parseSocket(socket);
  let pool: Pool | undefined;

  function open(): Pool {
    if (!address) {
      throw new EngineError(
        "unreachable",
        `The engine's address ${JSON.stringify(socket)} cannot be used. Write unix:///path or tcp://host:port.`,
      );
    }
    const limits = { headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS, connectTimeout: PATIENCE_MS };
    const origin = address.kind === "unix" ? "http://localhost" : `http://${address.host}:${address.port}`;
    const where = address.kind === "unix" ? { socketPath: address.path } : {};
    pool ??= new Pool(origin, { ...limits, ...where, connections: 8 });
    return pool;
  }

  async function request(path: string, options: { signal: AbortSignal; bodyTimeout?: number }) {
    try {
      return await open().request({ method: "GET", path, ...options });
    } catch (error) {
      throw asEngineError(error, socket);
    }
  }

  async function get(path: string, limit: number): Promise<EngineAnswer> {
    const abort = new AbortController();
    const deadline = clock.after(ANSWER_MS, () => abort.abort());
    try {
      const response = await request(path, { signal: abort.signal });
      const body = await readBounded(response, limit, socket);
      if (response.statusCode === 404) throw new EngineError("missing", refusal(response.statusCode, body));
      if (response.statusCode !== 200) throw new EngineError("refused", refusal(response.statusCode, body));
      const header = response.headers["api-version"];
      return { apiVersion: Array.isArray(header) ? header[0] : header, body };
    } finally {
      deadline.cancel();
    }
  }

  async function lines(path: string, signal: AbortSignal): Promise<AsyncIterable<string>> {
    const response = await request(path, { signal, bodyTimeout: 0 });
    if (response.statusCode !== 200) {
      const body = await readBounded(response, LINE_LIMIT, socket);
      throw new EngineError("refused", refusal(response.statusCode, body));
    }
    return splitLines(response.body, socket);
  }

  return {
    get,
    lines,
    async close() {
      await pool?.destroy();
      pool = undefined;
    },
  };
}

async function readBounded(response: Dispatcher.ResponseData, limit: number, socket: string): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of response.body as AsyncIterable<Buffer>) {
      size += part.length;
      // Leaving the loop destroys the body, so the rest is never read.
      if (size > limit) throw new EngineError("unusable", `The engine's answer is larger than ${limit} bytes.`);
      parts.push(part);
    }
  } catch (error) {
    throw asEngineError(error, socket);
  }
  return Buffer.concat(parts).toString("utf8");
}

async function* splitLines(body: AsyncIterable<Buffer>, socket: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const part of body) {
      rest += decoder.decode(part, { stream: true });
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim()) yield line;
      if (rest.length > LINE_LIMIT) throw new EngineError("unusable", "The engine sent an event without end.");
    }
  } catch (error) {
    throw asEngineError(error, socket);
  }
}

/** The engine's own words, shortened. They go to the log and to the state that administrators see. */
function refusal(status: number, body: string): string {
  let message = body;
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null && "message" in parsed) message = String(parsed.message);
  } catch {
    // Proxies and old engines answer with plain text.
  }
  return `The engine answered ${status}: ${message.trim().slice(0, 300)}`;
}

const REMEDIES: Record<string, string> = {
  ENOENT: "there is no such socket. Is the engine installed and running?",
  EACCES: "we may not open it. Add the gateway's user to the group that owns the socket (usually docker).",
  EPERM: "we may not open it. Add the gateway's user to the group that owns the socket (usually docker).",
  ECONNREFUSED: "nobody listens there. Is the engine running?",
  ENOTFOUND: "its host name is not known.",
};

function asEngineError(error: unknown, socket: string): EngineError {
  if (error instanceof EngineError) return error;
  const failure = error instanceof Error ? error : new Error(String(error));
  const code = "code" in failure ? String(failure.code) : failure.name;
  const reason = REMEDIES[code] ?? `${failure.message || code}.`;
  return new EngineError("unreachable", `The container engine at ${socket} cannot be reached: ${reason}`);
}
