import type { connectionTest as contract } from "@nekzus/contract";
import type { z } from "zod";
import type { Clock } from "../../kit/clock.ts";
import { type Resolve, resolveHost } from "../../kit/outbound.ts";
import { readCaFile } from "./ca-files.ts";
import { type Asker, type ConnectionPlan, type ConnectionQuestion, planConnection } from "./connection-plan.ts";
import { type ConnectionRun, runConnectionTest } from "./connection-run.ts";
import { wordsFor } from "./connection-verdict.ts";
import { createStepLog } from "./step-log.ts";
import { createTurns } from "./turns.ts";
import type { SocketPlaces } from "./upstream.ts";

/** What a connection test found. */
export type ConnectionReport = z.output<typeof contract.ConnectionReport>;

/** Longest time of a whole test, in ms. */
const TOTAL_MS = 10_000;

/** Tests at the same time, and how many may wait for one of these places. */
const TESTS_AT_ONCE = 4;
const MOST_WAITING = 8;
/** Tests of one caller at the same time, and in a minute: enough for a person, too few to search a network with. */
const MOST_OF_ONE = 3;
const MOST_A_MINUTE = 30;

export type ConnectionTest = {
  /**
   * Tests an upstream. Throws `VALIDATION_FAILED` for what could not be saved, `FORBIDDEN`, `RATE_LIMIT_EXCEEDED` and
   * `SERVICE_UNAVAILABLE` for too many tests; whatever the upstream does is in the report.
   */
  test(question: ConnectionQuestion, asker: Asker): Promise<ConnectionReport>;
};

/**
 * Tests upstreams for real, from where the edge will reach them (40 R3): name, connection, certificate, one GET, an
 * upgrade. The rules for addresses are those of saving a route, connections are made only to addresses that passed
 * them, and nothing of the caller but its address goes along. Redirects are reported and never followed.
 */
export function createConnectionTest(options: {
  clock: Clock;
  resolve?: Resolve;
  /** Is this address and port one of the gateway's own listeners? */
  isOwnListener(address: string, port: number): boolean;
  /** Where sockets of apps may lie. */
  sockets(): SocketPlaces;
}): ConnectionTest {
  const { clock, resolve = resolveHost, isOwnListener, sockets } = options;
  const turns = createTurns({
    ...{ clock, what: "connection tests", totalMs: TOTAL_MS },
    ...{ atOnce: TESTS_AT_ONCE, mostWaiting: MOST_WAITING, mostOfOne: MOST_OF_ONE, mostAMinute: MOST_A_MINUTE },
  });

  async function report(plan: ConnectionPlan, question: ConnectionQuestion): Promise<ConnectionReport> {
    const began = clock.monotonic();
    const { secure, host, port, socketPath } = plan.upstream;
    const { path, url, prefix, publicHost } = plan;
    const { insecureSkipVerify, serverName, websocket, stripPrefix } = question;
    const caPem = question.caFile ? await readCaFile(question.caFile) : undefined;
    const sentHost = plan.headers.host ?? host;
    const run: ConnectionRun = {
      ...{ plan, insecureSkipVerify, websocket, clock, resolve, isOwnListener },
      socketPlaces: sockets,
      trust: { caPem, name: serverName || host },
      left: () => Math.max(0, TOTAL_MS - (clock.monotonic() - began)),
      log: createStepLog(clock),
      facts: { secure, host, port, socketPath, path, url, prefix, publicHost, stripPrefix, sentHost, addresses: [] },
      sockets: [],
    };
    try {
      const verdict = await runConnectionTest(run);
      const { certificate, status, location, title, addresses } = run.facts;
      return {
        verdict,
        ...wordsFor(verdict, run.facts),
        url,
        ...(run.upstreamClass && { upstreamClass: run.upstreamClass }),
        addresses: [...addresses],
        steps: run.log.all(),
        ...(certificate && { certificate }),
        ...(status !== undefined && { httpStatus: status }),
        ...(location !== undefined && { location }),
        ...(title !== undefined && { title }),
        totalMs: Math.round(clock.monotonic() - began),
      };
    } finally {
      for (const socket of run.sockets) socket.destroy();
    }
  }

  return {
    async test(question, asker) {
      const plan = planConnection(question, asker);
      return turns.run(asker.id, () => report(plan, question));
    },
  };
}
