import { type Contestant, peerContestants, routesTo, withToken } from "./contestants.ts";
import { type Gateway, startGateway } from "./gateway.ts";
import { openLab } from "./lab.ts";
import { tls13Peers } from "./nginx-tls13.ts";
import type { Options } from "./options.ts";
import type { Result } from "./result.ts";
import type { Turns } from "./rounds.ts";
import type { Bench, Row } from "./rows/row.ts";

const THOROUGH: Turns = { windowMs: 1500, rounds: 5 };
const QUICK: Turns = { windowMs: 500, rounds: 3 };

/** Takes all wanted figures, one row after the other; each is told as soon as it is there. */
export async function measure(options: Options, tell: (result: Result) => void): Promise<Result[]> {
  const lab = openLab();
  const standing = new Map<boolean, Promise<Gateway>>();
  let securePeers: Promise<Contestant[]> | undefined;
  let fresh: Gateway[] = [];

  const bench: Bench = {
    lab,
    turns: options.quick ? QUICK : THOROUGH,
    gateway(secure) {
      const running =
        standing.get(secure) ??
        startGateway({ config: routesTo(lab), ...(secure ? { certificate: lab.certificate } : {}) });
      standing.set(secure, running);
      return running;
    },
    async freshGateway(more) {
      const gateway = await startGateway(more);
      fresh.push(gateway);
      return gateway;
    },
    async contestants(secure): Promise<Contestant[]> {
      if (!secure) return [withToken(await bench.gateway(false)), ...peerContestants(lab, false)];
      securePeers ??= tls13Peers(lab);
      return [withToken(await bench.gateway(true)), ...(await securePeers)];
    },
  };

  const results: Result[] = [];
  for (const row of options.rows) {
    const result = await resultOf(row, bench);
    results.push(result);
    tell(result);
    for (const gateway of fresh) await gateway.stop();
    fresh = [];
  }
  return results;
}

/** A row that throws has failed; the others go on. */
async function resultOf({ id, title, run }: Row, bench: Bench): Promise<Result> {
  try {
    return { id, title, failures: [], notes: [], ...(await run(bench)) };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { id, title, lines: [], gates: [], notes: [], failures: [failure] };
  }
}
