import { events } from "./events.ts";
import { http2 } from "./http2.ts";
import { idleSockets } from "./idle-sockets.ts";
import { latency } from "./latency.ts";
import { lists } from "./lists.ts";
import { lookup } from "./lookup.ts";
import { rewriting } from "./rewriting.ts";
import type { Row } from "./row.ts";
import { atRest, start } from "./start.ts";
import { download, proxied, proxied100k, proxiedTls } from "./throughput.ts";
import { twoEdges } from "./two-edges.ts";
import { websocket } from "./websocket.ts";

/** Everything that can be measured, in the order in which it is. */
export const ROWS: readonly Row[] = [
  proxied,
  proxiedTls,
  download,
  proxied100k,
  rewriting,
  websocket,
  latency,
  http2,
  twoEdges,
  idleSockets,
  events,
  atRest,
  start,
  lookup,
  lists,
];
