import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { X } from "lucide-react";
import { useEffect, useRef } from "react";
import { addressOf } from "../../catalog/app.ts";
import { Button } from "../../design/button.tsx";
import { IconButton } from "../../design/icon-button.tsx";
import { Progress } from "../../design/progress.tsx";
import { StatusDot } from "../../design/status-dot.tsx";
import { TextAnchor } from "../../design/text-link.tsx";
import type { Batch, Outcome } from "./use-decisions.tsx";
import { FailureSentence, Name } from "./use-decisions.tsx";
import { BARRIERS } from "./words.ts";

/** How several decisions are coming along and how each of them ended. Takes the focus when all are made. */
export function BatchReport({
  batch,
  onLook,
  onClose,
}: {
  batch: Batch;
  onLook(proposalId: string): void;
  onClose(): void;
}) {
  const { t } = useLingui();
  const box = useRef<HTMLElement>(null);
  const { kind, total, outcomes, isRunning } = batch;
  const done = outcomes.filter((outcome) => outcome.kind === "approved" || outcome.kind === "dismissed").length;

  useEffect(() => {
    if (!isRunning) box.current?.focus();
  }, [isRunning]);

  return (
    <section
      ref={box}
      tabIndex={-1}
      aria-label={t`What was decided`}
      className="mb-3 rounded-lg border border-line bg-surface p-pad"
    >
      {isRunning ? (
        <Progress
          label={kind === "approve" ? t`Approving` : t`Dismissing`}
          value={outcomes.length / total}
          note={
            <Trans>
              {outcomes.length} of {total}
            </Trans>
          }
        />
      ) : (
        <div className="flex items-start justify-between gap-3">
          <p className="pt-1 font-medium">
            {kind === "approve" ? (
              <Plural value={total} one={`${done} of # service approved`} other={`${done} of # services approved`} />
            ) : (
              <Plural value={total} one={`${done} of # service dismissed`} other={`${done} of # services dismissed`} />
            )}
          </p>
          <IconButton size="small" label={t`Close this report`} icon={<X />} onClick={onClose} />
        </div>
      )}
      {!isRunning && (
        <ul className="mt-2 divide-y divide-line">
          {outcomes.map((outcome) => (
            <li
              key={outcome.proposal.id}
              className="flex flex-wrap items-center gap-x-4 gap-y-1.5 py-2 text-sm last:pb-0"
            >
              <div className="min-w-0 flex-1 basis-56">
                <Result outcome={outcome} />
              </div>
              {outcome.kind === "approved" && (
                <TextAnchor href={addressOf(outcome.app)} target="_blank">
                  <Trans>Open the app</Trans>
                </TextAnchor>
              )}
              {(outcome.kind === "barred" || outcome.kind === "failed") && kind === "approve" && (
                <Button size="small" onClick={() => onLook(outcome.proposal.id)}>
                  <Trans>Look at it…</Trans>
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Result({ outcome }: { outcome: Outcome }) {
  const { i18n } = useLingui();
  const name = <Name name={outcome.proposal.suggestedApp.name} />;
  switch (outcome.kind) {
    case "approved":
      return (
        <StatusDot tone="good">
          {name} · <Trans>approved</Trans>
        </StatusDot>
      );
    case "dismissed":
      return (
        <StatusDot tone="good">
          {name} · <Trans>dismissed</Trans>
        </StatusDot>
      );
    case "barred":
      return (
        <StatusDot tone="warn">
          {name} · {i18n._(BARRIERS[outcome.barrier])}
        </StatusDot>
      );
    case "processed":
      return (
        <StatusDot tone="neutral">
          {name} · {outcome.message}
        </StatusDot>
      );
    case "failed":
      return (
        <StatusDot tone="bad">
          {name} · <FailureSentence failure={outcome.failure} />
        </StatusDot>
      );
  }
}
