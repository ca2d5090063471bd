import { connect, type Socket } from "node:net";
import { preamble } from "../wire/channel.ts";
import { encodeFacts } from "../wire/request-facts.ts";
import { looksLocal, peerIsOurs } from "./decide/local.ts";
import { UpstreamFault } from "./forward/fault.ts";
import { forward } from "./forward/forward.ts";
import type { Pool } from "./forward/pool.ts";
import type { Visit } from "./request.ts";
import { coreRequestHeaders, HOP_BY_HOP } from "./rewrite/request-headers.ts";

/** Longest wait for the core's answer, in ms. */
const CORE_TIMEOUT_MS = 60_000;

export type ToCore = (visit: Visit, refuse: (fault: UpstreamFault) => void) => Promise<void>;

/** Passes requests for API and pages to the core, with what only the edge can know about them. */
export function createToCore(pool: Pool, socketPath: string, secret: string): ToCore {
  const open = () => openCoreSocket(socketPath, secret, "http");

  return async (visit, refuse) => {
    const { req, res, head, body } = visit;
    const credentialShown = head.authorization !== undefined || head.apiKey !== undefined;
    const local = !credentialShown && (await isLocal(visit));
    const facts = encodeFacts({
      id: visit.id,
      address: visit.client,
      local,
      secure: visit.secure,
      listener: visit.door.name,
    });
    forward(pool, req, res, {
      key: "core",
      open,
      method: req.method as string,
      target: visit.target.path + visit.target.query,
      headers: coreRequestHeaders(req.rawHeaders, head, { upgrade: false, body: body.header }, facts),
      body: body.kind,
      expectsContinue: head.expectsContinue,
      headerTimeoutMs: CORE_TIMEOUT_MS,
      idleTimeoutMs: 0,
      answerHeaders: (_status, raw) => withoutHopByHop(raw),
      onFault: refuse,
      onDone: () => {},
    });
  };
}

/** Does the request come from a program of our own user on this machine? To be asked only when it shows no credential for us (design, section 7). */
export async function isLocal({ req, head, door, state }: Visit): Promise<boolean> {
  if (!state.snapshot.localAccess || req.httpVersion !== "1.1") return false;
  const { remoteAddress, localAddress } = req.socket;
  if (!looksLocal(req.rawHeaders, head.host, door.port, remoteAddress, localAddress)) return false;
  return peerIsOurs(req.socket);
}

/** Connects to the core's private socket and shows the secret. */
export function openCoreSocket(path: string, secret: string, purpose: "http" | "control"): Promise<Socket> {
  return new Promise((done, fail) => {
    const socket = connect(path);
    // Stays for good: whoever takes the socket over listens a moment later.
    socket.on("error", () => fail(new UpstreamFault("connection_refused", "the core does not answer")));
    socket.once("connect", () => {
      socket.write(preamble(secret, purpose));
      done(socket);
    });
  });
}

function withoutHopByHop(raw: readonly string[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    if (!HOP_BY_HOP.has(name) && name !== "content-length") out.push(raw[i] as string, raw[i + 1] as string);
  }
  return out;
}
