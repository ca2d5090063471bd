import { expect } from "vitest";
import { eventually } from "../harness/eventually.ts";
import type { Gateway } from "../harness/gateway.ts";
import { type Holdings, type Inspected, inspect } from "../harness/holdings.ts";
import type { EnduranceApp } from "./endurance-app.ts";

/**
 * What may remain. An edge keeps up to 64 idle connections to its core for a minute. What JavaScript keeps alive
 * (compiled code, caches with a bound) changes by less than 3 MB from one run to the next; 100 000 requests that leaked
 * 100 bytes each would be 10 MB. Of what OpenSSL and node had in buffers the allocator gives back only a part: some
 * 40 kB for each connection over TLS that was open at the same time.
 */
const REMAINS = { toCore: 64, kept: 6, memory: 100 };

/** Idle connections that an edge keeps to an app. */
const IDLE_TO_APP = 64;

type Both = Record<"edge" | "core", Holdings>;

/** Edge and core of a gateway, whose holdings are compared with those of the beginning. */
export type Watched = {
  edge: Inspected;
  measure(): Promise<Both>;
  /** What is held now is where it should return to. */
  begin(): Promise<Both>;
  /** Fails unless the app's connections are closed or idle, and both hold what they held at the beginning, within moments. */
  expectNothingLeft(): Promise<void>;
};

/** Watches a gateway that was started with `INSPECTABLE`, and its app. */
export async function watch(gateway: Gateway, app: EnduranceApp): Promise<Watched> {
  const { edge, core } = gateway.children();
  const processes = {
    edge: await inspect(gateway, edge[0] as number, [app.port]),
    core: await inspect(gateway, core[0] as number, []),
  };
  let before: Both | undefined;
  const measure = async () => ({ edge: await processes.edge.holdings(), core: await processes.core.holdings() });

  async function settled(): Promise<void> {
    await eventually("nothing is under way for the app", () => app.open().busy === 0, 5_000);
    expect(app.open().connections).toBeLessThanOrEqual(IDLE_TO_APP);
    app.cut();
  }

  return {
    edge: processes.edge,
    measure,
    async begin() {
      await settled();
      before = await eventually(
        "the edge has noticed who is gone",
        async () => {
          const now = await measure();
          return !now.edge.descriptors.dead && now;
        },
        3_000,
      );
      return before;
    },
    async expectNothingLeft() {
      await settled();
      let left: string[] = [];
      const deadline = performance.now() + 5_000;
      do left = before ? differences(before, await measure()) : ["it was not measured before"];
      while (left.length && performance.now() < deadline);
      expect(left).toEqual([]);
    },
  };
}

/** What there is more of than before, and may not be. */
function differences(before: Both, now: Both): string[] {
  const found: string[] = [];
  for (const role of ["edge", "core"] as const) {
    for (const what of ["descriptors", "handles"] as const) {
      for (const [kind, is] of Object.entries(now[role][what])) {
        const more = is - (before[role][what][kind] ?? 0);
        if (more > mayRemain(kind)) found.push(`${role}: ${more} more of ${kind}`);
      }
    }
    for (const what of ["kept", "memory"] as const) {
      const more = now[role][what] - before[role][what];
      if (more > REMAINS[what]) found.push(`${role}: ${more.toFixed(1)} MB more of ${what}`);
    }
  }
  return found;
}

function mayRemain(kind: string): number {
  if (kind === "unix" || kind === "PipeWrap") return REMAINS.toCore;
  // A line of the access log that is just being written, and what the end of the loop's round takes care of.
  return kind === "file" || kind === "Immediate" || kind.startsWith("FSReq") ? 1 : 0;
}
