import { Trans, useLingui } from "@lingui/react/macro";
import { RotateCw, ScanSearch } from "lucide-react";
import { useEffect } from "react";
import { routeCheck } from "../api/endpoints.gen.ts";
import { useFailureText } from "../api/failure-text.ts";
import { send } from "../api/gateway.ts";
import { Button } from "../design/button.tsx";
import { Guarded } from "../design/panel.tsx";
import { FailureNote } from "../design/states.tsx";
import { PrefixReportView } from "./prefix-report.tsx";
import { type PrefixReport, prefixLook } from "./prefix-verdicts.ts";
import { useTrial } from "./use-trial.ts";

/**
 * Lets the gateway check whether a saved route's app works below its prefix. It draws no frame of its own. `begins`:
 * as soon as it is on screen, or when its button is pressed.
 */
export function PrefixCheck({ routeId, begins = "asked" }: { routeId: string; begins?: "shown" | "asked" }) {
  const { t, i18n } = useLingui();
  const { isRunning, report, failure, tried, run, cancel } = useTrial(check);
  const failureText = useFailureText(failure);

  useEffect(() => {
    if (begins === "shown") run(routeId);
  }, [begins, run, routeId]);

  return (
    <Guarded>
      <div className="space-y-3">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <Button icon={tried ? <RotateCw /> : <ScanSearch />} pending={isRunning} onClick={() => run(routeId)}>
            {tried ? <Trans>Check again</Trans> : <Trans>Check the prefix</Trans>}
          </Button>
          {isRunning && (
            <Button rank="quiet" onClick={cancel}>
              <Trans>Stop the check</Trans>
            </Button>
          )}
        </div>
        {isRunning && (
          <p className="text-sm text-muted">
            <Trans>
              The gateway opens the app as a visitor gets it and reads what its first page names. This takes twenty
              seconds at most.
            </Trans>
          </p>
        )}
        {failureText && !isRunning && <FailureNote failure={failureText} />}
        {report && !isRunning && <PrefixReportView report={report} />}
        <p role="status" className="sr-only">
          {isRunning && t`Checking the prefix`}
          {report && !isRunning && `${i18n._(prefixLook(report).title)}. ${report.message}`}
        </p>
      </div>
    </Guarded>
  );
}

async function check(routeId: string, signal: AbortSignal): Promise<PrefixReport> {
  return (await send(routeCheck, { params: { routeId } }, { signal })).data;
}
