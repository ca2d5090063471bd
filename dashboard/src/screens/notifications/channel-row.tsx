import { Trans, useLingui } from "@lingui/react/macro";
import { BellRing, Mail, MessageSquare, Smartphone, Webhook } from "lucide-react";
import { useState } from "react";
import { channelDelete, channelsList, channelTest, rulesList } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { refresh } from "../../api/query-client.ts";
import { useChange } from "../../api/use-change.ts";
import { Badge } from "../../design/badge.tsx";
import { Button } from "../../design/button.tsx";
import { useConfirm } from "../../design/confirm.tsx";
import { TimeAgo } from "../../design/time-ago.tsx";
import { useToasts } from "../../design/toast.tsx";
import { catchFocus } from "../../shell/catch-focus.ts";
import { type Channel, valuesOf } from "./channel-values.ts";
import { type Outcome, TestOutcome } from "./outcome.tsx";
import { RowFailure } from "./row-failure.tsx";
import { SERVICE_WORDS } from "./words.ts";

const ICONS = { device: Smartphone, push: BellRing, mail: Mail, plain: Webhook };

/** One channel: what it is, what came of the last message, a test that really sends, and the ways to change it. */
export function ChannelRow({ channel, onEdit }: { channel: Channel; onEdit(): void }) {
  const { t, i18n } = useLingui();
  const { id, name, kind, enabled, lastResult, lastAt } = channel;
  const values = valuesOf(channel);
  const { service } = values;
  const confirm = useConfirm();
  const { say } = useToasts();
  const [outcome, setOutcome] = useState<Outcome>();
  const test = useChange(channelTest, { refreshes: [channelsList], onDone: ({ data }) => setOutcome(data) });
  const remove = useChange(channelDelete, { refreshes: [rulesList] });
  const failure = useFailureText(test.failure ?? remove.failure);
  const Icon = (service in ICONS && ICONS[service as keyof typeof ICONS]) || MessageSquare;
  const host = typeof channel.settings.host === "string" ? channel.settings.host : "";
  const isOwn = kind === "mail" || kind === "webhook";

  async function onTest(): Promise<void> {
    setOutcome(undefined);
    await test.run({ params: { channelId: id } });
  }

  async function onRemove(): Promise<void> {
    const isMeant = await confirm({
      title: t`Remove the channel ${name}?`,
      text: t`Messages that wait on it are given up, and rules no longer send there.`,
      action: t`Remove channel`,
      danger: true,
    });
    if (!isMeant || !(await remove.run({ params: { channelId: id } }))) return;
    say({ text: t`${name} was removed.` });
    await refresh(channelsList);
    catchFocus();
  }

  return (
    <li className="space-y-3 py-3 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Icon aria-hidden className="size-5 shrink-0 text-muted" />
        <div className="min-w-0 flex-[1_1_14rem]">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
            <span className="min-w-0 wrap-break-word">{name}</span>
            {!enabled && (
              <Badge>
                <Trans>Switched off</Trans>
              </Badge>
            )}
          </p>
          <p className="text-sm wrap-break-word text-muted">
            {(isOwn || name !== i18n._(SERVICE_WORDS[service])) && i18n._(SERVICE_WORDS[service])}
            {host && (
              <>
                {" · "}
                <span className="font-mono">{host}</span>
              </>
            )}
            {values.to.length > 0 && ` · ${values.to.join(", ")}`}
          </p>
          {lastAt && lastResult && (
            <p className="text-sm wrap-break-word text-muted">
              <Trans>
                last message <TimeAgo at={lastAt} />: {lastResult}
              </Trans>
            </p>
          )}
          <RowFailure failure={failure} />
        </div>
        <div className="flex flex-wrap gap-2 max-sm:ml-9">
          <Button size="small" pending={test.isRunning} onClick={() => void onTest()} aria-label={t`Test ${name}`}>
            <Trans>Test</Trans>
          </Button>
          <Button size="small" onClick={onEdit} aria-label={t`Edit ${name}`}>
            <Trans>Edit</Trans>
          </Button>
          {isOwn && (
            <Button
              size="small"
              pending={remove.isRunning}
              onClick={() => void onRemove()}
              aria-label={t`Remove ${name}`}
            >
              <Trans>Remove</Trans>
            </Button>
          )}
        </div>
      </div>
      {outcome && !test.isRunning && <TestOutcome outcome={outcome} />}
    </li>
  );
}
