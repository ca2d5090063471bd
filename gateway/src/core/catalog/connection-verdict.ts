import type { connectionTest as contract } from "@nekzus/contract";
import type { z } from "zod";
import type { StepName } from "./step-log.ts";
import type { UpstreamCertificate } from "./upstream-certificate.ts";

/** How a connection test ended. */
export type ConnectionVerdict = z.output<typeof contract.ConnectionVerdict>;

/** From this many ms to the beginning of the answer on, a service is called slow (40 R3). */
const SLOW_MS = 3000;

/** What a test knows when it ends; what was not reached is missing. */
export type ConnectionFacts = {
  secure: boolean;
  host: string;
  port: number;
  /** Of an upstream on a socket. */
  socketPath?: string | undefined;
  /** The path that was asked. */
  path: string;
  url: string;
  addresses: readonly string[];
  /** The prefix that the app is asked with; empty when it is stripped or unknown. */
  prefix: string;
  stripPrefix: boolean;
  /** The Host that was sent. */
  sentHost: string;
  /** Host and port of the apps' public address. */
  publicHost: string;
  /** What the failed step said. */
  reason?: string;
  /** The step that failed. */
  failedAt?: StepName | undefined;
  certificate?: UpstreamCertificate | undefined;
  status?: number;
  location?: string | undefined;
  title?: string | undefined;
  firstByteMs?: number;
  /** The upgrade was agreed to, but not for this WebSocket. */
  wrongUpgrade?: boolean;
  upgradeStatus?: number;
};

/** The verdict in words. `ok`: a route with this address would work. */
export type ConnectionWords = { ok: boolean; message: string; advice: string };

const REDIRECTS = [301, 302, 303, 307, 308];

/** The verdict on an answer over HTTP. */
export function verdictOnAnswer({ status = 0, location, firstByteMs = 0 }: ConnectionFacts): ConnectionVerdict {
  if (location !== undefined && REDIRECTS.includes(status)) return "redirects";
  if (status === 401 || status === 403 || status === 407) return "needs-sign-in";
  if (status === 404 || status === 410) return "not-found";
  if (status >= 500) return "server-error";
  if (status >= 400) return "client-error";
  return firstByteMs >= SLOW_MS ? "slow" : "good";
}

/** Says what a verdict means here and what to do about it. */
export function wordsFor(verdict: ConnectionVerdict, facts: ConnectionFacts): ConnectionWords {
  return WORDS[verdict](facts);
}

const works = (message: string, advice: string): ConnectionWords => ({ ok: true, message, advice });
const fails = (message: string, advice: string): ConnectionWords => ({ ok: false, message, advice });

