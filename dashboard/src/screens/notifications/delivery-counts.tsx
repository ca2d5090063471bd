import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { notificationsClear, notificationsList, notificationsStats } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { useChange } from "../../api/use-change.ts";
import { useRead } from "../../api/use-read.ts";
import { Button } from "../../design/button.tsx";
import { Callout } from "../../design/callout.tsx";
import { useConfirm } from "../../design/confirm.tsx";
import { FailureNote, Loading } from "../../design/states.tsx";
import { StatusDot } from "../../design/status-dot.tsx";
import { useToasts } from "../../design/toast.tsx";
import { catchFocus } from "../../shell/catch-focus.ts";
import { Reading } from "../../shell/reading.tsx";

/** How often they are counted while they are looked at, in ms. */
const EVERY_MS = 5_000;

/** How many messages wait, arrived and failed, and whether they are sent at all. */
export function DeliveryCounts() {
  const read = useRead(notificationsStats, {}, { every: EVERY_MS });
  return (
    <Reading read={read} loading={<Loading shape="text" count={1} />}>
      {({ enabled, totalPending, totalFailed, totalDelivered, staleCount }) => (
        <div className="space-y-3">
          {!enabled && (
            <Callout tone="warn" title={<Trans>Nothing is sent at the moment</Trans>}>
              <Trans>
                The setting <span className="font-mono">notifications.enabled</span> is false. Messages wait until it is
                true again.
              </Trans>
            </Callout>
          )}
          {staleCount > 0 && (
            <Callout
              tone="warn"
              title={
                <Plural
                  value={staleCount}
                  one="# message has waited for more than a day"
                  other="# messages have waited for more than a day"
                />
              }
            >
              <Trans>A device gets its messages when it connects; one that is gone for good: revoke it.</Trans>
            </Callout>
          )}
          <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
            <StatusDot tone="info">
              <Plural value={totalPending} one="# waits" other="# wait" />
            </StatusDot>
            <StatusDot tone={totalFailed > 0 ? "bad" : "neutral"}>
              <Plural value={totalFailed} one="# given up" other="# given up" />
            </StatusDot>
            <StatusDot tone="good">
              <Plural value={totalDelivered} one="# delivered" other="# delivered" />
            </StatusDot>
            {totalDelivered > 0 && <ClearDelivered />}
          </div>
        </div>
      )}
    </Reading>
  );
}

function ClearDelivered() {
  const { t } = useLingui();
  const confirm = useConfirm();
  const { say } = useToasts();
  const clear = useChange(notificationsClear, { refreshes: [notificationsList, notificationsStats] });
  const failure = useFailureText(clear.failure);

  async function onClear(): Promise<void> {
    const isMeant = await confirm({
      title: t`Take the delivered messages off the list?`,
      text: t`What waits or was given up stays.`,
      action: t`Take them off`,
    });
    if (!isMeant || !(await clear.run())) return;
    say({ text: t`The delivered messages are off the list.` });
    catchFocus();
  }

  return (
    <>
      <Button size="small" rank="quiet" pending={clear.isRunning} onClick={() => void onClear()}>
        <Trans>Clear the delivered</Trans>
      </Button>
      {failure && (
        <div className="w-full">
          <FailureNote failure={failure} />
        </div>
      )}
    </>
  );
}
