/** The other end of idle WebSockets: accepts each handshake, says nothing more, and tells its port first. */
import { createHash } from "node:crypto";
import { createServer } from "node:net";

/** RFC 6455, section 1.3. */
const MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

const server = createServer((socket) => {
  let head = "";
  const onData = (chunk: Buffer): void => {
    head += chunk.toString("latin1");
    if (!head.includes("\r\n\r\n")) return;
    socket.off("data", onData).resume();
    const key = /\r\nsec-websocket-key: *(\S+)/i.exec(head)?.[1] ?? "";
    const accept = createHash("sha1")
      .update(key + MAGIC)
      .digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
  };
  socket.on("data", onData).on("error", () => {});
});
server.listen({ host: "127.0.0.1", port: 0, backlog: 1024 }, () => {
  const { port } = server.address() as { port: number };
  console.log(port);
});
