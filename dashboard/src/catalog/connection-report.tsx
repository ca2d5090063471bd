import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "../design/button.tsx";
import { classes } from "../design/classes.ts";
import { milliseconds } from "../text/format.ts";
import { ConnectionCertificate } from "./connection-certificate.tsx";
import { type ConnectionFix, type ConnectionTarget, fixesFor } from "./connection-fixes.ts";
import { ConnectionSteps } from "./connection-steps.tsx";
import { type ConnectionReport, verdictLook, verdictTone } from "./connection-verdicts.ts";

/** How a report is framed, by how good it is. */
export const REPORT_TONES = {
  good: { box: "border-good/30 bg-good-soft", mark: "text-good" },
  warn: { box: "border-warn/30 bg-warn-soft", mark: "text-warn" },
  bad: { box: "border-bad/30 bg-bad-soft", mark: "text-bad" },
};

/** What a connection test found. With `onFix` it offers the changes that would help. */
export function ConnectionReportView({
  report,
  target,
  kinds,
  onFix,
}: {
  report: ConnectionReport;
  /** What was tested. */
  target: ConnectionTarget;
  /** The changes that can be made; all of them unless given. */
  kinds?: readonly ConnectionFix["kind"][] | undefined;
  onFix?(fix: ConnectionFix): void;
}) {
  const { i18n } = useLingui();
  const { title, icon: Icon } = verdictLook(report);
  const tone = REPORT_TONES[verdictTone(report)];
  const fixes = onFix ? fixesFor(report, target).filter(({ kind }) => !kinds || kinds.includes(kind)) : [];
  const took = milliseconds(report.totalMs);

  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface">
      <div className={classes("flex gap-3 border-b p-3.5", tone.box)}>
        <Icon aria-hidden className={classes("mt-0.5 size-5 shrink-0", tone.mark)} />
        <div className="min-w-0 flex-1 space-y-1">
          <p className="font-medium">{i18n._(title)}</p>
          <p className="text-sm">{report.message}</p>
          <p className="text-sm">{report.advice}</p>
          {fixes.length > 0 && (
            <div className="flex flex-wrap gap-2 pt-2">
              {fixes.map((fix) => (
                <Button key={fix.kind} size="small" onClick={() => onFix?.(fix)}>
                  <FixText fix={fix} />
                </Button>
              ))}
            </div>
          )}
        </div>
      </div>
      <div className="space-y-4 p-3.5">
        <ConnectionSteps steps={report.steps} />
        {report.certificate && <ConnectionCertificate certificate={report.certificate} />}
        <dl className="grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[auto_minmax(0,1fr)]">
          <Fact label={<Trans>Asked for</Trans>}>
            <span className="font-mono">{report.url}</span>
          </Fact>
          {report.addresses.length > 0 && (
            <Fact label={<Trans>Found at</Trans>}>
              <span className="font-mono">{report.addresses.join(", ")}</span>
              {report.upstreamClass && <span className="text-muted"> · {i18n._(PLACES[report.upstreamClass])}</span>}
            </Fact>
          )}
          {report.title && (
            <Fact label={<Trans>Page title</Trans>}>
              <span className="line-clamp-2">{report.title}</span>
            </Fact>
          )}
          {report.location && (
            <Fact label={<Trans>Sends on to</Trans>}>
              <span className="line-clamp-3 font-mono">{report.location}</span>
            </Fact>
          )}
          <Fact label={<Trans>In all</Trans>}>{took}</Fact>
        </dl>
      </div>
    </div>
  );
}

const PLACES: Record<NonNullable<ConnectionReport["upstreamClass"]>, MessageDescriptor> = {
  host: msg`on this machine`,
  lan: msg`in the home network`,
  public: msg`on the internet`,
};

/** A line among the facts of a report. */
export function Fact({ label, children }: { label: React.ReactNode; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd className="min-w-0 break-words max-sm:mb-1.5">{children}</dd>
    </>
  );
}

function FixText({ fix: { kind, change } }: { fix: ConnectionFix }) {
  const address = change.to ?? "";
  switch (kind) {
    case "use-https":
      return <Trans>Use https instead</Trans>;
    case "use-http":
      return <Trans>Use http instead</Trans>;
    case "use-address":
      return <Trans>Use {address} instead</Trans>;
    case "accept-certificate":
      return <Trans>Accept this certificate</Trans>;
    case "strip-prefix":
      return <Trans>Take the path away before forwarding</Trans>;
    case "own-host":
      return <Trans>Send the app its own host name</Trans>;
  }
}
