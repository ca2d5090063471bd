import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import type { Tone } from "../design/badge.tsx";
import { StatusDot } from "../design/status-dot.tsx";

/** The states of an app's health in words. An unknown word of a newer gateway counts as unknown. */
const HEALTH: Record<string, { word: MessageDescriptor; tone: Tone }> = {
  healthy: { word: msg`Running`, tone: "good" },
  degraded: { word: msg`Unsteady`, tone: "warn" },
  unhealthy: { word: msg`Failing`, tone: "bad" },
  unknown: { word: msg`Not checked yet`, tone: "neutral" },
};

/** The mark of an app that is well, where its word would be said over and over; the word is there for assistive technology. */
export function WellMark() {
  const { t } = useLingui();
  return (
    <span title={t`Running`} className="shrink-0">
      <StatusDot tone="good">
        <span className="sr-only">{t`Running`}</span>
      </StatusDot>
    </span>
  );
}

/** How an app is doing, with a mark and a word. */
export function HealthWord({ status = "unknown" }: { status?: string }) {
  const { i18n } = useLingui();
  const health = HEALTH[status] ?? HEALTH.unknown;
  if (!health) return null;
  return <StatusDot tone={health.tone}>{i18n._(health.word)}</StatusDot>;
}
