import { Trans, useLingui } from "@lingui/react/macro";
import type { webhooks } from "@nekzus/contract";
import type { z } from "zod";
import { webhookCalls, webhookReplay } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { useChange } from "../../api/use-change.ts";
import { Badge } from "../../design/badge.tsx";
import { Button } from "../../design/button.tsx";
import { classes } from "../../design/classes.ts";
import { useConfirm } from "../../design/confirm.tsx";
import { Disclosure } from "../../design/disclosure.tsx";
import { TimeAgo } from "../../design/time-ago.tsx";
import { useToasts } from "../../design/toast.tsx";
import { dateTime } from "../../text/format.ts";

type Call = z.output<typeof webhooks.WebhookCall>;

/** One call: which webhook, from whom, what became of it, its body, and a way to do it again. */
export function CallRow({ call }: { call: Call }) {
  const { t } = useLingui();
  const { id, at, endpoint, status, result, callerName, address, body } = call;
  const confirm = useConfirm();
  const { say } = useToasts();
  const replay = useChange(webhookReplay, { refreshes: [webhookCalls] });
  const failure = useFailureText(replay.failure);
  const isGood = status < 400;
  const when = dateTime(at);
  const said = saidIn(body);

  async function onReplay(): Promise<void> {
    const isMeant = await confirm({
      title: t`Do this call again?`,
      text: t`It tells everybody, or the devices it named, once more. The log names you as the caller.`,
      action: t`Do it again`,
    });
    if (!isMeant || !(await replay.run({ params: { callId: id } }))) return;
    say({ text: t`The call was done again.` });
  }

  return (
    <li className="space-y-2 py-3 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-[1_1_16rem] space-y-1">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="font-mono text-sm font-semibold">{endpoint}</span>
            <Badge tone={isGood ? "good" : "bad"}>
              {isGood ? <Trans>Taken</Trans> : <Trans>Refused, {status}</Trans>}
            </Badge>
          </p>
          {said && <p className="line-clamp-2 wrap-break-word">{said}</p>}
          <p className={classes("text-sm wrap-break-word", isGood && "text-muted")}>{result}</p>
          <p className="text-sm text-muted">
            <TimeAgo at={at} /> · <span className="break-all">{callerName}</span>
            {address && (
              <>
                {" · "}
                <span className="font-mono">{address}</span>
              </>
            )}
          </p>
          {failure && (
            <p role="alert" className="text-sm font-medium text-bad">
              {failure.title}. {failure.text} {failure.wayOn}
            </p>
          )}
        </div>
        {isGood && (
          <Button
            size="small"
            pending={replay.isRunning}
            onClick={() => void onReplay()}
            aria-label={t`Do again the call of ${when}`}
          >
            <Trans>Do again</Trans>
          </Button>
        )}
      </div>
      {body && (
        <Disclosure title={t`What was sent`}>
          <pre className="max-w-full rounded-md bg-sunken p-3 font-mono text-sm break-all whitespace-pre-wrap">
            {pretty(body)}
          </pre>
        </Disclosure>
      )}
    </li>
  );
}

/** What a call says to people, where its body has that. */
function saidIn(body: string): string {
  try {
    const { message, data } = JSON.parse(body) as { message?: unknown; data?: { title?: unknown } };
    return String(message ?? data?.title ?? "");
  } catch {
    return "";
  }
}

/** JSON with line breaks; anything else as it came. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
