import type { PortExposure } from "@nekzus/contract";
import type { PublishedPort } from "../../runtimes/docker/engine.ts";
import type { Vantage } from "./docker-address.ts";
import { closingAdvice, namedPorts, type Reach, reachOf } from "./docker-published.ts";
import { plainText } from "./plain-text.ts";

type Risk = PortExposure["riskLevel"];

/**
 * How grave it is (20 §4.6). "Everywhere" is critical here and a warning among the remarks on a proposal: those compare
 * what was found, most of which is published so, with what hands over the machine. Once the app is approved, somebody
 * counts on its sign-in, which such a port goes round.
 */
const RISKS: Readonly<Record<Reach, Risk | undefined>> = {
  machine: undefined,
  lan: "warning",
  everywhere: "critical",
  public: "critical",
  unclear: "critical",
};

const OPEN_TO: Readonly<Record<Reach, string>> = {
  machine: "to the machine itself",
  lan: "to the local network",
  everywhere: "on every address of the machine",
  public: "to the internet",
  unclear: "on an address of unknown reach",
};

/** More bindings than this are counted and not shown. */
const MOST_BINDINGS = 50;
/** Longer than any address. */
const MOST_ADDRESS = 64;

/** What people are warned of when a container with these ports is approved; undefined when only its machine reaches them. */
export function exposureOf(published: readonly PublishedPort[], vantage: Vantage): PortExposure | undefined {
  const open = published
    .flatMap((at) => {
      const reach = reachOf(at.hostAddress);
      const riskLevel = RISKS[reach];
      return riskLevel ? [{ ...at, reach, riskLevel }] : [];
    })
    .sort((a, b) => rank(a.riskLevel) - rank(b.riskLevel) || a.hostPort - b.hostPort);
  const [worst] = open;
  if (!worst) return undefined;
  const { riskLevel } = worst;
  const isWorst = (at: { riskLevel: Risk }) => at.riskLevel === riskLevel;
  const hostPorts = [...new Set(open.filter(isWorst).map(({ hostPort }) => hostPort))];
  const whom = riskLevel === "critical" ? "everybody who reaches the machine" : "the local network";
  return {
    riskLevel,
    summary: `${namedPorts(hostPorts, "is", "are")} open to ${whom}, without the gateway's sign-in`,
    bindings: open.slice(0, MOST_BINDINGS).map((at) => ({
      port: `${at.port}/tcp`,
      hostPort: String(at.hostPort),
      binding: plainText(at.hostAddress, MOST_ADDRESS),
      riskLevel: at.riskLevel,
      message: `Port ${at.hostPort} is open ${OPEN_TO[at.reach]}`,
    })),
    recommendations: recommendations(riskLevel, vantage),
  };
}

function rank(risk: Risk): number {
  return risk === "critical" ? 0 : 1;
}

function recommendations(risk: Risk, vantage: Vantage): string[] {
  const always = [
    closingAdvice(vantage),
    "Make the container anew afterwards: the published ports of one that exists cannot be changed.",
    "If the port has to stay open, give the app itself a sign-in.",
  ];
  if (risk === "warning") return always;
  return [
    ...always,
    "Check that the router passes nothing on to this port.",
    "Do not count on ufw or firewalld: Docker's published ports go round their rules. Those of the chain DOCKER-USER hold.",
  ];
}
