import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { request as requestSecure } from "node:https";
import type { AddressInfo } from "node:net";
import type { Readable, Writable } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { whenDone } from "../harness/cleanup.ts";

/** How often something is sent, in ms, and how much of it, in bytes. */
const EVERY_MS = 20;
const PART = 3_000;

/** The text `0000000 0000001 …` from one byte to another: every place can be told from every other. */
function textAt(from: number, length: number): string {
  const first = Math.floor(from / 8);
  const words = Array.from({ length: Math.ceil((length + 8) / 8) }, (_, at) => `${first + at} `.padStart(8, "0"));
  return words.join("").slice(from - first * 8, from - first * 8 + length);
}

/** What arrived so far, and whether it is what was sent. */
type Received = { bytes: number; intact: boolean };

function take(received: Received, chunk: Buffer): void {
  received.intact &&= chunk.toString("latin1") === textAt(received.bytes, chunk.length);
  received.bytes += chunk.length;
}

/** Writes the text without end; answers how much was written. */
function pour(to: Writable, part: number): { sent(): number; stop(): void } {
  let sent = 0;
  const timer = setInterval(() => {
    to.write(textAt(sent, part));
    sent += part;
  }, EVERY_MS);
  to.on("close", () => clearInterval(timer));
  whenDone(() => clearInterval(timer));
  return { sent: () => sent, stop: () => clearInterval(timer) };
}

/**
 * Starts an app of streams without end: `/down` and `/events` send, `/up` receives and answers at the end what it
 * received, `/ws` echoes, `/slow` never answers, everything else does.
 */
export async function startStreamApp(): Promise<{ url: string; waiting(): number }> {
  let waiting = 0;
  function answer(req: IncomingMessage, res: ServerResponse): void {
    const path = req.url ?? "";
    if (path === "/down" || path === "/events") {
      res.writeHead(200, { "content-type": path === "/down" ? "application/octet-stream" : "text/event-stream" });
      pour(res, path === "/down" ? PART : 40);
    } else if (path === "/up") {
      const received = { bytes: 0, intact: true };
      req.on("data", (chunk) => take(received, chunk));
      req.on("end", () => res.end(JSON.stringify(received)));
    } else if (path === "/slow") {
      waiting++;
      res.on("close", () => waiting--);
      req.resume();
    } else {
      res.end("here");
    }
  }
  const server = createServer(answer);
  const sockets = new WebSocketServer({ server, path: "/ws" });
  sockets.on("connection", (socket) => socket.on("message", (data, binary) => socket.send(data, { binary })));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  whenDone(() => {
    for (const client of sockets.clients) client.terminate();
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, waiting: () => waiting };
}

/** A stream of a client that lasts until it is ended. */
export type LongStream = {
  name: string;
  open(): boolean;
  /** Grows while bytes arrive at either end. */
  progress(): number;
  /** Has every byte that arrived so far been the right one? */
  intact(): boolean;
  /** Ends it; answers what is missing or wrong, if anything is. */
  finish(): Promise<string | undefined>;
};

/** How a client reaches an app: on which listener, by which version of HTTP, and with what. */
export type Way = { name: string; port: number; http2: boolean; headers: Record<string, string> };

type Wire = { outgoing: Writable; incoming: Promise<Readable & { status: number }> };

/** Makes what asks by one way; over HTTP/2 all share one connection. */
export function openWay({ port, http2, headers }: Way): (method: string, path: string) => Wire {
  if (!http2) {
    return (method, path) => {
      const options = { host: "127.0.0.1", port, method, path, headers, agent: false as const };
      const outgoing = requestSecure({ ...options, rejectUnauthorized: false });
      outgoing.on("error", () => {});
      whenDone(() => outgoing.destroy());
      const incoming = once(outgoing, "response").then(([answer]) => withStatus(answer, answer.statusCode));
      incoming.catch(() => {});
      return { outgoing, incoming };
    };
  }
  const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  session.on("error", () => {});
  whenDone(() => session.destroy());
  return (method, path) => {
    const outgoing = session.request({ ":method": method, ":path": path, ...headers }, { endStream: false });
    outgoing.on("error", () => {});
    const incoming = once(outgoing, "response").then(([fields]) => withStatus(outgoing, fields[":status"]));
    incoming.catch(() => {});
    return { outgoing, incoming };
  };
}

function withStatus(stream: Readable, status: number): Readable & { status: number } {
  stream.on("error", () => {});
  return Object.assign(stream, { status });
}

/** Reads all that comes. */
export async function textOf(stream: Readable): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += chunk;
  return text;
}

/** Opens every kind of stream there is by one way, to the app below `path`. */
export async function openStreams(way: Way, path: string): Promise<LongStream[]> {
  const ask = openWay(way);
  const streams = [
    await receiving(`download, ${way.name}`, ask("GET", `${path}down`)),
    await receiving(`events, ${way.name}`, ask("GET", `${path}events`)),
    sending(`upload, ${way.name}`, ask("POST", `${path}up`)),
  ];
  if (!way.http2) streams.push(await echoing(`WebSocket, ${way.name}`, way, `${path}ws`));
  return streams;
}

async function receiving(name: string, { outgoing, incoming }: Wire): Promise<LongStream> {
  outgoing.end();
  const stream = await incoming;
  if (stream.status !== 200) throw new Error(`${name} was answered with ${stream.status}`);
  const received = { bytes: 0, intact: true };
  let open = true;
  stream.on("data", (chunk) => take(received, chunk));
  stream.on("close", () => {
    open = false;
  });
  return {
    name,
    open: () => open,
    progress: () => received.bytes,
    intact: () => received.intact,
    async finish() {
      stream.destroy();
      return received.intact ? undefined : `${name}: what came is not what was sent`;
    },
  };
}

function sending(name: string, { outgoing, incoming }: Wire): LongStream {
  let open = true;
  outgoing.on("close", () => {
    open = false;
  });
  const { sent, stop } = pour(outgoing, PART);
  return {
    name,
    open: () => open,
    // Held back, it would pile up here.
    progress: () => sent() - outgoing.writableLength,
    intact: () => true,
    async finish() {
      stop();
      outgoing.end();
      const { bytes, intact } = JSON.parse(await textOf(await incoming)) as Received;
      return bytes === sent() && intact ? undefined : `${name}: of ${sent()} bytes ${bytes} arrived, right: ${intact}`;
    },
  };
}

async function echoing(name: string, { port, headers }: Way, path: string): Promise<LongStream> {
  const options = { headers: { origin: `https://127.0.0.1:${port}`, ...headers }, rejectUnauthorized: false };
  const socket = new WebSocket(`wss://127.0.0.1:${port}${path}`, options);
  whenDone(() => socket.terminate());
  await new Promise((done, fail) => socket.once("open", done).once("error", fail));
  socket.on("error", () => {});
  let sent = 0;
  let received = 0;
  let intact = true;
  const timer = setInterval(() => socket.send(`message ${sent++}`), EVERY_MS);
  whenDone(() => clearInterval(timer));
  socket.on("message", (data) => {
    intact &&= String(data) === `message ${received++}`;
  });
  socket.on("close", () => clearInterval(timer));
  return {
    name,
    open: () => socket.readyState === WebSocket.OPEN,
    progress: () => received,
    intact: () => intact,
    async finish() {
      clearInterval(timer);
      while (received < sent && socket.readyState === WebSocket.OPEN) await once(socket, "message");
      socket.terminate();
      return received === sent && intact ? undefined : `${name}: of ${sent} messages ${received} came back`;
    },
  };
}
