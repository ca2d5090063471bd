import { createBuckets } from "../../kit/buckets.ts";
import type { Clock } from "../../kit/clock.ts";
import type { RouteEntry } from "../../wire/snapshot.ts";
import type { Refuse } from "../answer.ts";
import type { Visit } from "../request.ts";

/** Says why a request that was let in is too much for its route; undefined when it is not. */
export type RouteLimits = (visit: Visit, route: RouteEntry) => Refuse | undefined;

/** Makes what counts the requests of each client to routes with a limit. */
export function createRouteLimits(clock: Clock): RouteLimits {
  const buckets = createBuckets(clock);

  function tooMany({ state, client }: Visit, { routeId, rateLimit }: RouteEntry): Refuse | undefined {
    if (!rateLimit) return undefined;
    // Connections are spread over the edges, and no edge knows what the others let through.
    const { edges = 1 } = state.snapshot;
    const burst = Math.max(1, Math.ceil(rateLimit.burst / edges));
    const allowance = buckets.drawFor(routeId, client, rateLimit.perMinute / 60 / edges, burst);
    if (allowance.allowed) return undefined;
    return {
      code: "RATE_LIMIT_EXCEEDED",
      message: `Too many requests for this app from your address. Try again in ${allowance.retryAfter} s.`,
      headers: {
        "Retry-After": String(allowance.retryAfter),
        "X-RateLimit-Limit": String(allowance.limit),
        "X-RateLimit-Remaining": String(allowance.remaining),
        "X-RateLimit-Reset": String(allowance.resetAt),
      },
    };
  }

  return (visit, route) => {
    const many = tooMany(visit, route);
    if (many) return many;
    const { contentLength } = visit.head;
    const isLong = route.maxBodyBytes > 0 && contentLength !== undefined && Number(contentLength) > route.maxBodyBytes;
    return isLong ? bodyTooLarge(route) : undefined;
  };
}

/** The answer to a body that is larger than the route takes. */
export function bodyTooLarge({ maxBodyBytes }: RouteEntry): Refuse {
  return {
    code: "PAYLOAD_TOO_LARGE",
    message: `The body is larger than this app takes: at most ${maxBodyBytes} bytes.`,
  };
}
