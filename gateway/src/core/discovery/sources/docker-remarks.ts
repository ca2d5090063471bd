import { addressKind } from "../../../kit/addresses.ts";
import type { Container } from "../../runtimes/docker/engine.ts";
import { OTHER_PROTOCOLS, type Vantage } from "./docker-address.ts";
import { closingAdvice, namedPorts, type Reach, reachOf } from "./docker-published.ts";
import { bySeverity, type SecurityRemark } from "./remark.ts";
import type { DiscoveredPort } from "./source.ts";

/** Where container engines serve their own interface, without and with TLS. */
const ENGINE_PORTS = new Set([2375, 2376]);
/** The sockets of container engines, whatever folder they lie in. */
const ENGINE_SOCKET = /\/(?:docker|podman|containerd|crio|buildkitd)\.sock$/;
/** Folders with such a socket in them. */
const SOCKET_FOLDERS = new Set(["/run", "/var/run", "/run/podman", "/run/containerd", "/run/crio"]);
/** How the addresses are called on which a port is published, and what that means; see {@link reachOf}. */
const PLACES = {
  public: { severity: "danger", where: "a public address", who: "Anybody on the internet" },
  unclear: { severity: "warning", where: "an address of unknown reach", who: "Whoever reaches it" },
  lan: { severity: "warning", where: "an address of the local network", who: "Anybody in the network" },
} as const;

/**
 * What a person should know before approving this container (20 §4.2, 40 D2), the most serious first. `network` is the
 * container whose network it uses, `ports` what is offered, the default first; `engineSocket` the engine's address.
 */
export function remarksOn(given: {
  container: Container;
  network: Container;
  ports: readonly DiscoveredPort[];
  vantage: Vantage;
  engineSocket: string;
  /** What was wrong with its labels, one sentence each. */
  labels: readonly string[];
}): SecurityRemark[] {
  const { container, network, ports, vantage, engineSocket, labels } = given;
  return bySeverity([
    ...aboutPower(container, engineSocket),
    ...aboutPorts(ports.map(({ port }) => port)),
    ...aboutExposure(network, vantage),
    ...aboutUpstream(ports[0], vantage),
    ...labels.map(labelIgnored),
  ]);
}

