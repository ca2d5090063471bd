import { Trans, useLingui } from "@lingui/react/macro";
import type { audit } from "@nekzus/contract";
import type { z } from "zod";
import { Badge } from "../../design/badge.tsx";
import { Disclosure } from "../../design/disclosure.tsx";
import { dateTime } from "../../text/format.ts";

type Entry = z.output<typeof audit.AuditEntry>;

/** One entry: when, who, what, to what; the fields that changed on demand. */
export function AuditRow({ entry }: { entry: Entry }) {
  const { t } = useLingui();
  const { action, actorName, actorIp, targetId, success, error, details, timestamp } = entry;
  return (
    <li className="space-y-1 py-3 first:pt-0 last:pb-0">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="font-mono text-sm font-semibold">{action}</span>
        {targetId && <span className="min-w-0 font-medium break-all">{targetId}</span>}
        {!success && <Badge tone="bad">{error ?? <Trans>Failed</Trans>}</Badge>}
      </p>
      <p className="text-sm text-muted">
        {dateTime(timestamp)} · <span className="break-all">{actorName}</span>
        {actorIp && (
          <>
            {" · "}
            <span className="font-mono">{actorIp}</span>
          </>
        )}
      </p>
      {details && (
        <Disclosure title={t`What changed`}>
          <pre className="max-w-full overflow-x-auto rounded-md bg-sunken p-3 font-mono text-sm whitespace-pre-wrap break-all">
            {JSON.stringify(details, null, 2)}
          </pre>
        </Disclosure>
      )}
    </li>
  );
}
