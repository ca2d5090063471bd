import { createHash } from "node:crypto";
import type { Container } from "../../runtimes/docker/engine.ts";
import { type NetworkRules, type PortCandidate, portCandidates, type Vantage } from "./docker-address.ts";
import { exposureOf } from "./docker-exposure.ts";
import { automaticTags, imageRepository, type LabelWishes, readLabels } from "./docker-labels.ts";
import { remarksOn } from "./docker-remarks.ts";
import type { Probe } from "./http-probe.ts";
import type { Discovered, DiscoveredPort } from "./source.ts";

/** What comes of one container. */
export type ContainerVerdict =
  | { kind: "discovered"; service: Discovered }
  | { kind: "excluded" }
  | { kind: "skipped"; reason: string };

/** What a compose project or service may be called; anything else in these labels is not trusted. */
const COMPOSE_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

/** `enable=true` is a clear wish (20 §4.4). */
const LABELLED_CONFIDENCE = 0.95;

/**
 * Turns a container into what discovery proposes. `network` is the container whose network it uses, itself unless it
 * joined another's. The probe is asked only where there is a choice.
 */
export async function discoverContainer(
  container: Container,
  network: Container,
  given: { engine: string; rules: NetworkRules; vantage: Vantage; probe: Probe },
): Promise<ContainerVerdict> {
  const verdict = readLabels(container.labels, { name: container.name, image: container.image });
  if (verdict.kind === "excluded") return verdict;
  if (verdict.kind === "invalid") return { kind: "skipped", reason: verdict.reason };
  const { wishes } = verdict;

  const reachable: Container = {
    ...network,
    exposed: container.exposed.length ? container.exposed : network.exposed,
  };
  const { candidates, reason } = portCandidates(reachable, wishes, given.rules, given.vantage);
  const ports = await orderPorts(candidates, wishes, given.probe);
  if (!ports.length) return { kind: "skipped", reason };
  const exposure = exposureOf(network.published, given.vantage);

  return {
    kind: "discovered",
    service: {
      identity: identityOf(container, given.engine),
      instance: container.id.slice(0, 12),
      name: container.name.slice(0, 100) || container.id.slice(0, 12),
      app: {
        id: wishes.appId,
        name: wishes.appName,
        icon: wishes.icon,
        tags:
          wishes.tags ??
          automaticTags(
            container.image,
            ports.map((port) => port.port),
          ),
      },
      route: {
        extraScopes: wishes.extraScopes,
        websocket: wishes.websocket,
        stripPrefix: wishes.stripPrefix,
        rewriteHTML: wishes.rewriteHTML,
        skipHealthCheck: wishes.skipHealthCheck,
      },
      ports,
      confidence: LABELLED_CONFIDENCE,
      remarks: remarksOn({
        container,
        network,
        ports,
        vantage: given.vantage,
        engineSocket: given.engine,
        labels: wishes.remarks,
      }),
      ...(exposure && { exposure }),
    },
  };
}

/** The first port that answers becomes the default; without any answer the lowest one. */
async function orderPorts(candidates: PortCandidate[], wishes: LabelWishes, probe: Probe): Promise<DiscoveredPort[]> {
  const choices = candidates.reduce((sum, candidate) => sum + candidate.targets.length, 0);
  const ask = choices > 1 && !wishes.primaryPort && !wishes.allPorts;
  const ports = await Promise.all(
    candidates.map(async ({ port, scheme, targets }) => {
      const answers = ask ? await Promise.all(targets.map(probe)) : [];
      const at = answers.indexOf(true);
      const to = targets[Math.max(at, 0)] as string;
      return { answered: at >= 0, port: { port, scheme, to, others: targets.filter((target) => target !== to) } };
    }),
  );
  const chosen = ports.find((port) => port.answered) ?? ports[0];
  return ports
    .filter((port) => port === chosen)
    .concat(ports.filter((port) => port !== chosen))
    .map((port) => port.port);
}

/**
 * What a recreated container keeps: the engine, its compose project and service (else its name), and the image
 * repository. Each part is encoded, so that no label can pretend to be two parts.
 */
function identityOf(container: Container, engine: string): string {
  const project = container.labels.get("com.docker.compose.project") ?? "";
  const service = container.labels.get("com.docker.compose.service") ?? "";
  const composed = COMPOSE_NAME.test(project) && COMPOSE_NAME.test(service);
  const who = composed ? ["compose", project, service] : ["container", container.name];
  const engineMark = createHash("sha256").update(engine).digest("hex").slice(0, 12);
  return ["docker", engineMark, ...who, imageRepository(container.image)].map(encodePart).join("/");
}

function encodePart(part: string): string {
  return encodeURIComponent(part.toWellFormed());
}
