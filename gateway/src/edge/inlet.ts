import type { OnReadOpts, Socket } from "node:net";
import { COPIED } from "./listen/client.ts";

/** Read at once from whoever sends much, in bytes. */
const LARGE = 128 * 1024;

/** What all sockets are read into: whoever takes so little copies it before the next read. */
const shared = Buffer.allocUnsafeSlow(COPIED);

/** `latin1Slice` is what `toString` ends in; the types do not know it. */
type Latin1Buffer = Buffer & { latin1Slice(from: number, to: number): string };

const inlets = new WeakMap<Socket, Inlet>();

/**
 * Takes what a socket receives without memory of its own for each read. `take` answers whether the bytes may be
 * overwritten; of up to {@link COPIED} bytes it must have made a copy.
 */
export class Inlet {
  take: (bytes: Buffer) => boolean = () => true;
  /** Takes small pieces as latin1 text instead, which costs less than a view of the memory. */
  takeText: ((text: string) => void) | undefined;
  #next: Buffer = shared;
  #same = false;

  /** Options for the socket that is read so. */
  readonly onread: OnReadOpts = {
    // Node keeps the memory that it has where it gets none, which costs less than being given the same again.
    buffer: () => (this.#same ? (undefined as never) : this.#next),
    callback: (count, bytes) => {
      this.#read(count, bytes as Latin1Buffer);
      this.#same = this.#next === bytes;
      return true;
    },
  };

  #read(count: number, bytes: Latin1Buffer): void {
    if (this.takeText && count <= COPIED) {
      this.takeText(bytes.latin1Slice(0, count));
      this.#next = count === bytes.length ? Buffer.allocUnsafeSlow(LARGE) : shared;
      return;
    }
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

/** The same with pieces of up to {@link COPIED} bytes as latin1 text. */
export function readTextFrom(socket: Socket, takeText: (text: string) => void, take: (bytes: Buffer) => boolean): void {
  const inlet = inlets.get(socket);
  if (inlet) {
    inlet.take = take;
    inlet.takeText = takeText;
  } else {
    socket.on("data", (bytes: Buffer) => {
      if (bytes.length <= COPIED) takeText(bytes.toString("latin1"));
      else take(bytes);
    });
  }
}

/** Ends what {@link readFrom} began; the socket is to be paused. */
export function stopReading(socket: Socket, take: (bytes: Buffer) => boolean): void {
  const inlet = inlets.get(socket);
  if (!inlet) socket.off("data", take);
}