const WORDS: Readonly<Record<ConnectionVerdict, (facts: ConnectionFacts) => ConnectionWords>> = {
  good: (facts) =>
    works(
      `${placeOf(facts)} answered with ${facts.status}${facts.upgradeStatus === 101 ? " and opens WebSockets" : ""}.`,
      facts.certificate?.trusted === false
        ? `The route will work. Its certificate is accepted although ${facts.certificate.problem}.`
        : "The route will work; nothing else is to be done.",
    ),
  slow: (facts) =>
    works(
      `${placeOf(facts)} answered with ${facts.status}, but only after ${seconds(facts.firstByteMs ?? 0)}.`,
      "The route will work. Find out why the service is slow: it may still be starting, wait for a disk, or lack " +
        "memory. Then test again.",
    ),
  redirects: redirectWords,
  "needs-sign-in": signInWords,
  "websocket-refused": webSocketWords,
  "not-found": notFoundWords,
  "client-error": clientErrorWords,
  "server-error": (facts) =>
    fails(
      `${placeOf(facts)} answered with ${facts.status}, an error of its own.`,
      [502, 503, 504].includes(facts.status ?? 0)
        ? "The service, or what it depends on, is not ready: it may still be starting. Wait a moment, test again, and " +
            "look into its log if that does not help."
        : "The service was reached and failed by itself: look into its log.",
    ),
  refused: (facts) =>
    facts.socketPath !== undefined
      ? fails(
          `${placeOf(facts)} takes no connection: ${facts.reason}.`,
          "Check that the service runs, that it listens on this socket, and that the user of the gateway may write to it. " +
            "If the gateway runs in a container, the folder with the socket must be mounted into it.",
        )
      : fails(
          `Nothing listens on port ${facts.port} of ${facts.host}: the connection was refused.`,
          "Check that the service runs and that the port is right: it may listen on another one. A service in a container " +
            "may listen only on the container's own 127.0.0.1; let it listen on 0.0.0.0." +
            ownMachineHint(facts),
        ),
  unreachable: (facts) =>
    fails(
      `${facts.host} cannot be reached: ${facts.reason}.`,
      "Check that the machine is switched on, that the address is right, and that it lies in a network this machine is " +
        "connected to.",
    ),
  "timed-out": timedOutWords,
  "unknown-host": (facts) =>
    fails(
      `The name ${facts.host} has no address here: ${facts.reason}.`,
      "Check the spelling. The name of a container is known only inside its own Docker network: put the gateway into " +
        "that network, or use the machine's address with the published port. Names that end in .local need mDNS on " +
        "this machine.",
    ),
  "bad-certificate": certificateWords,
  "tls-failed": (facts) =>
    fails(
      `${placeOf(facts)} does not agree on an encrypted connection: ${facts.reason}.`,
      "Check the TLS settings of the service: it must offer TLS 1.2 or newer and a certificate for this name, and must " +
        "not ask for a client certificate. In your own network you can also use its http address.",
    ),
  "plain-http-on-tls-port": (facts) =>
    fails(
      `Port ${facts.port} of ${facts.host} speaks TLS, and the address says http.`,
      `Use ${otherScheme(facts)} as the address.`,
    ),
  "tls-on-plain-port": (facts) =>
    fails(
      `Port ${facts.port} of ${facts.host} speaks plain HTTP, and the address says https.`,
      `Use ${otherScheme(facts)} as the address, or the port on which the service offers TLS.`,
    ),
  "not-http": (facts) =>
    fails(
      `${placeOf(facts)} does not speak HTTP: ${facts.reason}.`,
      "This port belongs to something else. Look up on which port the service shows its web page.",
    ),
  "closed-early": (facts) =>
    fails(
      `${placeOf(facts)} closed the connection before it answered.`,
      "The service may be restarting or may accept only certain machines. Look into its log, and check whether this is " +
        "the port of its web page.",
    ),
  "not-allowed": (facts) =>
    fails(
      `No route may have this address: ${facts.reason}.`,
      "Nothing was contacted. Use the address of the service itself: on this machine, in your network or on the internet.",
    ),
};

function redirectWords(facts: ConnectionFacts): ConnectionWords {
  const { location = "" } = facts;
  switch (leadsTo(location, facts)) {
    case "inside":
      return works(
        `${placeOf(facts)} sends visitors on to ${location}.`,
        "That is usual for a start page or a page to sign in: the route will work.",
      );
    case "outside-prefix":
      return fails(
        `${placeOf(facts)} sends visitors on to ${location}, outside the route's path ${facts.prefix}.`,
        `Tell the app that it is served below ${facts.prefix} (often called base URL or base path)` +
          (facts.stripPrefix ? "." : ", or let the route strip the prefix."),
      );
    case "elsewhere":
      return fails(
        `${placeOf(facts)} sends visitors on to ${location}, which is another address.`,
        "Browsers would leave the gateway there. If that is the service too, use that address for the route; otherwise " +
          "tell the app by which address people reach it.",
      );
  }
}

/** Where a browser ends that follows the redirect through the gateway. */
function leadsTo(
  location: string,
  { prefix, stripPrefix, publicHost }: ConnectionFacts,
): "inside" | "outside-prefix" | "elsewhere" {
  const absolute = /^(?:[a-z][a-z0-9+.-]*:|[\\/]{2})/i.test(location);
  const target = URL.parse(location, `https://${publicHost}${prefix || "/"}`);
  if (!target || !/^https?:$/.test(target.protocol) || target.host !== publicHost) return "elsewhere";
  // The edge puts the prefix before paths that lack it, when it is one that it takes away.
  if (!prefix || (stripPrefix && !absolute)) return "inside";
  return `${target.pathname}/`.startsWith(prefix) ? "inside" : "outside-prefix";
}

function signInWords(facts: ConnectionFacts): ConnectionWords {
  if (facts.status === 401) {
    return works(
      `${placeOf(facts)} answers and asks for a sign-in of its own (401).`,
      "The route will work: people sign in to the service after they have passed the gateway. The test sends no password.",
    );
  }
  if (facts.status === 407) {
    return fails(
      `${placeOf(facts)} is a proxy that asks for a sign-in (407).`,
      "Use the address of the service itself instead of that of a proxy in front of it.",
    );
  }
  return fails(
    `${placeOf(facts)} refuses the request (403).`,
    "Sign-in may begin at another path: then set it as health-check path and test again. Otherwise the service accepts " +
      `only certain hosts or machines: allow ${facts.sentHost} and this gateway in its settings.`,
  );
}

