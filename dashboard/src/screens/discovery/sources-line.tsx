import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { discovery } from "@nekzus/contract";
import { ChevronRight } from "lucide-react";
import type { Data } from "../../api/endpoint.ts";
import { sourceName } from "../../catalog/proposal.ts";
import type { Tone } from "../../design/badge.tsx";
import { Callout } from "../../design/callout.tsx";
import { StatusDot } from "../../design/status-dot.tsx";
import { TimeAgo, TimeAhead } from "../../design/time-ago.tsx";

type Source = Data<typeof discovery.sourcesList>["sources"][number];

/** How each source is doing: its state, when it looked last, what it found, and what it left out and why. */
export function SourcesLine({ sources }: { sources: readonly Source[] }) {
  return (
    <div className="mb-3 space-y-2">
      {sources.map((source) => (
        <div key={source.name} className="space-y-2">
          {source.status === "failing" ? <FailingSource source={source} /> : <SourceState source={source} />}
          <Skipped source={source} />
        </div>
      ))}
    </div>
  );
}

function SourceState({ source }: { source: Source }) {
  const name = sourceName(source.name);
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-sm text-muted">
      <StatusDot tone={toneOf(source)}>
        {source.status === "working" ? (
          <Trans>
            <span className="font-medium text-text">{name}</span> is being watched
          </Trans>
        ) : (
          <Trans>
            <span className="font-medium text-text">{name}</span> is being looked at for the first time
          </Trans>
        )}
      </StatusDot>
      {source.lastLook && (
        <>
          <span>
            <Trans>
              Last look <TimeAgo at={source.lastLook} />
            </Trans>
          </span>
          <span>
            <Plural value={source.found} one="# service found" other="# services found" />
          </span>
        </>
      )}
    </p>
  );
}

function toneOf({ status }: Source): Tone {
  return status === "working" ? "good" : "neutral";
}

function FailingSource({ source }: { source: Source }) {
  const { t } = useLingui();
  const name = sourceName(source.name);
  return (
    <Callout tone="warn" title={t`${name} cannot be looked at`}>
      {source.message && <p className="line-clamp-4 break-words">{source.message}</p>}
      <p>
        {source.name === "docker" && (
          <Trans>
            Check that Docker runs and that the gateway may use its socket. Another socket is set with{" "}
            <code className="font-mono">discovery.docker.socket_path</code>.
          </Trans>
        )}{" "}
        {source.nextLook && (
          <Trans>
            The gateway tries again by itself: <TimeAhead at={source.nextLook} />.
          </Trans>
        )}
      </p>
      {source.lastLook && (
        <p className="text-muted">
          <Trans>
            The last complete look was <TimeAgo at={source.lastLook} />. What it found is shown until then.
          </Trans>
        </p>
      )}
    </Callout>
  );
}

/** Services that ask to be proposed and cannot be. Their names and the values in the reasons come from containers. */
function Skipped({ source: { skipped } }: { source: Source }) {
  if (skipped.length === 0) return null;
  return (
    <details className="group text-sm">
      <summary className="inline-flex min-h-6 list-none items-center gap-1.5 rounded-sm text-warn underline decoration-warn/40 underline-offset-3 select-none hover:decoration-warn pointer-coarse:min-h-11 [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-4 shrink-0 transition-transform group-open:rotate-90" />
        <Plural value={skipped.length} one="# service left out: see why" other="# services left out: see why" />
      </summary>
      <ul className="mt-1.5 space-y-2.5 rounded-lg border border-line bg-surface p-3.5">
        {skipped.map(({ name, reason }) => (
          <li key={`${name} ${reason}`} className="min-w-0">
            <span className="line-clamp-2 font-mono break-words">{name}</span>
            <span className="line-clamp-4 break-words text-muted">{reason}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
