import { useLingui } from "@lingui/react/macro";
import { useEffect, useEffectEvent } from "react";
import { clockText, spokenMark } from "./countdown-text.ts";
import { useNow } from "./use-now.ts";

type CountdownProps = {
  /** When it ends, in milliseconds since 1970, by this machine's clock. */
  until: number;
  /** What ends then: "The code is valid for". */
  label: string;
  onEnd?(): void;
};

/** The time that is left, by the clock and not by counting: it is right after the machine slept. */
export function Countdown({ until, label, onEnd }: CountdownProps) {
  const { t } = useLingui();
  const seconds = Math.max(0, (until - useNow(500)) / 1000);
  const over = seconds === 0;
  const ended = useEffectEvent(() => onEnd?.());
  useEffect(() => {
    if (over) ended();
  }, [over]);

  const mark = spokenMark(seconds);
  const markText = mark === undefined ? "" : clockText(mark);
  return (
    <span>
      {label}{" "}
      <span role="timer" aria-live="off" className="font-medium tabular-nums">
        {clockText(seconds)}
      </span>
      <span role="status" className="sr-only">
        {over ? t`Time is up` : mark !== undefined && t`Less than ${markText} left`}
      </span>
    </span>
  );
}