function notFoundWords(facts: ConnectionFacts): ConnectionWords {
  const advice =
    facts.prefix && !facts.stripPrefix && facts.path.includes(facts.prefix)
      ? `The app does not know the route's path. Let the route strip the prefix, or tell the app that it is served below ${facts.prefix}.`
      : facts.path === "/"
        ? "The service runs, but has no start page. If it is only an API, set a health-check path that exists; otherwise " +
          `check whether the address lacks a path or names the wrong port.${hostHint(facts)}`
        : "The service runs. Check the path in the address or in the health check.";
  return fails(`${placeOf(facts)} has nothing at ${facts.path} (${facts.status}).`, advice);
}

function clientErrorWords(facts: ConnectionFacts): ConnectionWords {
  const advice =
    facts.status === 400 || facts.status === 421
      ? `Many apps answer so to a host name or proxy they do not know: allow ${facts.sentHost} and this gateway in the ` +
        'app\'s settings ("trusted domains", "allowed hosts", "trusted proxies"), or switch off preserveHost.'
      : facts.status === 429
        ? "The service counts requests and had enough of them. Wait a minute and test again."
        : "The service runs, but does not take a plain GET here. Set a health-check path that it answers and test again.";
  return fails(`${placeOf(facts)} does not accept the request (${facts.status}).`, advice);
}

function timedOutWords(facts: ConnectionFacts): ConnectionWords {
  if (facts.failedAt === "connect") {
    return fails(
      `${facts.host} does not answer on port ${facts.port}: ${facts.reason}.`,
      "The machine may be switched off, the address may be wrong, or a firewall drops what comes for this port.",
    );
  }
  const what =
    facts.failedAt === "tls" ? "does not answer the TLS handshake" : "takes the connection, but gives no answer";
  return fails(
    `${placeOf(facts)} ${what}: ${facts.reason}.`,
    "The service may be starting, hang or be overloaded, or it speaks something other than HTTP on this port. Look into " +
      "its log and test again.",
  );
}

function certificateWords(facts: ConnectionFacts): ConnectionWords {
  const { certificate } = facts;
  const issued = certificate
    ? `It was issued by ${certificate.issuer || "nobody named"} for ${certificate.names.join(", ") || certificate.subject || "nobody named"}` +
      ` and is valid until ${certificate.validTo.slice(0, 10)}. `
    : "";
  return fails(
    `The certificate of ${facts.host} is not trusted: ${certificate?.problem ?? facts.reason}.`,
    `${issued}For a device of your own in the house you can switch on "accept any certificate" (insecureSkipVerify): the ` +
      "connection stays encrypted, but nobody checks any more who answers. It is better to name the certificate, or that " +
      "of its authority, as the one to trust (caFile), and the name in it (serverName) when it is not that of the address.",
  );
}

function webSocketWords(facts: ConnectionFacts): ConnectionWords {
  if (facts.wrongUpgrade) {
    return fails(
      `${placeOf(facts)} answers pages, but its answer to a WebSocket does not belong to what was asked (RFC 6455).`,
      "Something between gateway and service breaks WebSockets, often another proxy or a cache. Use the address of the " +
        "service itself.",
    );
  }
  const how =
    facts.upgradeStatus === undefined ? (facts.reason ?? "no answer") : `answered with ${facts.upgradeStatus}`;
  return works(
    `${placeOf(facts)} answers pages, but opens no WebSocket at ${facts.path}: ${how}.`,
    "Most apps take WebSockets only at a path of their own, so this may be fine: open the app and see whether what should " +
      "move by itself does. To be sure, set that path as health-check path and test again.",
  );
}

/** `grafana port 3000`. */
function placeOf({ host, port, socketPath }: ConnectionFacts): string {
  return socketPath === undefined ? `${host} port ${port}` : `The socket ${socketPath}`;
}

function otherScheme({ secure, url }: ConnectionFacts): string {
  const { host, port, pathname } = new URL(url);
  const wanted = secure ? "http" : "https";
  const shown = port ? host : `${host}:${secure ? 443 : 80}`;
  return `${wanted}://${shown}${pathname.replace(/\/+$/, "")}`;
}

/** A server of several sites chooses by the Host, and knows only its own names. */
function hostHint({ sentHost, publicHost }: ConnectionFacts): string {
  if (sentHost !== publicHost) return "";
  return ` A server of several sites may not know the name ${sentHost}: then switch off preserveHost.`;
}

function ownMachineHint({ addresses }: ConnectionFacts): string {
  if (!addresses.some((address) => address === "::1" || address.startsWith("127."))) return "";
  return " If the gateway itself runs in a container, this address means that container and not the machine.";
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
