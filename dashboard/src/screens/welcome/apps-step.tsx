import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { PackageSearch, Plus } from "lucide-react";
import { useRef, useState } from "react";
import { proposalsList } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { useRead } from "../../api/use-read.ts";
import { isDangerous } from "../../catalog/proposal.ts";
import { Button } from "../../design/button.tsx";
import { ButtonLink } from "../../design/button-link.tsx";
import { Empty, FailureNote, Loading, Stale } from "../../design/states.tsx";
import { ApprovalList } from "./approval-list.tsx";
import { ProposalRow } from "./proposal-row.tsx";
import { isSafe } from "./proposals-model.ts";
import { StepFooter } from "./step-footer.tsx";
import { useApprovals } from "./use-approvals.ts";

/** How often it is looked what was found by now, in ms. */
const EVERY_MS = 5000;

/** Ticks what was found and adds it in one go, or leads to where an app is added by its address. */
export function AppsStep({ onBack, onSkip, onDone }: { onBack(): void; onSkip(): void; onDone(): void }) {
  const { t } = useLingui();
  const { data, failure, isLoading, isStale, updatedAt, again } = useRead(proposalsList, {}, { every: EVERY_MS });
  const failureText = useFailureText(failure);
  const { approvals, isRunning, approve } = useApprovals();
  /** What the person ticked or unticked; the rest is as it is proposed. */
  const [ticks, setTicks] = useState<ReadonlyMap<string, boolean>>(new Map());
  const outcomes = useRef<HTMLDivElement>(null);

  const tried = new Set(
    approvals.filter(({ outcome }) => outcome.kind !== "failed").map(({ proposal }) => proposal.id),
  );
  const proposals = (data ?? []).filter(({ id }) => !tried.has(id));
  const chosen = proposals.filter((proposal) => !isDangerous(proposal) && (ticks.get(proposal.id) ?? isSafe(proposal)));

  async function add(): Promise<void> {
    const failed = await approve(chosen);
    // What failed is not tried again unless the person asks for it.
    setTicks((before) => new Map([...before, ...chosen.map(({ id }) => [id, false] as const)]));
    if (failed === 0) onDone();
    else outcomes.current?.focus();
  }

  return (
    <div className="space-y-4">
      <p className="text-muted">
        <Trans>
          What you add is open to people who sign in and may open it, and to nobody else. Everything can be changed
          later.
        </Trans>
      </p>
      {isLoading && <Loading count={3} />}
      {!data && failureText && <FailureNote failure={failureText} onRetry={again} />}
      {isStale && <Stale since={updatedAt} onRetry={again} />}
      <div ref={outcomes} tabIndex={-1} className="outline-none">
        <ApprovalList approvals={approvals} />
      </div>
      {data && proposals.length === 0 && approvals.length === 0 && (
        <Empty icon={<PackageSearch />} title={t`Nothing is waiting to be added`}>
          <Trans>Services appear here as soon as they are found. You can also name one by its address.</Trans>
        </Empty>
      )}
      {proposals.length > 0 && (
        <ul className="divide-y divide-line rounded-lg border border-line">
          {proposals.map((proposal) => (
            <ProposalRow
              key={proposal.id}
              proposal={proposal}
              isTicked={chosen.includes(proposal)}
              disabled={isRunning}
              onTick={(isTicked) => setTicks((before) => new Map(before).set(proposal.id, isTicked))}
            />
          ))}
        </ul>
      )}
      <ButtonLink to="/apps/new" icon={<Plus />}>
        <Trans>Add an app by its address</Trans>
      </ButtonLink>
      <StepFooter onBack={onBack} onSkip={onSkip}>
        {chosen.length > 0 || isRunning ? (
          <Button rank="primary" pending={isRunning} onClick={() => void add()}>
            <Plural value={chosen.length} one="Add # app" other="Add # apps" />
          </Button>
        ) : (
          <Button rank="primary" onClick={onDone}>
            <Trans>Continue</Trans>
          </Button>
        )}
      </StepFooter>
    </div>
  );
}
