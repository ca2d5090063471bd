import { Trans, useLingui } from "@lingui/react/macro";
import { classes } from "../design/classes.ts";
import { milliseconds } from "../text/format.ts";
import { Fact, REPORT_TONES } from "./connection-report.tsx";
import { PrefixFindings } from "./prefix-findings.tsx";
import { type PrefixReport, prefixLook } from "./prefix-verdicts.ts";
import { PresetSettings } from "./preset-settings.tsx";

/** What a check of a prefix found: verdict, advice, what is known of the app, and each finding with its place. */
export function PrefixReportView({ report }: { report: PrefixReport }) {
  const { i18n } = useLingui();
  const { title, icon: Icon, tone } = prefixLook(report);
  const { box, mark } = REPORT_TONES[tone];
  const { filesRead, preset } = report;
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface">
      <div className={classes("flex gap-3 border-b p-3.5", box)}>
        <Icon aria-hidden className={classes("mt-0.5 size-5 shrink-0", mark)} />
        <div className="min-w-0 flex-1 space-y-1">
          <p className="font-medium">{i18n._(title)}</p>
          <p className="text-sm break-words">{report.message}</p>
          <p className="text-sm break-words">{report.advice}</p>
        </div>
      </div>
      <div className="space-y-4 p-3.5">
        <PrefixFindings findings={report.findings} />
        {preset && <PresetSettings preset={preset} />}
        <dl className="grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[auto_minmax(0,1fr)]">
          <Fact label={<Trans>Opened</Trans>}>
            <span className="font-mono break-all">{report.url}</span>
          </Fact>
          {report.title && (
            <Fact label={<Trans>Page title</Trans>}>
              <span className="line-clamp-2">{report.title}</span>
            </Fact>
          )}
          <Fact label={<Trans>Files read</Trans>}>{filesRead}</Fact>
          <Fact label={<Trans>In all</Trans>}>{milliseconds(report.totalMs)}</Fact>
        </dl>
      </div>
    </div>
  );
}
