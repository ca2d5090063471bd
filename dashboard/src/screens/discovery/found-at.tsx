import { useLingui } from "@lingui/react/macro";
import { confidenceOf, type Proposal, placeOf, sourceName } from "../../catalog/proposal.ts";
import { Badge } from "../../design/badge.tsx";
import { StatusDot } from "../../design/status-dot.tsx";
import { CONFIDENCES } from "./words.ts";

/** Where a proposal comes from and how sure that is, with what it means. */
export function FoundAt({ proposal }: { proposal: Proposal }) {
  const { i18n } = useLingui();
  const { word, meaning, tone } = CONFIDENCES[confidenceOf(proposal)];
  return (
    <div className="space-y-1">
      <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
        <Badge>{sourceName(proposal.source).slice(0, 30)}</Badge>
        <span className="min-w-0 font-mono break-all">{placeOf(proposal).slice(0, 200)}</span>
        <StatusDot tone={tone}>{i18n._(word)}</StatusDot>
      </div>
      <p>{i18n._(meaning)}</p>
    </div>
  );
}
