import { Trans } from "@lingui/react/macro";
import { useFailureText } from "../../api/failure-text.ts";
import { StatusDot } from "../../design/status-dot.tsx";
import { TextLink } from "../../design/text-link.tsx";
import type { Approval } from "./use-approvals.ts";

/** What became of each service that was to be added. */
export function ApprovalList({ approvals }: { approvals: readonly Approval[] }) {
  if (approvals.length === 0) return null;
  return (
    <ul className="space-y-1.5 rounded-lg bg-sunken px-3.5 py-3">
      {approvals.map((approval) => (
        <li key={approval.proposal.id} className="flex flex-wrap items-baseline gap-x-3">
          <span className="min-w-0 font-medium wrap-anywhere">{approval.proposal.suggestedApp.name}</span>
          <OutcomeText approval={approval} />
        </li>
      ))}
    </ul>
  );
}

function OutcomeText({ approval: { proposal, outcome } }: { approval: Approval }) {
  const failureText = useFailureText(outcome.kind === "failed" ? outcome.failure : undefined);
  switch (outcome.kind) {
    case "running":
      return (
        <StatusDot tone="neutral">
          <Trans>Being added…</Trans>
        </StatusDot>
      );
    case "added":
      return (
        <StatusDot tone="good">
          <Trans>Added</Trans>
        </StatusDot>
      );
    case "decided":
      return <StatusDot tone="info">{outcome.message}</StatusDot>;
    case "failed":
      return (
        <>
          <StatusDot tone="bad">{failureText?.text}</StatusDot>
          <TextLink to="/discovery" search={{ approve: proposal.id } as never} className="text-sm">
            <Trans>Change it and try again</Trans>
          </TextLink>
        </>
      );
  }
}
