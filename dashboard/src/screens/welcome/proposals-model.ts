import { confidenceOf, type Proposal } from "../../catalog/proposal.ts";

/** Is it ticked before the person looked at it? Only what was recognised and carries nothing to think about. */
export function isSafe(proposal: Pick<Proposal, "securityRemarks" | "confidence">): boolean {
  return (
    confidenceOf(proposal) !== "uncertain" && proposal.securityRemarks.every(({ severity }) => severity === "info")
  );
}
