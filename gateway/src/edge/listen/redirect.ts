import type { IncomingMessage, ServerResponse } from "node:http";
import { errorBody } from "../../kit/problem.ts";
import { readHead } from "../decide/head.ts";
import { isRefusal, readTarget } from "../decide/target.ts";
import type { Edge } from "../edge.ts";
import type { Door } from "../request.ts";

/** Answers a plain request on a TLS port: go on with https, to one of our own names only. */
export function redirectToHttps(edge: Edge, door: Door, req: IncomingMessage, res: ServerResponse): void {
  const state = edge.state();
  const head = readHead(req.rawHeaders);
  const target = readTarget(req.url ?? "", head.host);
  const version = state?.snapshot.version ?? "";
  const allowed = state && head.hostCount === 1 && state.hostAllowed(head.host);
  if (!allowed || isRefusal(target)) {
    const code = isRefusal(target) ? target.code : "HOST_NOT_ALLOWED";
    const message = isRefusal(target) ? target.message : "This port speaks HTTPS, and not for that host name.";
    res.writeHead(isRefusal(target) ? 400 : 421, {
      "Content-Type": "application/json",
      "X-API-Version": version,
      Connection: "close",
    });
    res.end(`${JSON.stringify(errorBody(code, message))}\n`);
    return;
  }
  // The port by which the client came, which a container's port mapping may have changed.
  const host = /:\d+$/.test(head.host) || door.port === 443 ? head.host : `${head.host}:${door.port}`;
  res.writeHead(308, {
    Location: `https://${host}${target.path}${target.query}`,
    "X-API-Version": version,
    "Content-Length": 0,
    Connection: "close",
  });
  res.end();
}
