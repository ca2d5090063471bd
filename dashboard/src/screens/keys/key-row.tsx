import { Trans, useLingui } from "@lingui/react/macro";
import type { apikeys } from "@nekzus/contract";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import type { z } from "zod";
import { apikeyDelete, apikeyRotate, apikeysList } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { refresh } from "../../api/query-client.ts";
import { useChange } from "../../api/use-change.ts";
import { Badge } from "../../design/badge.tsx";
import { Button } from "../../design/button.tsx";
import { useConfirm } from "../../design/confirm.tsx";
import { TimeAgo } from "../../design/time-ago.tsx";
import { useToasts } from "../../design/toast.tsx";
import { ToldKey } from "../../design/told-key.tsx";
import { catchFocus } from "../../shell/catch-focus.ts";
import { date } from "../../text/format.ts";

type ApiKey = z.output<typeof apikeys.ApiKey>;

/** For so long the old secret stays good when a key gets another one, in minutes. */
const OVERLAP_MINUTES = 60;

/** One key: what it may, when it was used last, and the ways to change and revoke it. */
export function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useLingui();
  const { id, name, prefix, scopes, networks, expiresAt, lastUsedAt, lastUsedAddress, createdAt, revokedAt } = apiKey;
  const confirm = useConfirm();
  const toasts = useToasts();
  const remove = useChange(apikeyDelete);
  const rotate = useChange(apikeyRotate);
  const failureText = useFailureText(remove.failure ?? rotate.failure);
  const [told, setTold] = useState<string>();
  const isOver = expiresAt !== undefined && Date.parse(expiresAt) <= Date.now();
  const isGone = revokedAt !== undefined;

  async function onRemove(): Promise<void> {
    const isMeant = await confirm({
      title: isGone ? t`Remove ${name} from the list?` : t`Revoke ${name}?`,
      text: isGone
        ? t`The audit log still tells of it.`
        : t`Programs that use it are refused at once, and keys that were made with it as well.`,
      action: isGone ? t`Remove it` : t`Revoke it`,
    });
    if (!isMeant) return;
    const reply = await remove.run({ params: { keyId: id }, query: isGone ? { permanent: "true" } : {} });
    if (!reply) return;
    toasts.say({ text: isGone ? t`${name} was removed.` : t`${name} is revoked.` });
    await refresh(apikeysList);
    catchFocus();
  }

  async function onRotate(): Promise<void> {
    const isMeant = await confirm({
      title: t`Give ${name} another secret?`,
      text: t`The present one stays good for an hour, so that you can change it where it is used.`,
      action: t`Make another secret`,
    });
    if (!isMeant) return;
    const reply = await rotate.run({ params: { keyId: id }, body: { overlapMinutes: OVERLAP_MINUTES } });
    if (!reply) return;
    setTold(reply.data.key);
    await refresh(apikeysList);
  }

  return (
    <li className="space-y-3 py-3 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <KeyRound aria-hidden className="size-5 shrink-0 text-muted" />
        <div className="min-w-0 flex-[1_1_14rem]">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
            <span className="min-w-0 break-words">{name}</span>
            <span className="font-mono text-sm text-muted">{prefix}…</span>
            {isGone ? (
              <Badge tone="bad">
                <Trans>Revoked</Trans>
              </Badge>
            ) : (
              isOver && (
                <Badge tone="warn">
                  <Trans>Ended</Trans>
                </Badge>
              )
            )}
          </p>
          <p className="font-mono text-sm break-words">{scopes.join(" ")}</p>
          <p className="text-sm text-muted">
            {lastUsedAt ? (
              <Trans>
                used <TimeAgo at={lastUsedAt} />
              </Trans>
            ) : (
              <Trans>never used</Trans>
            )}
            {lastUsedAddress && (
              <>
                {" · "}
                <span className="font-mono">{lastUsedAddress}</span>
              </>
            )}
            {" · "}
            <Made at={createdAt} />
            {expiresAt && !isOver && (
              <>
                {" · "}
                <Ends at={expiresAt} />
              </>
            )}
            {networks.length > 0 && (
              <>
                {" · "}
                <Trans>
                  only from <span className="font-mono">{networks.join(", ")}</span>
                </Trans>
              </>
            )}
          </p>
          {failureText && (
            <p role="alert" className="text-sm font-medium text-bad">
              {failureText.title}. {failureText.wayOn}
            </p>
          )}
        </div>
        <div className="flex flex-wrap gap-2 max-sm:ml-9">
          {!isGone && !isOver && (
            <Button
              size="small"
              pending={rotate.isRunning}
              onClick={() => void onRotate()}
              aria-label={t`New secret for ${name}`}
            >
              <Trans>New secret</Trans>
            </Button>
          )}
          <Button
            size="small"
            pending={remove.isRunning}
            onClick={() => void onRemove()}
            aria-label={isGone ? t`Remove ${name}` : t`Revoke ${name}`}
          >
            {isGone ? <Trans>Remove</Trans> : <Trans>Revoke</Trans>}
          </Button>
        </div>
      </div>
      {told && <ToldKey secret={told} onDone={() => setTold(undefined)} />}
    </li>
  );
}

function Made({ at }: { at: string }) {
  const day = date(at);
  return <Trans>made {day}</Trans>;
}

function Ends({ at }: { at: string }) {
  const day = date(at);
  return <Trans>ends {day}</Trans>;
}
