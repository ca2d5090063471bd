import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { notificationsList, notificationsRetry, notificationsStats } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { useChange } from "../../api/use-change.ts";
import { Button } from "../../design/button.tsx";
import { FailureNote } from "../../design/states.tsx";
import { useToasts } from "../../design/toast.tsx";
import { catchFocus } from "../../shell/catch-focus.ts";

/** Sends all of the given-up messages on a page again. */
export function RetryAll({ ids }: { ids: number[] }) {
  const { t } = useLingui();
  const { say } = useToasts();
  const { run, isRunning, failure } = useChange(notificationsRetry, {
    refreshes: [notificationsList, notificationsStats],
  });
  const failureText = useFailureText(failure);

  async function onRetry(): Promise<void> {
    const reply = await run({ body: { ids } });
    if (!reply) return;
    const { count } = reply.data;
    say({ text: t`${count} messages will be sent again.` });
    catchFocus();
  }

  return (
    <div className="mb-3 space-y-3">
      <Button size="small" pending={isRunning} onClick={() => void onRetry()}>
        <Trans>
          Send <Plural value={ids.length} one="# message" other="# messages" /> again
        </Trans>
      </Button>
      {failureText && <FailureNote failure={failureText} />}
    </div>
  );
}
