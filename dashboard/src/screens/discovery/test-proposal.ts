import type { Proposal } from "../../catalog/proposal.ts";
import type { Remark } from "./proposal.ts";

/** A proposal for tests, as the gateway makes them of containers, with what is given changed. */
export function makeProposal(given: Partial<Proposal> = {}): Proposal {
  return {
    id: "proposal_docker_http_grafana_3000",
    source: "docker",
    detectedScheme: "http",
    detectedHost: "172.17.0.2",
    detectedPort: 3000,
    availablePorts: [{ port: 3000, scheme: "http" }],
    confidence: 0.95,
    suggestedApp: {
      id: "grafana",
      name: "Grafana",
      icon: "📦",
      tags: ["charts"],
      endpoints: { lan: "http://172.17.0.2:3000" },
      discoveryMeta: {},
    },
    suggestedRoute: {
      routeId: "route:grafana",
      appId: "grafana",
      pathBase: "/apps/grafana/",
      to: "http://172.17.0.2:3000",
      containerId: "abc",
      scopes: ["access:grafana"],
      websocket: false,
      stripPrefix: true,
      rewriteHTML: true,
      skipHealthCheck: false,
    },
    tags: ["charts"],
    lastSeen: "2026-01-01T00:00:00Z",
    securityNotes: [],
    securityRemarks: [],
    ...given,
  };
}

/** A remark for tests. */
export function makeRemark(severity: Remark["severity"], code: Remark["code"] = "label_ignored"): Remark {
  return { code, severity, message: `A ${severity}`, advice: "Look at it." };
}
