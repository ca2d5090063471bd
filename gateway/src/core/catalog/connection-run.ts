import type { Socket } from "node:net";
import { addressKind, canonicalAddress } from "../../kit/addresses.ts";
import type { Clock } from "../../kit/clock.ts";
import type { ReachableKind, Resolve } from "../../kit/outbound.ts";
import { Problem } from "../../kit/problem.ts";
import { checkSocket } from "../../kit/unix-sockets.ts";
import type { ConnectionPlan } from "./connection-plan.ts";
import {
  ask,
  askForWebSocket,
  openConnection,
  openSocket,
  StepFault,
  startTls,
  type Trust,
  type Within,
} from "./connection-steps.ts";
import { type ConnectionFacts, type ConnectionVerdict, verdictOnAnswer, wordsFor } from "./connection-verdict.ts";
import { pageTitle } from "./page-title.ts";
import type { StepLog } from "./step-log.ts";
import { classifyUpstream, type SocketPlaces } from "./upstream.ts";
import { readCertificate } from "./upstream-certificate.ts";

/** Longest time of the parts of a test, in ms. What is left of the whole cuts each of them short. */
const RESOLVE_MS = 3000;
const CONNECT_MS = 4000;
const LEAST_CONNECT_MS = 500;
const TLS_MS = 3000;
/** For the question whether the port speaks the other scheme. */
const OTHER_SCHEME_MS = 2000;
/** What is kept of the whole for the page and the upgrade, after an answer that was long in coming. */
const KEPT_MS = 2000;

/** Addresses of one name that are tried; a name can have thousands. */
const MOST_ADDRESSES = 6;
/** Longest redirect target that is reported, in characters. */
const MAX_LOCATION = 500;

/** What one test works with, and what it finds out. */
export type ConnectionRun = {
  plan: ConnectionPlan;
  insecureSkipVerify: boolean;
  trust: Trust;
  websocket: boolean;
  clock: Clock;
  resolve: Resolve;
  isOwnListener(address: string, port: number): boolean;
  /** Where sockets of apps may lie. */
  socketPlaces(): SocketPlaces;
  /** Milliseconds that are left of the whole test. */
  left(): number;
  log: StepLog;
  facts: ConnectionFacts;
  /** Every connection that was opened; the caller ends them. */
  sockets: Socket[];
  upstreamClass?: ReachableKind;
};

/** Goes through the steps until one of them decides. */
export async function runConnectionTest(run: ConnectionRun): Promise<ConnectionVerdict> {
  const { socketPath } = run.plan.upstream;
  const found = socketPath === undefined ? await find(run) : [socketPath];
  if (!found.length) return "unknown-host";
  const allowed = await choose(run, found);
  if (!allowed.length) return "not-allowed";
  try {
    const connection = await connectFirst(run, allowed);
    const verdict = await (run.plan.upstream.secure ? overTls(run, connection) : overPlain(run, connection));
    return run.websocket && works(verdict, run.facts) ? await upgrade(run, connection.address, verdict) : verdict;
  } catch (error) {
    if (!(error instanceof StepFault)) throw error;
    run.facts.reason = error.message;
    run.facts.failedAt = run.log.all().find(({ status }) => status === "failed")?.name;
    return error.kind;
  }
}

/** The addresses of the host; none, with the reason among the facts. */
async function find(run: ConnectionRun): Promise<readonly string[]> {
  const { facts, log } = run;
  const { host } = run.plan.upstream;
  const literal = canonicalAddress(host);
  if (literal) {
    log.note("resolve", { detail: "an address, no name to look up" });
    return [literal];
  }
  try {
    return await log.run("resolve", () => lookUp(host, run.resolve, within(run, RESOLVE_MS)));
  } catch (error) {
    facts.reason = (error as Error).message;
    return [];
  }
}

function lookUp(host: string, resolve: Resolve, { clock, ms }: Within): Promise<readonly string[]> {
  return new Promise((done, fail) => {
    const timer = clock.after(ms, () => fail(new Error(`no name server answered within ${ms / 1000} s`)));
    resolve(host)
      .then((found) => (found.length ? done(found) : fail(new Error("the name is not known"))))
      .catch((error: NodeJS.ErrnoException) =>
        fail(
          new Error(error.code === "EAI_AGAIN" ? "no name server answers at the moment" : "the name is not known", {
            cause: error,
          }),
        ),
      )
      .finally(() => timer.cancel());
  });
}

