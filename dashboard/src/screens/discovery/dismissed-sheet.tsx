import { Trans, useLingui } from "@lingui/react/macro";
import { ArchiveRestore } from "lucide-react";
import { useState } from "react";
import { dismissedList, proposalRestore, proposalsList } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { useChange } from "../../api/use-change.ts";
import { useRead } from "../../api/use-read.ts";
import { sourceName } from "../../catalog/proposal.ts";
import { Badge } from "../../design/badge.tsx";
import { Button } from "../../design/button.tsx";
import { Guarded } from "../../design/panel.tsx";
import { Sheet } from "../../design/sheet.tsx";
import { Empty, FailureNote, Loading, Stale } from "../../design/states.tsx";
import { TimeAgo } from "../../design/time-ago.tsx";
import { useToasts } from "../../design/toast.tsx";
import { AlreadyDecided, Name } from "./use-decisions.tsx";

type DismissedSheetProps = { open: boolean; onClose(): void; onClosed(): void };

/** Services that are not proposed because somebody did not want them; each can be taken back. */
export function DismissedSheet(modal: DismissedSheetProps) {
  const { t } = useLingui();
  return (
    <Sheet
      {...modal}
      title={t`Dismissed services`}
      description={t`They are not proposed until you restore them, or use “Look again”, which forgets all dismissals.`}
    >
      <Guarded>
        <DismissedServices />
      </Guarded>
    </Sheet>
  );
}

function DismissedServices() {
  const { t } = useLingui();
  const { say } = useToasts();
  const { data, failure, isLoading, isStale, updatedAt, again } = useRead(dismissedList, {}, { every: 5000 });
  const failureText = useFailureText(failure);
  const restore = useChange(proposalRestore, { refreshes: [dismissedList, proposalsList] });
  const restoreFailure = useFailureText(restore.failure);
  const [busy, setBusy] = useState<string>();

  async function takeBack(id: string, name: string): Promise<void> {
    setBusy(id);
    const reply = await restore.run({ params: { proposalId: id } });
    setBusy(undefined);
    if (!reply) return;
    // The button goes with its line.
    document.querySelector<HTMLElement>("[data-modal-body]")?.focus();
    if (reply.data.status === "restored") {
      say({
        text: (
          <Trans>
            <Name name={name} /> waits for a decision again
          </Trans>
        ),
      });
    } else {
      const { message } = reply.data;
      say({ tone: "bad", text: <AlreadyDecided name={name} message={message} /> });
    }
  }

  return (
    <div className="space-y-3">
      {isStale && <Stale since={updatedAt} onRetry={again} />}
      {restoreFailure && <FailureNote failure={restoreFailure} />}
      {isLoading && <Loading />}
      {!data && failureText && <FailureNote failure={failureText} onRetry={again} />}
      {data?.length === 0 && <Empty icon={<ArchiveRestore />} title={t`Nothing is dismissed.`} />}
      {data && data.length > 0 && (
        <ul className="divide-y divide-line">
          {data.map(({ id, name, source, reason, lastSeen }) => (
            <li key={id} className="flex items-center gap-3 py-3">
              <div className="min-w-0 flex-1 space-y-0.5">
                <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
                  <span className="line-clamp-2 min-w-0 break-words">
                    <Name name={name} />
                  </span>
                  <Badge>{sourceName(source).slice(0, 30)}</Badge>
                </p>
                <p className="text-sm text-muted">
                  {reason === "removed" ? <Trans>Its app was deleted.</Trans> : <Trans>Dismissed as a proposal.</Trans>}{" "}
                  <Trans>
                    Last seen <TimeAgo at={lastSeen} />.
                  </Trans>
                </p>
              </div>
              <Button
                aria-label={t`Restore ${name}`}
                pending={busy === id}
                disabled={busy !== undefined && busy !== id}
                onClick={() => takeBack(id, name)}
              >
                <Trans>Restore</Trans>
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