/** What the container can do to the machine: whoever breaks into the app can do it too. */
function aboutPower(container: Container, engineSocket: string): SecurityRemark[] {
  const remarks: SecurityRemark[] = [];
  if (container.privileged) {
    remarks.push({
      code: "privileged",
      severity: "danger",
      message: "It runs privileged and can do everything on the machine",
      advice:
        "Run it without privileged, with only the devices and capabilities that it needs. Approve it only if you trust its image and everybody who may open it.",
    });
  }
  const own = engineSocket.replace(/^unix:\/\//, "");
  if (container.mounts.some(({ source }) => source === own || ENGINE_SOCKET.test(source) || hasSockets(source))) {
    remarks.push({
      code: "engine_socket",
      severity: "danger",
      message: "It can use the container engine, whose socket is mounted into it",
      advice:
        "Whoever controls this app controls the machine. Keep it to administrators with the scope access:admin, or give it a socket proxy that passes on only what it needs.",
    });
  }
  const root = container.mounts.filter(({ source }) => source === "/");
  if (root.length) {
    const writable = root.some(({ readOnly }) => !readOnly);
    remarks.push({
      code: "host_files",
      severity: writable ? "danger" : "warning",
      message: writable ? "It can change every file of the machine" : "It can read the files of the machine",
      advice: "Mount only the folders that it needs, read-only where that is enough.",
    });
  }
  return remarks;
}

/** Mounting a folder makes the sockets in it usable, also when it is mounted read-only. */
function hasSockets(source: string): boolean {
  return SOCKET_FOLDERS.has(source.replace(/(?<=.)\/+$/, ""));
}

/** Offered ports that a browser has no use for, or that nobody should reach through a browser. */
function aboutPorts(ports: readonly number[]): SecurityRemark[] {
  const remarks: SecurityRemark[] = [];
  const engine = ports.filter((port) => ENGINE_PORTS.has(port));
  if (engine.length) {
    remarks.push({
      code: "engine_port",
      severity: "danger",
      message: `${namedPorts(engine, "is", "are")} where a container engine takes orders`,
      advice: "Whoever may open it controls the machine. Dismiss it, or choose another port.",
    });
  }
  for (const port of ports) {
    const protocol = OTHER_PROTOCOLS.get(port);
    if (!protocol) continue;
    remarks.push({
      code: "not_a_web_app",
      severity: "warning",
      message: `Port ${port} is known for ${protocol}, which is not a web app`,
      advice: "A browser cannot speak to it, and the gateway carries only HTTP. Choose another port, or dismiss it.",
    });
  }
  return remarks;
}

/** Ways to the container that do not lead through the gateway's sign-in (20 §4.6). */
function aboutExposure(network: Container, vantage: Vantage): SecurityRemark[] {
  if (network.networkMode === "host") {
    return [
      {
        code: "host_network",
        severity: "warning",
        message: "It shares the network of the machine, so that every port it opens is open to the network",
        advice:
          "Those ports are reached without the gateway's sign-in. Give it a network of its own, or let it listen on 127.0.0.1. Check that the chosen port belongs to this app.",
      },
    ];
  }
  const remarks: SecurityRemark[] = [];
  const hostPorts = (reach: Reach) => [
    ...new Set(
      network.published.filter(({ hostAddress }) => reachOf(hostAddress) === reach).map(({ hostPort }) => hostPort),
    ),
  ];
  const everywhere = hostPorts("everywhere");
  if (everywhere.length) {
    remarks.push({
      code: "published_everywhere",
      severity: "warning",
      message: `${namedPorts(everywhere, "is", "are")} published on every address of the machine`,
      advice: `Anybody in the network gets in there without the gateway's sign-in. ${closingAdvice(vantage)}`,
    });
  }
  for (const reach of ["public", "unclear", "lan"] as const) {
    const there = hostPorts(reach);
    if (!there.length) continue;
    const { severity, where, who } = PLACES[reach];
    remarks.push({
      code: "published_on_address",
      severity,
      message: `${namedPorts(there, "is", "are")} published on ${where}`,
      advice: `${who} gets in there without the gateway's sign-in. ${closingAdvice(vantage)}`,
    });
  }
  return remarks;
}

/** How the gateway reaches it. The messages are those of 20 §4.4. */
function aboutUpstream(first: DiscoveredPort | undefined, vantage: Vantage): SecurityRemark[] {
  if (!first) return [];
  const remarks: SecurityRemark[] = [
    {
      code: "discovered_docker",
      severity: "info",
      message: "Discovered via Docker API",
      advice: "Name, icon and options come from its labels. Check that it is what you expect.",
    },
    {
      code: "sign_in_required",
      severity: "info",
      message: "JWT required",
      advice: "Only people who are signed in and may use this app can open it, unless you decide otherwise.",
    },
  ];
  if (first.scheme === "http") {
    const leaves = vantage.kind === "remote";
    remarks.push({
      code: "unencrypted_upstream",
      severity: leaves ? "warning" : "info",
      message: "Upstream uses HTTP (unencrypted)",
      advice: leaves
        ? "The gateway speaks to it across the network, where others may listen. Use https if the app offers it."
        : "That is common: the requests do not leave this machine.",
    });
  }
  const host = new URL(first.to).hostname.replace(/^\[|\]$/g, "");
  if (addressKind(host) !== "public") {
    remarks.push({
      code: "private_address",
      severity: "info",
      message: "Private network address",
      advice: "That is as it should be: the app itself is not on the internet.",
    });
  }
  return remarks;
}

function labelIgnored(message: string): SecurityRemark {
  return {
    code: "label_ignored",
    severity: "info",
    message,
    advice: "Correct the label, or set what you want when you approve.",
  };
}