/** Of the addresses those that a route may have: what saving refuses is refused here (security.md: ssrf). */
async function choose(run: ConnectionRun, found: readonly string[]): Promise<readonly string[]> {
  const { facts, log, plan, clock, isOwnListener, socketPlaces } = run;
  const resolve = async () => found;
  try {
    const { addressClass } = await classifyUpstream(plan.upstream, {
      ...{ resolve, clock, isOwnListener },
      sockets: socketPlaces,
    });
    if (plan.upstream.socketPath !== undefined) {
      run.upstreamClass = addressClass;
      log.note("resolve", { detail: "a socket, no name to look up" });
      return found;
    }
    const allowed = found.filter((address) => addressKind(address) === addressClass).slice(0, MOST_ADDRESSES);
    const others = found.filter((address) => addressKind(address) !== addressClass).slice(0, MOST_ADDRESSES);
    run.upstreamClass = addressClass;
    facts.addresses = allowed;
    if (others.length) {
      log.note("resolve", { status: "warned", detail: `${allowed.join(", ")}; not used: ${others.join(", ")}` });
    } else if (allowed[0] !== plan.upstream.host) log.note("resolve", { detail: allowed.join(", ") });
    return allowed;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    facts.reason = error.details?.[0]?.reason ?? error.message;
    facts.addresses = found.slice(0, MOST_ADDRESSES);
    log.note("resolve", { status: "failed", detail: facts.reason });
    return [];
  }
}

function works(verdict: ConnectionVerdict, facts: ConnectionFacts): boolean {
  return wordsFor(verdict, facts).ok;
}

type Connection = { socket: Socket; address: string };

/** The first address that takes a connection, as the edge would find it. Throws {@link StepFault}. */
async function connectFirst(run: ConnectionRun, addresses: readonly string[]): Promise<Connection> {
  const until = run.clock.monotonic() + within(run, CONNECT_MS).ms;
  const faults: StepFault[] = [];
  const connection = await run.log.run("connect", async () => {
    for (const [index, address] of addresses.entries()) {
      const share = (until - run.clock.monotonic()) / (addresses.length - index);
      try {
        return { socket: await open(run, address, Math.max(LEAST_CONNECT_MS, share)), address };
      } catch (error) {
        if (!(error instanceof StepFault)) throw error;
        faults.push(error);
      }
    }
    // What says most goes first: somebody is there and refuses.
    throw faults.find(({ kind }) => kind === "refused") ?? faults[0] ?? new StepFault("timed-out", "no time was left");
  });
  const before = faults.map(({ message }) => message);
  run.log.note("connect", {
    status: before.length ? "warned" : "passed",
    detail: [...before, `connected to ${connection.address}`].join("; "),
  });
  return connection;
}

/** TLS first, with the certificate judged, then the question. Throws {@link StepFault}. */
async function overTls(run: ConnectionRun, { socket, address }: Connection): Promise<ConnectionVerdict> {
  const { facts, log } = run;
  try {
    const secure = await log.run("tls", () => startTls(socket, run.trust, within(run, TLS_MS)));
    facts.certificate = readCertificate(secure, run.trust.name);
    log.note("tls", { detail: secure.getProtocol() ?? "TLS" });
    if (!secure.authorized) {
      facts.reason = facts.certificate?.problem ?? "it shows no certificate";
      log.note("tls", { status: run.insecureSkipVerify ? "warned" : "failed", detail: facts.reason });
      if (!run.insecureSkipVerify) return "bad-certificate";
    }
    return await answer(run, secure);
  } catch (error) {
    const inHandshake = log.all().some(({ name, status }) => name === "tls" && status === "failed");
    if (inHandshake && (await speaksHttp(run, address))) return "tls-on-plain-port";
    throw error;
  }
}

/** The question without TLS. Throws {@link StepFault}. */
async function overPlain(run: ConnectionRun, { socket, address }: Connection): Promise<ConnectionVerdict> {
  try {
    const verdict = await answer(run, socket);
    // Some servers say in plain HTTP that their port is for TLS.
    return run.facts.status === 400 && (await speaksTls(run, address)) ? "plain-http-on-tls-port" : verdict;
  } catch (error) {
    const odd = error instanceof StepFault && (error.kind === "not-http" || error.kind === "closed-early");
    if (odd && (await speaksTls(run, address))) return "plain-http-on-tls-port";
    throw error;
  }
}

