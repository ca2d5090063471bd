import { Trans, useLingui } from "@lingui/react/macro";
import { ChevronDown, Construction, LoaderCircle, PowerOff, Unlink } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "../../design/badge.tsx";
import { Popover } from "../../design/popover.tsx";
import { StatusDot } from "../../design/status-dot.tsx";
import { TimeAgo, TimeAhead } from "../../design/time-ago.tsx";
import { milliseconds } from "../../text/format.ts";
import { type AppRow, reasonOf } from "./apps-model.ts";
import { StateDetails } from "./state-details.tsx";
import { stateLook } from "./state-words.ts";

/** How a route is doing, why in a few words, and everything that is known about it on demand. */
export function StateCell({ row, isBusy }: { row: AppRow; isBusy: boolean }) {
  const { t } = useLingui();
  const name = row.app.name;
  if (isBusy) {
    return (
      <span className="inline-flex items-center gap-2 text-sm text-muted">
        <LoaderCircle aria-hidden className="size-3.5 animate-spin" />
        <Trans>Working</Trans>
      </span>
    );
  }
  return (
    <div className="flex min-w-0 flex-wrap items-baseline gap-x-3 @2xl:block">
      <Popover
        title={<StateWord row={row} />}
        about={t`Details of ${name}`}
        className="pointer-coarse:-my-2.5"
        trigger={
          <span className="inline-flex items-center gap-1">
            <StateWord row={row} />
            <ChevronDown aria-hidden className="size-3.5 shrink-0 text-muted" />
          </span>
        }
      >
        <StateDetails row={row} />
      </Popover>
      <Cause row={row} />
      {row.route?.enabled && row.route.maintenance && (
        <Badge tone="warn" icon={<Construction aria-hidden />}>
          <Trans>Maintenance</Trans>
        </Badge>
      )}
    </div>
  );
}

/** The word of the state with a mark of its own shape. */
function StateWord({ row }: { row: AppRow }) {
  const { i18n } = useLingui();
  const { word, tone } = stateLook(row);
  if (row.state === "off") return <Marked icon={<PowerOff />}>{i18n._(word)}</Marked>;
  if (row.state === "none") return <Marked icon={<Unlink />}>{i18n._(word)}</Marked>;
  return <StatusDot tone={tone}>{i18n._(word)}</StatusDot>;
}

function Marked({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-1.5 text-sm text-muted">
      <span aria-hidden className="-ml-0.5 [&>svg]:size-3.5">
        {icon}
      </span>
      {children}
    </span>
  );
}

/** One line that says why. What is well needs none. */
function Cause({ row: { state, health } }: { row: AppRow }) {
  const text = causeOf(state, health);
  return text && <div className="line-clamp-2 text-sm text-muted">{text}</div>;
}

function causeOf(state: AppRow["state"], health: AppRow["health"]): ReactNode {
  if (!health) return undefined;
  const { since, nextCheck, statusCode, responseTime } = health;
  if (state === "running") return responseTime !== undefined && milliseconds(responseTime);
  if (state === "unknown") {
    return (
      nextCheck && (
        <Trans>
          First check <TimeAhead at={nextCheck} />
        </Trans>
      )
    );
  }
  if (state !== "failing" && state !== "unsteady") return undefined;
  const reason = statusCode === undefined ? reasonOf(health) : `HTTP ${statusCode}`;
  if (!since) return reason;
  return (
    <>
      {reason} · <TimeAgo at={since} />
    </>
  );
}
