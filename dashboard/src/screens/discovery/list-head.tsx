import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "../../design/button.tsx";
import { TickBox } from "../../design/checkbox.tsx";

type ListHeadProps = {
  /** How many are shown, how many wait, and how many of the shown are chosen. */
  shown: number;
  waiting: number;
  chosen: number;
  isRunning: boolean;
  onChooseAll(isChosen: boolean): void;
  onApprove(): void;
  onDismiss(): void;
};

/** The head of the list: choosing all, and what can be done with those that are chosen. */
export function ListHead({ shown, waiting, chosen, isRunning, onChooseAll, onApprove, onDismiss }: ListHeadProps) {
  const { t } = useLingui();
  return (
    <div className="flex min-h-12 flex-wrap items-center gap-x-3.5 gap-y-2 border-b border-line px-pad py-1.5">
      <TickBox
        checked={chosen > 0 && chosen === shown}
        mixed={chosen > 0 && chosen < shown}
        disabled={shown === 0}
        onChange={onChooseAll}
        aria-label={t`Choose all that are shown`}
      />
      <p role="status" className="min-w-0 flex-1 text-sm text-muted">
        {chosen > 0 ? (
          <Plural value={chosen} one="# chosen" other="# chosen" />
        ) : shown === waiting ? (
          <Plural value={waiting} one="# service waits for a decision" other="# services wait for a decision" />
        ) : (
          <Plural value={waiting} one={`${shown} of # service shown`} other={`${shown} of # services shown`} />
        )}
      </p>
      {chosen > 0 && (
        <div className="flex flex-wrap gap-2">
          <Button size="small" rank="quiet" pending={isRunning} onClick={onDismiss}>
            <Trans>Dismiss chosen</Trans>
          </Button>
          <Button size="small" rank="primary" pending={isRunning} onClick={onApprove}>
            <Trans>Approve chosen</Trans>
          </Button>
        </div>
      )}
    </div>
  );
}
