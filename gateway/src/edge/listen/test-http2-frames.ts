import type { Socket } from "node:net";

/** A frame of HTTP/2 as it is on the wire (RFC 9113, section 4.1). */
export type Frame = { type: number; flags: number; stream: number; payload: Buffer };

/** Writes a frame. */
export function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** What a client says first: the preface and empty settings. */
export function clientHello(): Buffer {
  return Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frame(4, 0, 0)]);
}

/** A header block of literals without an index (RFC 7541, section 6.2.2), so that it may hold what no library would send. */
export function headerBlock(headers: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(headers).flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]);
  return Buffer.concat(parts);
}

/** A text of the block: its length with a prefix of seven bits (RFC 7541, section 5.1), then its bytes. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value, "latin1");
  const length = bytes.length < 127 ? [bytes.length] : [127];
  let rest = bytes.length - 127;
  if (rest >= 0) {
    for (; rest >= 128; rest >>= 7) length.push((rest & 127) | 128);
    length.push(rest);
  }
  return Buffer.concat([Buffer.from(length), bytes]);
}

/** Collects the frames that come in on a socket from now on. */
export function framesIn(socket: Socket): Frame[] {
  const frames: Frame[] = [];
  let held = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 9) {
      const length = held.readUIntBE(0, 3);
      if (held.length < 9 + length) return;
      const payload = held.subarray(9, 9 + length);
      frames.push({ type: held.readUInt8(3), flags: held.readUInt8(4), stream: held.readUInt32BE(5), payload });
      held = held.subarray(9 + length);
    }
  });
  return frames;
}
