import { errorBody } from "../../kit/problem.ts";
import { isRefusal, readTarget } from "../decide/target.ts";
import type { EdgeState } from "../state.ts";
import type { ClientRequest, Door } from "./client.ts";

/** Answers a plain request on a TLS port: go on with https, to one of our own names only. */
export function redirectToHttps(state: EdgeState | undefined, door: Door, request: ClientRequest): void {
  const { head } = request;
  const target = readTarget(request.target, head.host);
  const version = state?.snapshot.version ?? "";
  const allowed = state && head.hostCount === 1 && state.hostAllowed(head.host);
  request.closeAfter();
  if (!allowed || isRefusal(target)) {
    const code = isRefusal(target) ? target.code : "HOST_NOT_ALLOWED";
    const message = isRefusal(target) ? target.message : "This port speaks HTTPS, and not for that host name.";
    request.answer(
      isRefusal(target) ? 400 : 421,
      ["Content-Type", "application/json", "X-API-Version", version],
      `${JSON.stringify(errorBody(code, message))}\n`,
    );
    return;
  }
  // The port by which the client came, which a container's port mapping may have changed.
  const host = /:\d+$/.test(head.host) || door.port === 443 ? head.host : `${head.host}:${door.port}`;
  const location = `https://${host}${target.path}${target.query}`;
  request.answer(308, ["Location", location, "X-API-Version", version], "");
}
