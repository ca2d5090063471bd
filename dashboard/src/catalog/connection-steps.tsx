import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { CircleAlert, CircleCheck, CircleDashed, CircleX, type LucideIcon } from "lucide-react";
import { classes } from "../design/classes.ts";
import { milliseconds } from "../text/format.ts";
import type { ConnectionReport } from "./connection-verdicts.ts";

type Step = ConnectionReport["steps"][number];

const NAMES: Record<Step["name"], MessageDescriptor> = {
  resolve: msg`Look the name up`,
  connect: msg`Connect`,
  tls: msg`Check the certificate`,
  http: msg`Ask for a page`,
  websocket: msg`Open a WebSocket`,
};

const STATES: Record<Step["status"], { word: MessageDescriptor; icon: LucideIcon; look: string }> = {
  passed: { word: msg`Passed`, icon: CircleCheck, look: "text-good" },
  warned: { word: msg`Passed with a remark`, icon: CircleAlert, look: "text-warn" },
  failed: { word: msg`Failed`, icon: CircleX, look: "text-bad" },
  skipped: { word: msg`Skipped`, icon: CircleDashed, look: "text-muted" },
};

/** The steps of a connection test with what each of them saw and how long it took. */
export function ConnectionSteps({ steps }: { steps: readonly Step[] }) {
  const { i18n } = useLingui();
  return (
    <ol className="space-y-2 text-sm">
      {steps.map(({ name, status, ms, detail }) => {
        const { word, icon: Icon, look } = STATES[status] ?? STATES.skipped;
        const isSkipped = status === "skipped";
        return (
          <li key={name} className="flex gap-2.5">
            <Icon aria-hidden className={classes("mt-0.5 size-4 shrink-0", look)} />
            <span className="min-w-0 flex-1">
              <span className={classes(isSkipped && "text-muted")}>{NAMES[name] ? i18n._(NAMES[name]) : name}</span>
              <span className={isSkipped ? "text-muted" : "sr-only"}> · {i18n._(word)}</span>
              {detail && <span className="line-clamp-4 block break-words text-muted">{detail}</span>}
            </span>
            {ms !== undefined && <span className="shrink-0 text-muted tabular-nums">{milliseconds(ms)}</span>}
          </li>
        );
      })}
    </ol>
  );
}
