import { Trans, useLingui } from "@lingui/react/macro";
import { RotateCw, Stethoscope } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useFailureText } from "../api/failure-text.ts";
import { Button } from "../design/button.tsx";
import { Guarded } from "../design/panel.tsx";
import { FailureNote } from "../design/states.tsx";
import { TimeAgo } from "../design/time-ago.tsx";
import type { ConnectionFix, ConnectionTarget } from "./connection-fixes.ts";
import { ConnectionReportView } from "./connection-report.tsx";
import { verdictLook } from "./connection-verdicts.ts";
import { useConnectionTest } from "./use-connection-test.ts";

type ConnectionTestProps = {
  /** What is tested; undefined while it cannot be, such as without an address. */
  target: ConnectionTarget | undefined;
  /** Makes a change that a verdict suggests in the form around it; without it no such buttons are shown. */
  onFix?(change: ConnectionFix["change"]): void;
  /** The changes that the form around it can make; all of them unless given. */
  fixes?: readonly ConnectionFix["kind"][];
  /** `shown`: tests as soon as it is on screen. `asked`, unless given: when its button is pressed. */
  begins?: "shown" | "asked";
};

/**
 * Tests an address from the gateway and shows what was found: verdict, what to do, steps with times, certificate.
 * It draws no frame of its own. A test is given up when the person leaves.
 */
export function ConnectionTest({ target, onFix, fixes, begins = "asked" }: ConnectionTestProps) {
  const { t, i18n } = useLingui();
  const { isRunning, report, failure, tried: tested, run, cancel } = useConnectionTest();
  const failureText = useFailureText(failure);
  const [testedAt, setTestedAt] = useState(0);
  const button = useRef<HTMLButtonElement>(null);
  const isOutdated = tested !== undefined && !isRunning && JSON.stringify(tested) !== JSON.stringify(target);
  const address = tested?.to ?? "";

  // biome-ignore lint/correctness/useExhaustiveDependencies: what changes later is tested when the person asks for it
  useEffect(() => {
    if (begins === "shown" && target) run(target);
  }, [begins, run]);

  useEffect(() => {
    if (report) setTestedAt(Date.now());
  }, [report]);

  function applyFix({ change }: ConnectionFix): void {
    onFix?.(change);
    // The button that was pressed goes with the old report.
    button.current?.focus();
    if (target) run({ ...target, ...change });
  }

  return (
    <Guarded>
      <div className="space-y-3">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <Button
            ref={button}
            icon={tested ? <RotateCw /> : <Stethoscope />}
            disabled={!target}
            pending={isRunning}
            onClick={() => target && run(target)}
          >
            {tested ? <Trans>Test again</Trans> : <Trans>Test the connection</Trans>}
          </Button>
          {isRunning && (
            <Button
              rank="quiet"
              onClick={() => {
                button.current?.focus();
                cancel();
              }}
            >
              <Trans>Stop the test</Trans>
            </Button>
          )}
          {report && !isRunning && testedAt > 0 && (
            <span className="text-sm text-muted">
              <Trans>
                Tested <TimeAgo at={testedAt} />
              </Trans>
            </span>
          )}
        </div>
        {isRunning && (
          <p className="text-sm text-muted">
            <Trans>
              The gateway tries to reach <span className="font-mono break-all">{address}</span>. This takes ten seconds
              at most.
            </Trans>
          </p>
        )}
        {isOutdated && (report || failure) && (
          <p className="text-sm font-medium text-warn">
            <Trans>The entries have changed since this test.</Trans>
          </p>
        )}
        {failureText && !isRunning && <FailureNote failure={failureText} />}
        {report && tested && !isRunning && (
          <ConnectionReportView report={report} target={tested} kinds={fixes} {...(onFix && { onFix: applyFix })} />
        )}
        <p role="status" className="sr-only">
          {isRunning && t`Testing the connection`}
          {report && !isRunning && `${i18n._(verdictLook(report).title)}. ${report.message}`}
        </p>
      </div>
    </Guarded>
  );
}
