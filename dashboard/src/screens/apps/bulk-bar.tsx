import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { X } from "lucide-react";
import { Button } from "../../design/button.tsx";
import { Callout } from "../../design/callout.tsx";
import { IconButton } from "../../design/icon-button.tsx";
import { Progress } from "../../design/progress.tsx";
import type { AppRow } from "./apps-model.ts";
import { RefusalReason } from "./refusal.tsx";
import { type BulkAction, type BulkRefusal, concerned } from "./use-bulk.tsx";

type BulkBarProps = { chosen: readonly AppRow[]; onRun(action: BulkAction): void; onClear(): void };

/** What can be done with the ticked rows. */
export function BulkBar({ chosen, onRun, onClear }: BulkBarProps) {
  const { t } = useLingui();
  const actions: readonly { id: BulkAction; label: React.ReactNode }[] = [
    { id: "enable", label: <Trans>Enable</Trans> },
    { id: "disable", label: <Trans>Disable</Trans> },
    { id: "delete", label: <Trans>Delete</Trans> },
  ];
  return (
    <section aria-label={t`Ticked rows`} className="flex min-h-control flex-wrap items-center gap-2">
      <IconButton size="small" label={t`Untick all`} icon={<X />} onClick={onClear} />
      <span role="status" className="mr-auto text-sm font-medium">
        <Plural value={chosen.length} one="# ticked" other="# ticked" />
      </span>
      {actions.map(({ id, label }) => (
        <Button key={id} size="small" disabled={concerned(id, chosen).length === 0} onClick={() => onRun(id)}>
          {label}
        </Button>
      ))}
    </section>
  );
}

type BulkProgressProps = { action: BulkAction; done: number; of: number; onStop(): void };

/** How far several changes have come. */
export function BulkProgress({ action, done, of, onStop }: BulkProgressProps) {
  const { t } = useLingui();
  const label = { enable: t`Enabling`, disable: t`Disabling`, delete: t`Deleting` }[action];
  return (
    <div className="flex min-h-control items-center gap-4">
      <div className="flex-1">
        <Progress label={t`${label}: ${done} of ${of}`} value={of === 0 ? undefined : done / of} />
      </div>
      <Button size="small" onClick={onStop}>
        <Trans>Stop</Trans>
      </Button>
    </div>
  );
}

/** Which of the changes were refused, and why. The rows stay ticked, so that they can be tried again. */
export function BulkRefusals({ refusal, onDismiss }: { refusal: BulkRefusal; onDismiss(): void }) {
  const { action, done, refused } = refusal;
  const count = refused.length;
  return (
    <Callout
      tone="bad"
      announce
      title={<NotDone action={action} count={count} />}
      actions={
        <Button size="small" onClick={onDismiss}>
          <Trans>Dismiss</Trans>
        </Button>
      }
    >
      {done > 0 && <Plural value={done} one="# other was done." other="# others were done." />}{" "}
      <Trans>Those that were not are still ticked.</Trans>
      <ul className="mt-2 max-h-60 list-disc space-y-1 overflow-y-auto pl-5">
        {refused.map(({ item, failure }) => (
          <li key={item.id} className="break-words">
            <span className="font-medium">{item.app.name}</span>{" "}
            {item.route && <span className="font-mono break-all">{item.route.pathBase}</span>}
            {": "}
            {failure && <RefusalReason failure={failure} />}
          </li>
        ))}
      </ul>
    </Callout>
  );
}

function NotDone({ action, count }: { action: BulkAction; count: number }) {
  if (action === "enable")
    return <Plural value={count} one="# route was not enabled" other="# routes were not enabled" />;
  if (action === "disable") {
    return <Plural value={count} one="# route was not disabled" other="# routes were not disabled" />;
  }
  return <Plural value={count} one="# entry was not deleted" other="# entries were not deleted" />;
}
