import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Gateway } from "../harness/gateway.ts";

/** Connections that are opened at a time. */
const AT_ONCE = 32;

/**
 * Opens sockets from eight addresses on both listeners; by turns they have had an answer and wait for the next request,
 * or are WebSockets of an endurance app that have echoed. Rejects when one is not served.
 */
export async function openIdle(
  gateway: Gateway,
  { path, authorization, secure }: { path: string; authorization: string; secure: boolean },
  count: number,
): Promise<Socket[]> {
  const sockets: Socket[] = [];
  let session: Buffer | undefined;

  function dial(port: number, localAddress: string): Socket {
    const to = { port, host: "127.0.0.1", localAddress, noDelay: true };
    if (!secure) return connectTcp(to);
    const socket = connectTls({ ...to, rejectUnauthorized: false, session });
    return socket.on("session", (fresh) => {
      session = fresh;
    });
  }

  async function open(index: number): Promise<void> {
    const port = index % 4 < 2 ? gateway.apiPort : gateway.appsPort;
    const isWebSocket = index % 2 === 0;
    const socket = dial(port, `127.0.0.${2 + (index % 8)}`);
    sockets.push(socket);
    await once(socket, secure ? "secureConnect" : "connect");
    const to = `${path}${isWebSocket ? "ws" : "quick"}`;
    const upgrade = isWebSocket ? UPGRADE : "";
    socket.write(`GET ${to} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: ${authorization}\r\n${upgrade}\r\n`);
    const [answer] = await once(socket, "data");
    if (!String(answer).startsWith(`HTTP/1.1 ${isWebSocket ? 101 : 200} `)) throw new Error(String(answer));
    if (isWebSocket) {
      socket.write("hello");
      await once(socket, "data");
    }
    socket.on("error", () => {});
  }

  let begun = 0;
  const next = async () => {
    while (begun < count) await open(begun++);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, next));
  return sockets;
}

const UPGRADE =
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
