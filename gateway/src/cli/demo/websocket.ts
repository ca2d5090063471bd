import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** One end of a WebSocket connection that carries text. */
export type TextSocket = {
  send(text: string): void;
  /** Says goodbye and lets go of the connection without waiting for the other end. */
  close(): void;
};

export type TextSocketHandlers = {
  onText(text: string): void;
  /** Called once, whatever ended the connection. */
  onEnd(): void;
};

/** The fixed text of the handshake (RFC 6455 §1.3). */
const HANDSHAKE_ID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** Longest message, in bytes, also over all its fragments: what a 16-bit length can say. */
const MAX_MESSAGE = 64 * 1024 - 1;
/** Most pieces of one message: empty ones cost memory as well. */
const MAX_FRAGMENTS = 100;

const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const CLOSE = { normal: 1000, protocol: 1002, notText: 1003, badText: 1007, tooBig: 1009 } as const;

/**
 * Answers a WebSocket handshake and speaks text over the connection: RFC 6455 without extensions and
 * subprotocols. Answers 400 or 426 and returns undefined when the request is no handshake.
 */
export function acceptTextSocket(
  request: IncomingMessage,
  stream: Duplex,
  head: Buffer,
  handlers: TextSocketHandlers,
): TextSocket | undefined {
  stream.on("error", () => stream.destroy());
  const refusal = refuse(request);
  if (refusal) {
    stream.end(`HTTP/1.1 ${refusal}\r\nSec-WebSocket-Version: 13\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    return undefined;
  }
  const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}${HANDSHAKE_ID}`).digest("base64");
  stream.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  return speak(stream, head, handlers);
}

function refuse(request: IncomingMessage): string | undefined {
  const { upgrade, "sec-websocket-version": version, "sec-websocket-key": key } = request.headers;
  if (request.method !== "GET" || upgrade?.toLowerCase() !== "websocket") return "400 Bad Request";
  if (version !== "13") return "426 Upgrade Required";
  if (typeof key !== "string" || Buffer.from(key, "base64").length !== 16) return "400 Bad Request";
  return undefined;
}

function speak(stream: Duplex, head: Buffer, { onText, onEnd }: TextSocketHandlers): TextSocket {
  let unread: Buffer = head;
  let fragments: Buffer[] = [];
  let closing = false;

  function send(opcode: number, payload: Buffer): void {
    if (!closing && stream.writable) stream.write(frame(opcode, payload));
  }

  function close(code: number): void {
    if (closing) return;
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    send(OPCODE.close, payload);
    closing = true;
    stream.end();
  }

  /** Handles every whole frame that has come. */
  function readAll(): void {
    while (!closing) {
      const read = readFrame(unread);
      if (read === "more") return;
      const code = typeof read === "number" ? read : take(read);
      if (code !== undefined) close(code);
      if (typeof read !== "number") unread = unread.subarray(read.length);
    }
  }

  /** Handles one frame; a number is the code to close with. */
  function take({ opcode, final, payload }: Frame): number | undefined {
    if (opcode === OPCODE.close) return CLOSE.normal;
    if (opcode === OPCODE.binary) return CLOSE.notText;
    if (opcode === OPCODE.ping) send(OPCODE.pong, payload);
    if (opcode >= OPCODE.ping) return undefined;
    // A message begins with its opcode and goes on with continuations (RFC 6455 §5.4).
    if ((opcode === OPCODE.continuation) === (fragments.length === 0)) return CLOSE.protocol;
    fragments.push(payload);
    if (fragments.length > MAX_FRAGMENTS) return CLOSE.tooBig;
    if (fragments.reduce((sum, part) => sum + part.length, 0) > MAX_MESSAGE) return CLOSE.tooBig;
    if (!final) return undefined;
    const text = decodeText(Buffer.concat(fragments));
    fragments = [];
    if (text === undefined) return CLOSE.badText;
    onText(text);
    return undefined;
  }

  stream.on("data", (chunk: Buffer) => {
    if (closing) return;
    unread = unread.length ? Buffer.concat([unread, chunk]) : chunk;
    readAll();
  });
  stream.on("end", () => stream.end());
  stream.on("close", onEnd);
  readAll();

  return {
    send: (text) => send(OPCODE.text, Buffer.from(text)),
    close() {
      close(CLOSE.normal);
      stream.end(() => stream.destroy());
    },
  };
}

type Frame = { opcode: number; final: boolean; payload: Buffer; length: number };

/** The first frame of the bytes (RFC 6455 §5.2): the frame, "more" when it is not whole, or a code to close with. */
function readFrame(bytes: Buffer): Frame | "more" | number {
  if (bytes.length < 2) return "more";
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)];
  const [final, opcode] = [first >= 0x80, first & 0x0f];
  const known = (Object.values(OPCODE) as number[]).includes(opcode);
  // Reserved bits belong to extensions, of which there are none, and clients must mask.
  if ((first & 0x70) !== 0 || !known || second < 0x80) return CLOSE.protocol;
  let size = second & 0x7f;
  if (opcode >= OPCODE.close && (size > 125 || !final)) return CLOSE.protocol;
  if (size === 127) return CLOSE.tooBig;
  let at = 2;
  if (size === 126) {
    if (bytes.length < 4) return "more";
    size = bytes.readUInt16BE(2);
    at = 4;
  }
  if (bytes.length < at + 4 + size) return "more";
  const payload = Buffer.from(bytes.subarray(at + 4, at + 4 + size));
  for (let i = 0; i < size; i++) payload[i] = (payload[i] as number) ^ (bytes[at + (i & 3)] as number);
  return { opcode, final, payload, length: at + 4 + size };
}

function frame(opcode: number, payload: Buffer): Buffer {
  const small = payload.length < 126;
  const header = Buffer.alloc(small ? 2 : 4);
  header.writeUInt8(0x80 | opcode, 0);
  header.writeUInt8(small ? payload.length : 126, 1);
  if (!small) header.writeUInt16BE(payload.length, 2);
  return Buffer.concat([header, payload]);
}

function decodeText(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
