import { Plural, Trans } from "@lingui/react/macro";
import type { discovery } from "@nekzus/contract";
import type { Data } from "../../api/endpoint.ts";
import { sourceName } from "../../catalog/proposal.ts";
import { StatusDot } from "../../design/status-dot.tsx";
import { TimeAgo } from "../../design/time-ago.tsx";

type Source = Data<typeof discovery.sourcesList>["sources"][number];

/** One source of discovery: does it work, what did it find, and why not more. */
export function SourceRow({ source }: { source: Source }) {
  const { name, message, lastLook, found, skipped } = source;
  return (
    <li className="space-y-1 px-3.5 py-3">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <span className="font-medium">{sourceName(name)}</span>
        <SourceState source={source} />
      </div>
      {message && <p className="text-sm wrap-break-word">{message}</p>}
      <p className="text-sm text-muted">
        <Plural value={found} _0="Nothing found" one="# service found" other="# services found" />
        {lastLook && (
          <>
            {" · "}
            <Trans>
              looked <TimeAgo at={lastLook} />
            </Trans>
          </>
        )}
        {skipped.length > 0 && (
          <>
            {" · "}
            <Plural value={skipped.length} one="# left out, see Discovery" other="# left out, see Discovery" />
          </>
        )}
      </p>
    </li>
  );
}

function SourceState({ source: { status } }: { source: Source }) {
  if (status === "working") {
    return (
      <StatusDot tone="good">
        <Trans>Working</Trans>
      </StatusDot>
    );
  }
  if (status === "failing") {
    return (
      <StatusDot tone="bad">
        <Trans>Cannot look</Trans>
      </StatusDot>
    );
  }
  return (
    <StatusDot tone="neutral">
      <Trans>Looking for the first time</Trans>
    </StatusDot>
  );
}
