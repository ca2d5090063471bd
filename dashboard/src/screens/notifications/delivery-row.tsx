import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { notifications } from "@nekzus/contract";
import type { z } from "zod";
import {
  notificationDismiss,
  notificationRetry,
  notificationsList,
  notificationsStats,
} from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { useChange } from "../../api/use-change.ts";
import { Badge } from "../../design/badge.tsx";
import { Button } from "../../design/button.tsx";
import { TimeAgo, TimeAhead } from "../../design/time-ago.tsx";
import { useToasts } from "../../design/toast.tsx";
import { catchFocus } from "../../shell/catch-focus.ts";
import { RowFailure } from "./row-failure.tsx";
import { STATE_WORDS, STATES } from "./words.ts";

type Message = z.output<typeof notifications.Notification>;

const REFRESHES = [notificationsList, notificationsStats];

/** One message: what it says, to whom, what became of it, and the ways to send it again and to give it up. */
export function DeliveryRow({ message }: { message: Message }) {
  const { t, i18n } = useLingui();
  const { id, title, body, deviceName, status, retryCount, maxRetries, createdAt, nextAttemptAt, errorMessage } =
    message;
  const { say } = useToasts();
  const retry = useChange(notificationRetry, { refreshes: REFRESHES });
  const dismiss = useChange(notificationDismiss, { refreshes: REFRESHES });
  const failure = useFailureText(retry.failure ?? dismiss.failure);
  const isOpen = status === "pending" || status === "failed";
  const state = STATES.find((one) => one === status);

  async function onRetry(): Promise<void> {
    const reply = await retry.run({ params: { notificationId: id } });
    if (!reply) return;
    const said = {
      sent: t`It was handed over.`,
      queued: t`It will be sent in a moment.`,
      offline: t`${deviceName} is not connected, and gets it when it is.`,
    };
    say({ text: said[reply.data.status] });
  }

  async function onDismiss(): Promise<void> {
    if (!(await dismiss.run({ params: { notificationId: id } }))) return;
    say({ text: t`The message was dismissed.` });
    catchFocus();
  }

  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0">
      <div className="min-w-0 flex-[1_1_16rem] space-y-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="min-w-0 font-medium wrap-break-word">{title}</span>
          <Badge tone={state && STATE_WORDS[state].tone}>{state ? i18n._(STATE_WORDS[state].word) : status}</Badge>
        </p>
        {body && <p className="line-clamp-3 text-sm wrap-break-word whitespace-pre-line">{body}</p>}
        <p className="text-sm text-muted">
          <Trans>to {deviceName}</Trans>
          {" · "}
          <TimeAgo at={createdAt} />
          {retryCount > 0 && (
            <>
              {" · "}
              <Plural value={retryCount} one={`# try of ${maxRetries}`} other={`# tries of ${maxRetries}`} />
            </>
          )}
          {status === "pending" && nextAttemptAt && Date.parse(nextAttemptAt) > Date.now() && (
            <>
              {" · "}
              <Trans>
                next try <TimeAhead at={nextAttemptAt} />
              </Trans>
            </>
          )}
        </p>
        {isOpen && errorMessage && <p className="text-sm wrap-break-word text-bad">{errorMessage}</p>}
        <RowFailure failure={failure} />
      </div>
      {isOpen && (
        <div className="flex flex-wrap gap-2">
          <Button
            size="small"
            pending={retry.isRunning}
            onClick={() => void onRetry()}
            aria-label={t`Send again: ${title}, to ${deviceName}`}
          >
            <Trans>Send again</Trans>
          </Button>
          <Button
            size="small"
            pending={dismiss.isRunning}
            onClick={() => void onDismiss()}
            aria-label={t`Dismiss: ${title}, to ${deviceName}`}
          >
            <Trans>Dismiss</Trans>
          </Button>
        </div>
      )}
    </li>
  );
}
