import type { OnReadOpts, Socket } from "node:net";
import { COPIED } from "./listen/client.ts";

/** Read at once from whoever sends much, in bytes. */
const LARGE = 128 * 1024;

/** What all sockets are read into: whoever takes so little copies it before the next read. */
const shared = Buffer.allocUnsafeSlow(COPIED);

const inlets = new WeakMap<Socket, Inlet>();

/**
 * Takes what a socket receives without memory of its own for each read. `take` answers whether the bytes may be
 * overwritten; of up to {@link COPIED} bytes it must have made a copy.
 */
export class Inlet {
  take: (bytes: Buffer) => boolean = () => true;
  #next: Buffer = shared;

  /** Options for the socket that is read so. */
  readonly onread: OnReadOpts = {
    buffer: () => this.#next,
    callback: (count, bytes) => {
      this.#read(count, bytes as Buffer);
      return true;
    },
  };

  #read(count: number, bytes: Buffer): void {
    const isFree = this.take(count === bytes.length ? bytes : bytes.subarray(0, count));
    if (count === bytes.length) this.#next = isFree && bytes.length === LARGE ? bytes : Buffer.allocUnsafeSlow(LARGE);
    else if (count <= COPIED) this.#next = shared;
    else if (!isFree) this.#next = Buffer.allocUnsafeSlow(LARGE);
  }

  /** Remembers whose it is. */
  belongTo(socket: Socket): void {
    inlets.set(socket, this);
  }
}

/** Hands over what the socket receives from now on, however it is read. */
export function readFrom(socket: Socket, take: (bytes: Buffer) => boolean): void {
  const inlet = inlets.get(socket);
  if (inlet) inlet.take = take;
  else socket.on("data", take);
}

/** Ends what {@link readFrom} began; the socket is to be paused. */
export function stopReading(socket: Socket, take: (bytes: Buffer) => boolean): void {
  const inlet = inlets.get(socket);
  if (!inlet) socket.off("data", take);
}
