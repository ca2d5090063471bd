import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Clock, systemClock } from "../../kit/clock.ts";
import { BOARD_CSS, BOARD_HTML, BOARD_ICON, BOARD_JS } from "./notice-board.ts";
import { acceptTextSocket, type TextSocket } from "./websocket.ts";

export type DemoServices = {
  /** A page with server-sent events and a WebSocket. */
  pageUrl: string;
  /** Answers JSON of what it was asked. */
  echoUrl: string;
  stop(): Promise<void>;
};

/** Longest body that the echo repeats, in bytes. */
const MAX_ECHO = 1024 * 1024;
/** Most windows that may show the board at once; the demo is for one household. */
const MAX_VIEWERS = 100;

/** Starts the two small services that `nekzus demo` puts behind the gateway, on free ports of 127.0.0.1. */
export async function startDemoServices(clock: Clock = systemClock): Promise<DemoServices> {
  const board = createNoticeBoard(clock);
  const echo = createServer(answerEcho);
  const [pageUrl, echoUrl] = await Promise.all([listen(board.server), listen(echo)]);
  return {
    pageUrl,
    echoUrl,
    async stop() {
      board.stop();
      await Promise.all([close(board.server), close(echo)]);
    },
  };
}

const FILES: Record<string, { type: string; body: string }> = {
  "": { type: "text/html; charset=utf-8", body: BOARD_HTML },
  "board.css": { type: "text/css; charset=utf-8", body: BOARD_CSS },
  "board.js": { type: "text/javascript; charset=utf-8", body: BOARD_JS },
  "icon.svg": { type: "image/svg+xml", body: BOARD_ICON },
};

function createNoticeBoard(clock: Clock) {
  const begun = clock.monotonic();
  const listeners = new Set<ServerResponse>();
  const sockets = new Set<TextSocket>();
  const seconds = () => Math.floor((clock.monotonic() - begun) / 1000);
  const ticker = clock.every(1000, () => {
    for (const response of listeners) if (!response.writableNeedDrain) response.write(`data: ${seconds()}\n\n`);
  });

  const server = createServer((request, response) => {
    const name = lastSegment(request);
    if (request.method !== "GET" && request.method !== "HEAD")
      return plain(response, 405, "This page can only be read.");
    if (name === "events" && request.method === "GET") return openEvents(response);
    const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
    if (!file) return plain(response, 404, "The notice board has no such page.");
    response.writeHead(200, { "Content-Type": file.type, "Cache-Control": "no-cache" });
    response.end(file.body);
  });

  function openEvents(response: ServerResponse): void {
    if (listeners.size >= MAX_VIEWERS) {
      plain(response, 503, "Too many windows show this board.");
      return;
    }
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    response.write(`data: ${seconds()}\n\n`);
    listeners.add(response);
    response.on("close", () => listeners.delete(response));
  }

  server.on("upgrade", (request, stream, head) => {
    if (lastSegment(request) !== "notes" || sockets.size >= MAX_VIEWERS) {
      stream.on("error", () => stream.destroy());
      stream.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    const socket = acceptTextSocket(request, stream, head, {
      onText: (text) => {
        for (const other of sockets) other.send(text);
      },
      onEnd: () => {
        if (socket) sockets.delete(socket);
      },
    });
    if (socket) sockets.add(socket);
  });

  return {
    server,
    stop() {
      ticker.cancel();
      for (const socket of sockets) socket.close();
      for (const response of listeners) response.end();
    },
  };
}

/** The board looks only at the last part of the path, so that it works whether or not a proxy strips its prefix. */
function lastSegment(request: IncomingMessage): string {
  const path = (request.url ?? "/").split("?", 1)[0] as string;
  return path.slice(path.lastIndexOf("/") + 1);
}

function answerEcho(request: IncomingMessage, response: ServerResponse): void {
  const parts: Buffer[] = [];
  let size = 0;
  request.on("data", (part: Buffer) => {
    size += part.length;
    if (size <= MAX_ECHO) parts.push(part);
  });
  request.on("end", () => {
    if (size > MAX_ECHO) {
      plain(response, 413, "The echo repeats bodies up to 1 MiB.");
      return;
    }
    const { method, url, headers } = request;
    response.writeHead(200, { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" });
    response.end(`${JSON.stringify({ method, url, headers, body: Buffer.concat(parts).toString() }, null, 2)}\n`);
  });
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
