import { useLingui } from "@lingui/react/macro";
import { dateTime, relative } from "../text/format.ts";
import { useNow } from "./use-now.ts";

/** So long ago is just now, in ms. */
const JUST_MS = 10_000;

type MomentProps = { at: string | number };

/** How long ago something was; the exact time is its title. Keeps itself up to date. */
export function TimeAgo({ at }: MomentProps) {
  const { t } = useLingui();
  return (
    <Moment
      at={at}
      say={(now) => (Math.abs(now - new Date(at).getTime()) < JUST_MS ? t`just now` : relative(at, now))}
    />
  );
}

/** In how long something will be; otherwise as `TimeAgo`. */
export function TimeAhead({ at }: MomentProps) {
  return <Moment at={at} say={(now) => relative(at, now)} />;
}

function Moment({ at, say }: MomentProps & { say(now: number): string }) {
  useNow(15_000);
  // What was read since the last tick would else lie ahead.
  const now = Date.now();
  const instant = new Date(at);
  // What was not a time is shown as it came.
  if (Number.isNaN(instant.getTime())) return <span>{at}</span>;
  return (
    <time dateTime={instant.toISOString()} title={dateTime(at)} className="whitespace-nowrap">
      {say(now)}
    </time>
  );
}
