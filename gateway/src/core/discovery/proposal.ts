import type { discovery as contract } from "@nekzus/contract";
import type { z } from "zod";
import type { Principal } from "../../wire/principal.ts";
import type { Registration } from "../catalog/catalog.ts";
import { toInstant } from "../storage/codec.ts";
import { bySeverity, type SecurityRemark } from "./sources/remark.ts";
import type { Discovered, DiscoveredPort } from "./sources/source.ts";
import type { StoredProposal } from "./store.ts";

/** A proposal as the contract shows it. */
export type Proposal = z.input<typeof contract.Proposal>;

/** What a person wants otherwise than proposed, and who that is. */
export type Choices = Omit<z.output<typeof contract.proposalApprove.body>, "port"> & { principal?: Principal };

/** `proposal_{source}_{scheme}_{name}_{port}`; what is no letter or digit in the name becomes `_` (20 §4.1, §12.8). */
export function proposalId(source: string, service: Discovered): string {
  const port = service.ports[0];
  const name = service.name.slice(0, 100).replace(/[^A-Za-z0-9]/g, "_");
  return `proposal_${source}_${port?.scheme ?? "http"}_${name}_${port?.port ?? 0}`;
}

/**
 * The app and route that approving makes. Unless a person chose otherwise, access is always `access:{appId}` and
 * whatever the labels add to it.
 */
export function registrationOf(
  proposal: StoredProposal,
  port: DiscoveredPort,
  { app = {}, route = {}, principal }: Choices = {},
): Registration {
  const { service, source } = proposal;
  const appId = app.id ?? proposal.appId;
  return {
    app: {
      name: service.app.name,
      icon: service.app.icon,
      tags: service.app.tags,
      ...app,
      id: appId,
      endpoints: { lan: port.to },
      discoveryMeta: { source, containerId: service.instance, identity: service.identity },
    },
    route: {
      routeId: `route:${appId}`,
      pathBase: `/apps/${appId}/`,
      to: port.to,
      containerId: service.instance,
      scopes: [`access:${appId}`, ...service.route.extraScopes.filter((scope) => scope !== `access:${appId}`)],
      websocket: service.route.websocket,
      stripPrefix: service.route.stripPrefix,
      rewriteHTML: service.route.rewriteHTML,
      skipHealthCheck: service.route.skipHealthCheck,
    },
    chosen: route,
    origin: "discovery",
    exposure: service.exposure,
    proposalId: proposal.id,
    ...(principal ? { principal } : {}),
  };
}

/** The proposal as it is shown. */
export function toAnswer(proposal: StoredProposal): Proposal {
  const { service, appId } = proposal;
  const first = defaultPort(service);
  const { app, route } = registrationOf(proposal, first);
  const wanted = service.app.id;
  const remarks = wanted === appId ? service.remarks : bySeverity([idTaken(wanted, appId), ...service.remarks]);
  return {
    id: proposal.id,
    source: proposal.source as Proposal["source"],
    detectedScheme: first.scheme,
    detectedHost: new URL(first.to).hostname.replace(/^\[|\]$/g, ""),
    detectedPort: first.port,
    availablePorts: service.ports.map(({ port, scheme, label }) => ({ port, scheme, ...(label ? { label } : {}) })),
    confidence: service.confidence,
    suggestedApp: app,
    suggestedRoute: { ...route, appId },
    tags: service.app.tags,
    lastSeen: toInstant(proposal.lastSeen),
    securityNotes: remarks.map(({ message }) => message),
    securityRemarks: remarks,
  };
}

function idTaken(wanted: string, appId: string): SecurityRemark {
  return {
    code: "id_taken",
    severity: "warning",
    message: `The id "${wanted}" belongs to another app, so this one is proposed as "${appId}"`,
    advice: "Check that it does not pretend to be the app that you already have.",
  };
}

/** The port that is used unless a person chooses another. Throws for a service without any, which no source emits. */
export function defaultPort(service: Discovered): DiscoveredPort {
  const first = service.ports[0];
  if (!first) throw new Error(`The service ${service.name} was discovered without a port`);
  return first;
}
