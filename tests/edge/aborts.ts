import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { clientHello, frame, headerBlock } from "../../gateway/src/edge/listen/test-http2-frames.ts";

/** Where clients go that break off what they began: a route to an endurance app, and a token for it. */
type AbortTarget = { ports: readonly number[]; path: string; authorization: string };

/** Connections of HTTP/1.1, and sessions of HTTP/2, under way at a time. */
const AT_ONCE = { connections: 48, sessions: 6 };
/** The share of connections that are broken off before TLS is agreed. */
const IN_HANDSHAKE = 0.1;
/** Longest time from a request of HTTP/1.1 to its end, in ms. */
const LATEST_MS = 6;
/** How often requests of HTTP/2 are broken off only after up to so many answers, or groups of them. */
const LATE = { share: 0.1, answers: 3 };
/** How long is waited for answers, of which some never come, in ms. */
const ANSWER_MS = 250;
/** Requests at the same time in a session of HTTP/2, which may be 100, and how often: after 400 resets it would be ended. */
const STREAMS = 80;
const ROUNDS = 4;
/** Requests of one session of HTTP/2. */
export const PER_SESSION = STREAMS * ROUNDS;

/** The same numbers from 0 to 1 in each run, so that a failure comes again (mulberry32). */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** Waits until bytes have come so many times. */
function heard(socket: TLSSocket, times: number): Promise<void> {
  if (!times || socket.destroyed) return pause(0);
  return new Promise((done) => {
    let left = times;
    const onData = () => {
      if (--left === 0) end();
    };
    const end = () => {
      clearTimeout(timer);
      socket.off("data", onData).off("close", end);
      done();
    };
    const timer = setTimeout(end, ANSWER_MS);
    socket.on("data", onData).on("close", end);
  });
}

/** What a client of HTTP/1.1 says before it breaks off; `waits`: until the answer has begun. */
type Moment = { words: string; waits?: boolean };

function moments({ path, authorization }: AbortTarget, port: number): Moment[] {
  const head = (method: string, to: string) =>
    `${method} ${to} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: ${authorization}\r\n`;
  const part = "b".repeat(300);
  return [
    { words: "" },
    { words: head("GET", `${path}quick`).slice(0, -30) },
    { words: `${head("POST", `${path}take`)}Content-Length: 1000\r\n\r\n${part}` },
    { words: `${head("POST", `${path}take`)}Transfer-Encoding: chunked\r\n\r\n12c\r\n${part}\r\n3` },
    { words: `${head("GET", `${path}silent`)}\r\n` },
    { words: `${head("GET", `${path}half`)}\r\n`, waits: true },
    { words: `${head("GET", `${path}quick`)}\r\n`, waits: true },
    { words: `${head("GET", "/api/v1/healthz")}\r\n` },
  ];
}

/** Opens a connection of which the part below TLS can be reset. */
function dial(port: number, protocol: "h2" | "http/1.1", session: Buffer | undefined) {
  const below = connectTcp({ port, host: "127.0.0.1", noDelay: true });
  const socket = connectTls({ socket: below, rejectUnauthorized: false, ALPNProtocols: [protocol], session });
  below.on("error", () => {});
  socket.on("error", () => {});
  return { below, socket };
}

/** Ends a connection with FIN, or with RST. */
function breakOff(below: Socket, socket: TLSSocket, hard: boolean): void {
  if (hard && !below.destroyed) below.resetAndDestroy();
  socket.destroy();
}

/** Breaks off `count` requests of HTTP/1.1, each with its connection, a part of them in the handshake. */
export async function abortConnections(target: AbortTarget, count: number, seed: number): Promise<void> {
  const chance = chances(seed);
  const byPort = target.ports.map((port) => ({ port, moments: moments(target, port) }));
  let session: Buffer | undefined;
  let begun = 0;

  async function one(index: number): Promise<void> {
    const { port, moments } = byPort[index % byPort.length] as (typeof byPort)[number];
    const { words, waits } = moments[Math.floor(index / byPort.length) % moments.length] as Moment;
    const { below, socket } = dial(port, "http/1.1", session);
    socket.on("session", (fresh) => {
      session = fresh;
    });
    const closed = new Promise<void>((done) => socket.once("close", done));
    const inHandshake = chance() < IN_HANDSHAKE;
    const ready = inHandshake ? once(below, "connect") : once(socket, "secureConnect");
    await Promise.race([ready.catch(() => {}), closed]);
    if (inHandshake) {
      await pause(chance());
    } else {
      if (words) socket.write(words);
      if (waits) await heard(socket, 1);
      else await pause(chance() * LATEST_MS);
    }
    breakOff(below, socket, chance() < 0.5);
    await closed;
  }

  const next = async () => {
    while (begun < count) await one(begun++);
  };
  await Promise.all(Array.from({ length: AT_ONCE.connections }, next));
}

