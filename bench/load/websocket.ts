import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

/** Opens a plain connection and a WebSocket on it. Throws when the answer is not 101. Bytes after it are not expected. */
export function openWebSocket(
  address: string,
  headers: Readonly<Record<string, string>>,
  localAddress?: string,
): Promise<Socket> {
  const { hostname, port, host, pathname } = new URL(address);
  const lines = [
    `GET ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return new Promise((done, fail) => {
    const socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      ...(localAddress && { localAddress }),
    });
    let head = "";
    const onData = (chunk: Buffer): void => {
      head += chunk.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      socket.off("data", onData).off("error", fail);
      if (head.startsWith("HTTP/1.1 101 ")) done(socket);
      else fail(new Error(`the WebSocket was refused: ${head.split("\r\n", 1)[0]}`));
    };
    socket.on("data", onData).on("error", fail);
    socket.once("close", () => fail(new Error("the connection was closed during the handshake")));
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  });
}

/** A masked text frame of at most 125 bytes, as clients send it. */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  if (payload.length > 125) throw new Error("frames of one length byte only");
  const mask = randomBytes(4);
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] as number));
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length]), mask, masked]);
}

/** Bytes of an unmasked frame, as servers send it, with a payload of at most 125 bytes. */
export function answerBytes(text: string): number {
  return 2 + Buffer.byteLength(text);
}
