import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import type { Socket } from "node:net";
import { ERRORS, type ErrorCode } from "@nekzus/contract/errors";
import { errorBody } from "../../kit/problem.ts";
import type { InheritedListener } from "../../wire/boot.ts";
import type { Edge } from "../edge.ts";
import type { Door } from "../request.ts";
import type { EdgeState } from "../state.ts";
import { redirectToHttps } from "./redirect.ts";

/** Limits of what a stranger can send before anything is decided; times in ms, sizes in bytes. */
const LIMITS = {
  header: 32 * 1024,
  headersTimeout: 10_000,
  /** How often late headers are looked for. */
  checkEvery: 2_000,
  keepAlive: 75_000,
  firstByte: 10_000,
  handshake: 10_000,
};

/** An open door: a listening socket with what stands behind it. */
export type OpenDoor = {
  /** Stops accepting, lets what is under way finish for `graceMs`, then closes. */
  drain(graceMs: number): Promise<void>;
};

/** Listens on an inherited socket: TLS with a redirect for plain requests, or plain HTTP. */
export async function openDoor(edge: Edge, listener: InheritedListener, insecureHttp: boolean): Promise<OpenDoor> {
  const { server, drain } = createDoor(edge, { name: listener.name, port: listener.port, secure: !insecureHttp });
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen({ fd: listener.fd }, done);
  });
  return { drain };
}

/** Makes what stands behind a door; it does not listen yet. Tests give shorter `limits`. */
export function createDoor(edge: Edge, door: Door, limits: Partial<typeof LIMITS> = {}): OpenDoor & { server: Server } {
  const bounds = { ...LIMITS, ...limits };
  let draining = false;
  const onRequest = (req: IncomingMessage, res: ServerResponse) => {
    if (draining) res.shouldKeepAlive = false;
    edge.onRequest(door, req, res);
  };
  const onClientError = (error: NodeJS.ErrnoException, socket: Socket) =>
    answerClientError(edge, bounds.header, error, socket);
  const options = serverOptions(bounds);
  const server = door.secure ? createTlsServer(edge, options, bounds.handshake) : createHttpServer(options);
  server.maxHeadersCount = 0;
  server.on("request", onRequest);
  // Whether the body is wanted is known only when the request has been judged; other expectations are nobody's.
  server.on("checkContinue", onRequest);
  server.on("checkExpectation", onRequest);
  server.on("upgrade", (req: IncomingMessage, socket: Socket, early: Buffer) =>
    edge.onUpgrade(door, req, socket, early),
  );
  server.on("connect", (_req: IncomingMessage, socket: Socket) => {
    socket.on("error", () => socket.destroy());
    sayAndClose(socket, plainAnswer(edge, "METHOD_NOT_ALLOWED", "CONNECT is not offered."));
  });
  server.on("clientError", onClientError);
  if (door.secure) {
    const redirect = createHttpServer(options, (req, res) => redirectToHttps(edge, door, req, res));
    redirect.on("clientError", onClientError);
    sniffConnections(server, redirect, bounds);
  }

  server.on("error", () => {});
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });

  return {
    server,
    async drain(graceMs) {
      draining = true;
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeIdleConnections();
      const sweep = setInterval(() => server.closeIdleConnections(), 100);
      const force = setTimeout(() => {
        for (const socket of open) socket.destroy();
      }, graceMs);
      await closed;
      clearInterval(sweep);
      clearTimeout(force);
    },
  };
}

function serverOptions(limits: typeof LIMITS): ServerOptions {
  return {
    maxHeaderSize: limits.header,
    headersTimeout: limits.headersTimeout,
    // Bodies may take as long as they like; silence is what is limited.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAlive,
    connectionsCheckingInterval: limits.checkEvery,
    insecureHTTPParser: false,
    noDelay: true,
    // Finds out about clients that vanished without a word.
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
    // The edge answers a missing Host itself, in the one error shape.
    requireHostHeader: false,
    // Only a WebSocket for an app is an upgrade; everything else is answered as the plain request it also is.
    shouldUpgradeCallback: (req) =>
      req.headers.upgrade?.toLowerCase() === "websocket" &&
      req.method === "GET" &&
      (req.url ?? "").startsWith("/apps/"),
  };
}

/** Certificates come from the snapshot in force: by name where the client names one, else the first. */
function createTlsServer(edge: Edge, options: ServerOptions, handshakeTimeout: number): HttpsServer {
  const server = createHttpsServer({
    ...options,
    handshakeTimeout,
    ALPNProtocols: ["http/1.1"],
    SNICallback: (name, done) => done(null, edge.state()?.certificates.forName(name)),
  });
  const useFirst = (state: EdgeState) => {
    const [first] = state.snapshot.certificates;
    if (first) server.setSecureContext({ cert: first.certificate, key: first.privateKey, minVersion: "TLSv1.2" });
  };
  const current = edge.state();
  if (current) useFirst(current);
  edge.onSnapshot(useFirst);
  return server;
}

/**
 * TLS begins with the byte 0x16; whoever speaks plain HTTP instead is told where to go. The TLS server stays the one
 * that listens: node enforces the time limits of a server only then.
 */
function sniffConnections(secure: Server, plain: Server, limits: typeof LIMITS): void {
  const takers = secure.listeners("connection");
  secure.removeAllListeners("connection");
  secure.on("connection", (socket: Socket) => {
    let timer = setTimeout(() => socket.destroy(), limits.firstByte);
    const onError = () => socket.destroy();
    socket.on("error", onError);
    socket.once("close", () => clearTimeout(timer));
    socket.once("data", (chunk: Buffer) => {
      clearTimeout(timer);
      socket.pause();
      socket.off("error", onError);
      socket.unshift(chunk);
      if (chunk[0] === 0x16) {
        for (const take of takers) take.call(secure, socket);
        return;
      }
      timer = setTimeout(() => socket.destroy(), limits.headersTimeout);
      plain.emit("connection", socket);
      socket.resume();
    });
  });
}

/** Answers what node's parser refuses, in the one error shape. */
function answerClientError(edge: Edge, headerLimit: number, error: NodeJS.ErrnoException, socket: Socket): void {
  const code = error.code ?? "";
  const answerBegun = (socket as Socket & { _httpMessage?: ServerResponse | null })._httpMessage?.headersSent;
  if (!socket.writable) {
    socket.destroy();
  } else if (answerBegun) {
    // In the midst of an answer an error would be taken for a part of it. What was said may still go out.
    sayAndClose(socket);
  } else if (code === "HPE_HEADER_OVERFLOW") {
    sayAndClose(
      socket,
      plainAnswer(edge, "HEADERS_TOO_LARGE", `The request header is larger than ${headerLimit} bytes.`),
    );
  } else if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    sayAndClose(socket, plainAnswer(edge, "REQUEST_TIMEOUT", "The request header did not arrive in time."));
  } else if (code.startsWith("HPE_")) {
    sayAndClose(socket, plainAnswer(edge, "BAD_REQUEST", "The request is not valid HTTP/1.1."));
  } else {
    socket.destroy();
  }
}

/** Says a last word. A client that goes on sending, or does not listen, must not keep the socket. */
function sayAndClose(socket: Socket, answer = ""): void {
  socket.end(answer);
  setTimeout(() => socket.destroy(), 1000).unref();
}

function plainAnswer(edge: Edge, code: ErrorCode, message: string): string {
  const { status } = ERRORS[code];
  const body = `${JSON.stringify(errorBody(code, message))}\n`;
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `X-API-Version: ${edge.state()?.snapshot.version ?? ""}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}
