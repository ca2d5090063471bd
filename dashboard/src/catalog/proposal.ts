import type { discovery } from "@nekzus/contract";
import type { Data } from "../api/endpoint.ts";
import { NO_ICON } from "./app.ts";

/** A service that was found and waits for a decision. Its texts come from containers: they are shown as text only. */
export type Proposal = Data<typeof discovery.proposalsList>[number];

/** Where the service was found, as `host:port`. */
export function placeOf({ detectedHost, detectedPort }: Pick<Proposal, "detectedHost" | "detectedPort">): string {
  return `${detectedHost.includes(":") ? `[${detectedHost}]` : detectedHost}:${detectedPort}`;
}

/** The icon that a label chose; the sign that stands for "none was named" is none. */
export function iconOf({ suggestedApp: { icon } }: Pick<Proposal, "suggestedApp">): string {
  return icon === NO_ICON ? "" : icon;
}

/** How sure discovery is that this is an app for people. */
export type Confidence = "verified" | "detected" | "uncertain";

/** Turns a confidence of 0 to 1 into a word. */
export function confidenceOf({ confidence }: Pick<Proposal, "confidence">): Confidence {
  if (confidence >= 0.9) return "verified";
  return confidence >= 0.6 ? "detected" : "uncertain";
}

/** Something that has to be looked at by itself: it is never approved together with others. */
export function isDangerous({ securityRemarks }: Pick<Proposal, "securityRemarks">): boolean {
  return securityRemarks.some(({ severity }) => severity === "danger");
}

const SOURCES: Readonly<Record<string, string>> = {
  docker: "Docker",
  kubernetes: "Kubernetes",
  mdns: "mDNS",
};

/** The name of a source of discovery; one of a newer gateway is shown by its id. */
export function sourceName(source: string): string {
  return Object.hasOwn(SOURCES, source) ? (SOURCES[source] as string) : source;
}
