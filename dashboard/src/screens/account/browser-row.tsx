import { Trans, useLingui } from "@lingui/react/macro";
import type { account } from "@nekzus/contract";
import { Monitor, Smartphone } from "lucide-react";
import type { Data } from "../../api/endpoint.ts";
import { endSession, listSessions } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { refresh } from "../../api/query-client.ts";
import { useChange } from "../../api/use-change.ts";
import { Badge } from "../../design/badge.tsx";
import { Button } from "../../design/button.tsx";
import { useConfirm } from "../../design/confirm.tsx";
import { TimeAgo } from "../../design/time-ago.tsx";
import { useToasts } from "../../design/toast.tsx";
import { catchFocus } from "../../shell/catch-focus.ts";
import { date } from "../../text/format.ts";

type SignedInBrowser = Data<typeof account.listSessions>[number];

/** One browser: what it is, where it was last, and the way to sign it out. */
export function BrowserRow({ browser }: { browser: SignedInBrowser }) {
  const { t } = useLingui();
  const confirm = useConfirm();
  const toasts = useToasts();
  const { run, isRunning, failure } = useChange(endSession);
  const failureText = useFailureText(failure);
  const { id, current, browser: name, address, lastSeen, createdAt } = browser;
  const since = date(createdAt);
  const Icon = /iPhone|iPad|Android/i.test(name) ? Smartphone : Monitor;

  async function signOut(): Promise<void> {
    const isMeant = await confirm({
      title: t`Sign ${name} out?`,
      text: t`It has to sign in again. Apps that are open there stop at once, also films and downloads.`,
      action: t`Sign it out`,
    });
    if (!isMeant) return;
    const reply = await run({ params: { sessionId: id } });
    if (!reply) return;
    toasts.say({ text: t`${name} is signed out.` });
    await refresh(listSessions);
    // The button went with its row.
    catchFocus();
  }

  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0">
      <Icon aria-hidden className="size-5 shrink-0 text-muted" />
      <div className="min-w-0 flex-[1_1_12rem]">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
          {name}
          {current && (
            <Badge tone="info">
              <Trans>This browser</Trans>
            </Badge>
          )}
        </p>
        <p className="text-sm text-muted">
          {address && (
            <>
              <span className="font-mono">{address}</span>
              {" · "}
            </>
          )}
          <Trans>
            used <TimeAgo at={lastSeen} />
          </Trans>
          {" · "}
          <Trans>signed in {since}</Trans>
        </p>
        {failureText && (
          <p role="alert" className="text-sm font-medium text-bad">
            {failureText.title}. {failureText.wayOn}
          </p>
        )}
      </div>
      {!current && (
        <Button
          size="small"
          className="max-sm:ml-9"
          pending={isRunning}
          onClick={() => void signOut()}
          aria-label={t`Sign out: ${name}, ${address}`}
        >
          <Trans>Sign out</Trans>
        </Button>
      )}
    </li>
  );
}