/** Sends the one GET. Throws {@link StepFault}. */
async function answer(run: ConnectionRun, channel: Socket): Promise<ConnectionVerdict> {
  const { facts, log, plan } = run;
  const limit = within(run, run.left() - KEPT_MS);
  const got = await log.run("http", () => ask(channel, plan, limit));
  facts.status = got.status;
  facts.firstByteMs = got.firstByteMs;
  facts.location = got.headers.location?.slice(0, MAX_LOCATION);
  facts.title = pageTitle(got.page);
  const verdict = verdictOnAnswer(facts);
  if (verdict !== "redirects") facts.location = undefined;
  const fine = verdict === "good" || verdict === "redirects" ? "passed" : "warned";
  log.note("http", {
    status: works(verdict, facts) ? fine : "failed",
    ms: Math.round(got.firstByteMs),
    detail: `status ${got.status}`,
  });
  return verdict;
}

/**
 * Asks for a WebSocket on a connection of its own. A refusal changes the verdict only where nothing else needs saying:
 * without sign-in most apps refuse.
 */
async function upgrade(run: ConnectionRun, address: string, before: ConnectionVerdict): Promise<ConnectionVerdict> {
  const { facts, log, plan } = run;
  const plainVerdict = before === "good" || before === "slow";
  try {
    const socket = await open(run, address, within(run, CONNECT_MS).ms);
    const { secure } = plan.upstream;
    const channel = secure ? await startTls(socket, run.trust, within(run, TLS_MS)) : socket;
    const question = { path: plan.path, headers: { ...plan.headers, origin: plan.origin } };
    const got = await log.run("websocket", () => askForWebSocket(channel, question, within(run, run.left())));
    facts.upgradeStatus = got.status;
    if (got.accepted) return before;
    facts.wrongUpgrade = got.status === 101;
    const detail = facts.wrongUpgrade ? "agreed to something else than was asked" : `answered with ${got.status}`;
    log.note("websocket", { status: facts.wrongUpgrade ? "failed" : "warned", detail });
  } catch (error) {
    if (!(error instanceof StepFault)) throw error;
    facts.reason = error.message;
    log.note("websocket", { status: "warned", detail: error.message });
  }
  return facts.wrongUpgrade || plainVerdict ? "websocket-refused" : before;
}

/** Does the port answer a TLS handshake? Whatever goes wrong says no. */
async function speaksTls(run: ConnectionRun, address: string): Promise<boolean> {
  try {
    const socket = await open(run, address, OTHER_SCHEME_MS);
    await startTls(socket, run.trust, within(run, OTHER_SCHEME_MS));
    return true;
  } catch {
    return false;
  }
}

/** Does the port answer plain HTTP? Whatever goes wrong says no. */
async function speaksHttp(run: ConnectionRun, address: string): Promise<boolean> {
  try {
    const socket = await open(run, address, OTHER_SCHEME_MS);
    await ask(socket, run.plan, within(run, OTHER_SCHEME_MS));
    return true;
  } catch {
    return false;
  }
}

async function open(run: ConnectionRun, address: string, ms: number): Promise<Socket> {
  const { port, socketPath } = run.plan.upstream;
  const socket = await (socketPath === undefined
    ? openConnection(address, port, within(run, ms))
    : openSocketIn(run, socketPath, ms));
  run.sockets.push(socket);
  return socket;
}

/** Looks at the socket again, as the edge does at each connection, and connects to what was looked at. */
async function openSocketIn(run: ConnectionRun, path: string, ms: number): Promise<Socket> {
  const checked = await checkSocket({ path, ...run.socketPlaces() });
  if ("path" in checked) return openSocket(checked.path, within(run, ms));
  throw new StepFault("refused", `the socket ${checked.reason}`);
}

/** A time limit of `ms`, or what is left of the whole. */
function within({ clock, left }: ConnectionRun, ms: number): Within {
  return { clock, ms: Math.max(0, Math.min(ms, left())) };
}
