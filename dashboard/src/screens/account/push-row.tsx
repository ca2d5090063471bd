import { Trans, useLingui } from "@lingui/react/macro";
import type { push } from "@nekzus/contract";
import type { z } from "zod";
import { pushState, pushUnsubscribe } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { refresh } from "../../api/query-client.ts";
import { useChange } from "../../api/use-change.ts";
import { Badge } from "../../design/badge.tsx";
import { Button } from "../../design/button.tsx";
import { TimeAgo } from "../../design/time-ago.tsx";
import { catchFocus } from "../../shell/catch-focus.ts";
import { unsubscribeHere } from "../../shell/push/push-browser.ts";

type Subscription = z.output<typeof push.PushSubscription>;

/** A browser that gets messages, and the end of that. `isOwn`: it is this one. */
export function PushRow({ subscription, isOwn }: { subscription: Subscription; isOwn: boolean }) {
  const { t } = useLingui();
  const { id, browser, createdAt, lastUsedAt } = subscription;
  const { run, isRunning, failure } = useChange(pushUnsubscribe);
  const failureText = useFailureText(failure);

  async function onStop(): Promise<void> {
    if (!(await run({ params: { subscriptionId: id } }))) return;
    // That the gateway sends no more is what counts; a worker that is left over shows nothing.
    if (isOwn) await unsubscribeHere().catch(() => undefined);
    await refresh(pushState);
    catchFocus();
  }

  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0">
      <div className="min-w-0 flex-[1_1_12rem]">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
          {browser}
          {isOwn && (
            <Badge>
              <Trans>This one</Trans>
            </Badge>
          )}
        </p>
        <p className="text-sm text-muted">
          {lastUsedAt ? (
            <Trans>
              last message <TimeAgo at={lastUsedAt} />
            </Trans>
          ) : (
            <Trans>
              since <TimeAgo at={createdAt} />, no message yet
            </Trans>
          )}
        </p>
        {failureText && (
          <p role="alert" className="text-sm font-medium text-bad">
            {failureText.title}. {failureText.wayOn}
          </p>
        )}
      </div>
      <Button
        size="small"
        pending={isRunning}
        onClick={() => void onStop()}
        aria-label={t`Stop messages in ${browser}`}
      >
        <Trans>Stop</Trans>
      </Button>
    </li>
  );
}
