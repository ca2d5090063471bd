import { Trans, useLingui } from "@lingui/react/macro";
import { Badge } from "../design/badge.tsx";
import { Disclosure } from "../design/disclosure.tsx";
import { date } from "../text/format.ts";
import type { ConnectionReport } from "./connection-verdicts.ts";

type Certificate = NonNullable<ConnectionReport["certificate"]>;

/** The certificate that an upstream showed. Its texts come from the upstream. */
export function ConnectionCertificate({ certificate }: { certificate: Certificate }) {
  const { t } = useLingui();
  const { subject, issuer, names, validFrom, validTo, trusted, problem } = certificate;
  const rows = [
    [t`Issued for`, names.join(", ") || subject || t`nobody named`],
    [t`Issued by`, issuer || t`nobody named`],
    [t`Valid`, t`${shownDate(validFrom)} to ${shownDate(validTo)}`],
    ...(problem ? [[t`Problem`, problem]] : []),
  ] as const;
  return (
    <Disclosure
      title={<Trans>Certificate</Trans>}
      open={!trusted}
      hint={
        trusted ? (
          <Badge tone="good">
            <Trans>Trusted</Trans>
          </Badge>
        ) : (
          <Badge tone="warn">
            <Trans>Not trusted</Trans>
          </Badge>
        )
      }
    >
      <dl className="grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[auto_minmax(0,1fr)]">
        {rows.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-muted">{label}</dt>
            <dd className="line-clamp-4 min-w-0 break-words max-sm:mb-1.5">{value}</dd>
          </div>
        ))}
      </dl>
    </Disclosure>
  );
}

/** What is no date is shown as it came. */
function shownDate(instant: string): string {
  return Number.isNaN(Date.parse(instant)) ? instant : date(instant);
}