const HEADERS = 1;
const RST_STREAM = 3;
const WINDOW_UPDATE = 8;
const END_STREAM = 1;
const END_HEADERS = 4;
const CANCEL = number(8);

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Writes the frames of one request, without the end of its body if it has one. */
type WriteRequest = (stream: number) => Buffer;

function requests({ path, authorization }: AbortTarget, port: number): WriteRequest[] {
  const block = (method: string, to: string) =>
    headerBlock({
      ":method": method,
      ":scheme": "https",
      ":path": to,
      ":authority": `127.0.0.1:${port}`,
      authorization,
    });
  const whole = (to: string): WriteRequest => {
    const head = block("GET", to);
    return (stream) => frame(HEADERS, END_STREAM | END_HEADERS, stream, head);
  };
  const post = block("POST", `${path}take`);
  const part = Buffer.alloc(300, "b");
  return [
    (stream) => frame(HEADERS, END_HEADERS, stream, post),
    (stream) => Buffer.concat([frame(HEADERS, END_HEADERS, stream, post), frame(0, 0, stream, part)]),
    whole(`${path}silent`),
    whole(`${path}half`),
    whole(`${path}quick`),
    whole("/api/v1/healthz"),
  ];
}

/**
 * Breaks off `sessions` times {@link PER_SESSION} requests of HTTP/2: some are reset with the same write, the others at
 * random moments later, and the last ones end with their connection. Answers how many sessions the gateway ended by itself.
 */
export async function abortStreams(target: AbortTarget, sessions: number, seed: number): Promise<number> {
  const chance = chances(seed);
  const byPort = target.ports.map((port) => ({ port, writers: requests(target, port) }));
  let begun = 0;
  let ended = 0;

  const answers = () => (chance() < LATE.share ? Math.ceil(chance() * LATE.answers) : 0);

  async function one(index: number): Promise<void> {
    const { port, writers } = byPort[index % byPort.length] as (typeof byPort)[number];
    const { below, socket } = dial(port, "h2", undefined);
    const closed = new Promise<void>((done) => socket.once("close", done));
    await new Promise<void>((done) => socket.once("secureConnect", done).once("close", done));
    // Room for all that may come; nobody reads it here.
    socket.resume().write(Buffer.concat([clientHello(), frame(WINDOW_UPDATE, 0, 0, number(2 ** 30))]));
    let stream = 1;
    for (let round = 0; round < ROUNDS; round++) {
      const asked: Buffer[] = [];
      const resets: Buffer[] = [];
      for (let i = 0; i < STREAMS; i++, stream += 2) {
        const write = writers[Math.floor(chance() * writers.length)] as WriteRequest;
        const reset = frame(RST_STREAM, 0, stream, CANCEL);
        asked.push(write(stream));
        if (chance() < 0.1) asked.push(reset);
        else resets.splice(Math.floor(chance() * resets.length), 0, reset);
      }
      socket.write(Buffer.concat(asked));
      await heard(socket, answers());
      if (round === ROUNDS - 1) break;
      const half = resets.length >> 1;
      socket.write(Buffer.concat(resets.slice(0, half)));
      await heard(socket, answers());
      socket.write(Buffer.concat(resets.slice(half)));
    }
    if (socket.destroyed) ended++;
    breakOff(below, socket, chance() < 0.5);
    await closed;
  }

  const next = async () => {
    while (begun < sessions) await one(begun++);
  };
  await Promise.all(Array.from({ length: AT_ONCE.sessions }, next));
  return ended;
}
