import { Socket } from "node:net";
import { Inlet } from "../inlet.ts";

/** What node keeps below a socket; `useUserBuffer` is what makes `onread` work. */
type Handle = { useUserBuffer?: unknown };

/**
 * The socket of a connection that was accepted and is paused, made anew so that it is read by an {@link Inlet}: node
 * takes new memory for each read otherwise, which costs a tenth of a small request. It offers `onread` only to those who
 * connect, so that the handle has to be moved, which is not public: where it is not as expected, the answer is the
 * socket as it came.
 */
export function readByInlet(accepted: Socket): Socket {
  const owner = accepted as unknown as { _handle?: Handle | null };
  const handle = owner._handle;
  if (typeof handle?.useUserBuffer !== "function") return accepted;
  owner._handle = null;
  const inlet = new Inlet();
  const socket = new Socket({ handle, allowHalfOpen: accepted.allowHalfOpen, onread: inlet.onread } as never);
  inlet.belongTo(socket);
  // The server counts its connections by the socket that it made.
  socket.once("close", () => accepted.destroy());
  return socket;
}
