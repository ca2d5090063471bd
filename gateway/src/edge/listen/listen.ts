import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from "node:tls";
import { systemClock } from "../../kit/clock.ts";
import type { InheritedListener } from "../../wire/boot.ts";
import type { Edge } from "../edge.ts";
import type { EdgeState } from "../state.ts";
import type { Door } from "./client.ts";
import { createHttp1 } from "./http1.ts";
import { createHttp2 } from "./http2.ts";
import { readByInlet } from "./read-by-inlet.ts";
import { redirectToHttps } from "./redirect.ts";

/** Limits of what a stranger can send before anything is decided; times in ms, sizes in bytes. */
const LIMITS = {
  header: 32 * 1024,
  headersTimeout: 10_000,
  /** How often late clients are looked for. */
  checkEvery: 1_000,
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
  const open = new Set<Socket>();
  const http1 = createHttp1({
    door,
    handle: edge.onRequest,
    refusal: (...what) => edge.onMalformed(door, ...what),
    limits: bounds,
  });
  const behind: { drain(): void; stop(): void }[] = [http1];
  const settings = { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };
  // A client may close its side and still wait for the answer.
  const server = createServer({ ...settings, pauseOnConnect: !door.secure });
  let serve: (socket: Socket) => void;
  if (door.secure) {
    const plain = createHttp1({
      door,
      handle: (at, request) => redirectToHttps(edge.state(), at, request),
      refusal: (...what) => edge.onMalformed(door, ...what),
      limits: bounds,
    });
    const http2 = createHttp2({
      door,
      handle: edge.onRequest,
      refuse: (request, code, message) => edge.onUnfit(door, request, code, message),
      clock: systemClock,
    });
    behind.push(plain, http2);
    const tls = createTls(edge, bounds.handshake);
    tls.on("secureConnection", (socket: TLSSocket) => {
      socket.on("error", () => socket.destroy());
      socket.allowHalfOpen = true;
      if (socket.alpnProtocol === "h2") http2.take(socket);
      else http1.take(socket);
    });
    tls.on("tlsClientError", (_error, socket: TLSSocket) => socket.destroy());
    serve = (socket) => tellApart(socket, tls, plain, bounds.firstByte);
  } else {
    serve = http1.take;
  }
  server.on("connection", (accepted: Socket) => {
    const leave = edge.admit(accepted.remoteAddress);
    if (!leave) {
      accepted.destroy();
      return;
    }
    const socket = door.secure ? accepted : readByInlet(accepted);
    socket.on("error", () => socket.destroy());
    open.add(socket);
    socket.on("close", () => {
      open.delete(socket);
      leave();
    });
    serve(socket);
  });
  // An error of one connection that is being accepted must not end the rest.
  server.on("error", () => {});

  return {
    server,
    async drain(graceMs) {
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const one of behind) one.drain();
      const force = setTimeout(() => {
        for (const socket of open) socket.destroy();
      }, graceMs);
      await closed;
      clearTimeout(force);
      for (const one of behind) one.stop();
    },
  };
}

/** Certificates come from the snapshot in force: by name where the client names one, else the first. */
function createTls(edge: Edge, handshakeTimeout: number): TlsServer {
  const server = createTlsServer({
    handshakeTimeout,
    ALPNProtocols: ["h2", "http/1.1"],
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

/** TLS begins with the byte 0x16; whoever speaks plain HTTP instead is told where to go. */
function tellApart(socket: Socket, tls: TlsServer, plain: { take(socket: Socket): void }, firstByteMs: number): void {
  const timer = setTimeout(() => socket.destroy(), firstByteMs);
  socket.once("close", () => clearTimeout(timer));
  socket.once("end", () => socket.destroy());
  socket.once("data", (chunk: Buffer) => {
    clearTimeout(timer);
    socket.pause();
    socket.removeAllListeners("end");
    socket.unshift(chunk);
    if (chunk[0] === 0x16) {
      // Who leaves in the handshake waits for no answer: its socket closes at once, not when the handshake is late.
      socket.allowHalfOpen = false;
      tls.emit("connection", socket);
    } else {
      plain.take(socket);
      socket.resume();
    }
  });
}
