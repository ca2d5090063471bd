import { confidenceOf, isDangerous, type Proposal, placeOf } from "../../catalog/proposal.ts";
import { matches } from "../../text/search.ts";

/** Something to know before approving. */
export type Remark = Proposal["securityRemarks"][number];

export type Severity = "danger" | "warning" | "info";

/** A severity that a newer gateway invented counts as a warning: shown, and never taken lightly. */
export function severityOf({ severity }: { severity: string }): Severity {
  return severity === "danger" || severity === "info" ? severity : "warning";
}

/** How many remarks there are of each severity. */
export function countRemarks(remarks: readonly Remark[]): Record<Severity, number> {
  const counts = { danger: 0, warning: 0, info: 0 };
  for (const remark of remarks) counts[severityOf(remark)]++;
  return counts;
}

/** What makes one remark the same as before, although the list was read anew. */
export function remarkKey({ code, message }: Remark): string {
  return `${code} ${message}`;
}

/** Proposals in which every word occurs somewhere: name, id, address, tags or source. */
export function searchProposals(proposals: readonly Proposal[], text: string): Proposal[] {
  return proposals.filter((proposal) => {
    const { suggestedApp, source, tags } = proposal;
    return matches(text.trim(), [suggestedApp.name, suggestedApp.id, placeOf(proposal), source, ...tags].join("\n"));
  });
}

/** Why a proposal needs a person to look at it, and is not approved together with others. */
export type Barrier = "danger" | "id-taken" | "several-ports" | "uncertain";

/** The first reason not to approve this with one press; undefined when it can go live as proposed. */
export function barrierOf(proposal: Proposal): Barrier | undefined {
  if (isDangerous(proposal)) return "danger";
  if (proposal.securityRemarks.some(({ code }) => code === "id_taken")) return "id-taken";
  if (proposal.availablePorts.length > 1) return "several-ports";
  return confidenceOf(proposal) === "uncertain" ? "uncertain" : undefined;
}

/**
 * The proposal on which a person goes on when some of the shown ones are gone: the first after the last of them that
 * stays, else the one before; undefined when none is left.
 */
export function nextAfter(shown: readonly string[], gone: ReadonlySet<string>): string | undefined {
  const last = shown.findLastIndex((id) => gone.has(id));
  const stays = (id: string) => !gone.has(id);
  return shown.slice(last + 1).find(stays) ?? shown.slice(0, Math.max(last, 0)).findLast(stays);
}
