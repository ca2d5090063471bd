import type { IncomingMessage, ServerResponse } from "node:http";

/** How long what is left of a body is read and thrown away, in ms. */
const DISCARD_MS = 5_000;

/**
 * Ends an answer that came before the request's body did. The rest of the body is read and thrown away first: closing
 * at once would reset the connection, and the client, still sending, might never see the answer (RFC 9112, section
 * 9.6). Who goes on sending for longer is cut.
 */
export function endAfterBody(req: IncomingMessage, res: ServerResponse, text?: string): void {
  if (req.complete || req.destroyed) {
    res.end(text);
    return;
  }
  if (text !== undefined) res.write(text);
  const timer = setTimeout(() => req.socket.destroy(), DISCARD_MS);
  req.once("end", () => res.end()).once("close", () => clearTimeout(timer));
  req.resume();
}
