import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useId } from "react";
import { confidenceOf, iconOf, type Proposal, placeOf, sourceName } from "../../catalog/proposal.ts";
import { AppIcon } from "../../design/app-icon.tsx";
import { Badge } from "../../design/badge.tsx";
import { Button } from "../../design/button.tsx";
import { TickBox } from "../../design/checkbox.tsx";
import { classes } from "../../design/classes.ts";
import { StatusDot } from "../../design/status-dot.tsx";
import { countRemarks } from "./proposal.ts";
import { RemarkBadges } from "./remark-badges.tsx";
import { CONFIDENCES } from "./words.ts";

type ProposalRowProps = {
  proposal: Proposal;
  isChosen: boolean;
  onChoose(isChosen: boolean): void;
  onApprove(): void;
  onDismiss(): void;
};

/** The button that takes the focus when a person goes on to this proposal. */
export const rowId = (proposalId: string) => `row-${proposalId}`;

/** One service that was found: what it is, where it is, what to know about it, and the decision. */
export function ProposalRow({ proposal, isChosen, onChoose, onApprove, onDismiss }: ProposalRowProps) {
  const { t, i18n } = useLingui();
  const id = useId();
  const { suggestedApp, source, securityRemarks } = proposal;
  const { name } = suggestedApp;
  const { info } = countRemarks(securityRemarks);
  const confidence = CONFIDENCES[confidenceOf(proposal)];

  return (
    <li
      className={classes(
        "grid grid-cols-[auto_auto_minmax(0,1fr)] items-start gap-x-3.5 gap-y-3 px-pad py-3.5 last:rounded-b-lg sm:grid-cols-[auto_auto_minmax(0,1fr)_auto]",
        isChosen && "bg-accent-soft",
      )}
    >
      <TickBox className="mt-2.75" checked={isChosen} onChange={onChoose} aria-label={t`Choose ${name}`} />
      <AppIcon id={suggestedApp.id} name={name} icon={iconOf(proposal)} />
      <div className="min-w-0 space-y-1.5">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1">
          <h2 id={`${id}-name`} title={name} className="line-clamp-2 min-w-0 font-medium break-words">
            <bdi>{name}</bdi>
          </h2>
          <Badge>{sourceName(source).slice(0, 30)}</Badge>
        </div>
        <p className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-0.5 text-sm text-muted">
          <span className="min-w-0 truncate font-mono" title={placeOf(proposal)}>
            {placeOf(proposal)}
          </span>
          <StatusDot tone={confidence.tone}>{i18n._(confidence.word)}</StatusDot>
          {info > 0 && (
            <span>
              <Plural value={info} one="# note" other="# notes" />
            </span>
          )}
        </p>
        <RemarkBadges remarks={securityRemarks} />
      </div>
      <div className="flex gap-2 max-sm:col-span-full max-sm:[&>*]:flex-1">
        <Button id={`${id}-dismiss`} aria-labelledby={`${id}-dismiss ${id}-name`} rank="quiet" onClick={onDismiss}>
          <Trans>Dismiss</Trans>
        </Button>
        <Button id={rowId(proposal.id)} aria-labelledby={`${rowId(proposal.id)} ${id}-name`} onClick={onApprove}>
          <Trans>Approve…</Trans>
        </Button>
      </div>
    </li>
  );
}
