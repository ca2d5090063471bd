import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import type { Clock } from "../../kit/clock.ts";
import { writeFields } from "../http1/fields.ts";
import type { ClientRequest } from "../listen/client.ts";
import { carry } from "./carry.ts";
import type { Receiver } from "./connection.ts";
import { faultOf, UpstreamFault } from "./fault.ts";
import type { Exchange, Way } from "./forward.ts";
import type { Pool } from "./pool.ts";

/** How an upgrade is passed on. */
export type Upgrade = {
  /** The head of the request, in latin1, with the empty line. */
  head: string;
  /** The client's Sec-WebSocket-Key. */
  webSocketKey: string | undefined;
  /** Nothing more will come; whoever is told answers, or breaks off the answer that has begun. */
  onFault(fault: UpstreamFault): void;
  onOpen(): void;
  /** The tunnel was open and is no more. */
  onClosed(outcome: { bytesIn: number; bytesOut: number }): void;
};

/**
 * Passes an upgrade on. On 101 both sockets are joined byte for byte; any other answer is relayed as it is, and the
 * client's connection ends with it.
 */
export function tunnel(pool: Pool, clock: Clock, request: ClientRequest, way: Way, upgrade: Upgrade): Exchange {
  let upstream: Socket | undefined;
  let joined: Joined | undefined;
  let over = false;
  let answerBegan: number | undefined;
  /** Runs from the time when the upstream could answer: connecting has a limit of its own. */
  let timer: NodeJS.Timeout | undefined;

  function finish(): void {
    over = true;
    clearTimeout(timer);
  }

  function giveUp(fault: UpstreamFault): void {
    joined?.end();
    if (over) return;
    finish();
    upstream?.destroy();
    upgrade.onFault(fault);
  }

  function clientGone(): void {
    if (over) return;
    finish();
    upstream?.destroy();
  }

  const receiver: Receiver = {
    onInformational() {},
    onHead(status, reason, raw, length) {
      answerBegan = clock.monotonic();
      timer?.refresh();
      way.onAnswer?.(raw);
      request.begin(status, reason, way.answerHeaders(raw, status, request.target), length);
    },
    onData: (chunk) => request.write(chunk),
    onPause() {
      timer?.refresh();
      if (request.flush() || over) return;
      upstream?.pause();
      request.onDrain ??= () => upstream?.resume();
    },
    onEnd() {
      finish();
      // What follows an upgrade that was refused is read differently by different apps: never a request of others.
      upstream?.destroy();
      request.end();
    },
    onUpgrade(raw, reason, socket, rest) {
      answerBegan = clock.monotonic();
      upstream = socket;
      if (over) {
        socket.destroy();
        return;
      }
      if (!acceptsWebSocket(raw, upgrade.webSocketKey)) {
        return giveUp(new UpstreamFault("bad_answer", "the upstream switched to something other than this WebSocket"));
      }
      const headers = way.answerHeaders(raw, 101, request.target);
      const client = request.takeSocket();
      finish();
      if (!client) {
        socket.destroy();
        return;
      }
      headers.push("Connection", "Upgrade", "Upgrade", "websocket");
      const head = `HTTP/1.1 101 ${reason || "Switching Protocols"}\r\n${writeFields(headers)}\r\n`;
      client.socket.write(head, "latin1");
      upgrade.onOpen();
      if (rest.length) client.socket.write(rest);
      if (client.early.length) socket.write(client.early);
      joined = join(client.socket, socket, upgrade.onClosed);
      if (way.idleTimeoutMs) endWhenSilent(joined, client.socket, socket, way.idleTimeoutMs, clock);
    },
    onFault: giveUp,
  };

  pool.openTunnel(way.key, way.open).then(
    (connection) => {
      if (over) return connection.destroy();
      upstream = connection.socket;
      timer = setTimeout(() => giveUp(new UpstreamFault("timeout", "no answer in time")), way.headerTimeoutMs);
      connection.send("GET", upgrade.head, receiver);
    },
    (error) => giveUp(faultOf(error)),
  );

  return {
    get answerBegan() {
      return answerBegan;
    },
    clientGone,
    abort() {
      joined?.end();
      if (over) return;
      clientGone();
      request.abort();
    },
    giveUp,
  };
}

/** Did the upstream agree to this WebSocket and to nothing else (RFC 6455, section 4.1)? */
function acceptsWebSocket(raw: readonly string[], key: string | undefined): boolean {
  let upgrade = "";
  let accept = "";
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    if (name === "upgrade") upgrade = (raw[i + 1] as string).toLowerCase();
    else if (name === "sec-websocket-accept") accept = raw[i + 1] as string;
  }
  if (upgrade !== "websocket" || key === undefined) return false;
  return accept === createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}

/** How long a side whose partner has ended may stay silent, in ms. */
const FLUSH_MS = 10_000;

/** Two sockets that are one stream. */
type Joined = { end(): void };

/** Joins two sockets with back-pressure both ways. When one ends, so does the other. */
function join(client: Socket, upstream: Socket, onClosed: Upgrade["onClosed"]): Joined {
  const readBefore = client.bytesRead;
  const sentBefore = upstream.bytesRead;
  client.setNoDelay(true);
  client.setTimeout(0);
  client.setKeepAlive(true, 60_000);
  carry(client, upstream);
  carry(upstream, client);
  endWith(client, upstream);
  endWith(upstream, client);
  upstream.on("error", () => client.destroy()).on("close", () => client.destroySoon());
  client
    .on("error", () => client.destroy())
    .on("close", () => {
      upstream.destroy();
      onClosed({ bytesIn: client.bytesRead - readBefore, bytesOut: upstream.bytesRead - sentBefore });
    });
  upstream.resume();
  client.resume();
  return {
    end() {
      upstream.destroy();
      client.destroy();
    },
  };
}

/** How many times within its limit a silent tunnel is looked at. */
const LOOKS = 4;

/** Ends a tunnel through which nothing went for so long: bytes are counted now and then, so that messages cost nothing. */
function endWhenSilent(joined: Joined, client: Socket, upstream: Socket, limitMs: number, clock: Clock): void {
  let passed = client.bytesRead + upstream.bytesRead;
  let since = clock.monotonic();
  const watch = clock.every(Math.ceil(limitMs / LOOKS), () => {
    const now = clock.monotonic();
    const sum = client.bytesRead + upstream.bytesRead;
    if (sum !== passed) {
      passed = sum;
      since = now;
    } else if (now - since >= limitMs) joined.end();
  });
  client.once("close", () => watch.cancel());
}

function endWith(from: Socket, to: Socket): void {
  from.on("end", () => {
    to.setTimeout(FLUSH_MS, () => to.destroy());
    to.end();
  });
}
