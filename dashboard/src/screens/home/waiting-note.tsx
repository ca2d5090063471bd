import { Plural, Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { Radar } from "lucide-react";
import { UnreadNote } from "../../shell/unread-note.tsx";
import { useWaiting } from "../../shell/waiting.ts";

/** Says on Home that something was found and waits for a decision. */
export function WaitingNote() {
  const waiting = useWaiting();
  const { count } = waiting;
  if (waiting.failure && !count) {
    return (
      <UnreadNote read={waiting}>
        <Trans>Whether something new was found could not be read.</Trans>
      </UnreadNote>
    );
  }
  if (!count) return null;
  return (
    <Link
      to="/discovery"
      className="mb-5 flex items-center gap-3 rounded-xl border border-info/30 bg-info-soft px-3.5 py-2.5 hover:border-info"
    >
      <Radar aria-hidden size={18} className="shrink-0 text-info" />
      <span className="min-w-0 flex-1">
        <Plural
          value={count}
          one="# service was found and waits for your decision."
          other="# services were found and wait for your decision."
        />
      </span>
      <span className="font-medium text-info">
        <Trans>Look</Trans>
      </span>
    </Link>
  );
}
