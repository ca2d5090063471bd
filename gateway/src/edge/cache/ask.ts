import type { RouteEntry } from "../../wire/snapshot.ts";
import type { UpstreamFault } from "../forward/fault.ts";
import type { Way } from "../forward/forward.ts";
import type { ClientRequest } from "../listen/client.ts";
import type { CacheResult } from "./answer.ts";

/** A request that was let in to a route that keeps answers. */
export type Ask = {
  request: ClientRequest;
  route: RouteEntry;
  /** What the route says about keeping answers. */
  options: NonNullable<RouteEntry["cache"]>;
  way: Way;
  /** Path and query that the upstream gets, and the whole header. */
  target: string;
  headers: readonly string[];
  /** What the cache did; the last word counts. */
  onResult(result: CacheResult): void;
  /** Nothing more will come; whoever is told answers, or breaks off the answer that has begun. */
  onFault(fault: UpstreamFault): void;
  /** The app failed, and an old answer stood in. */
  onStandIn(fault: UpstreamFault): void;
  /** The client wants nothing but what is kept, and there is nothing. */
  onNotKept(): void;
};
