import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { addressesGet } from "../../api/endpoints.gen.ts";
import { useRead } from "../../api/use-read.ts";
import { DataList } from "../../design/data-list.tsx";
import { Disclosure } from "../../design/disclosure.tsx";
import { Panel } from "../../design/panel.tsx";
import { Loading } from "../../design/states.tsx";
import { Value } from "../../design/value.tsx";
import { AddressList } from "../../reach/address-list.tsx";
import { AddressWarnings } from "../../reach/address-warnings.tsx";
import { type Addresses, originForOthers } from "../../reach/addresses.ts";
import { TrustGuide } from "../../reach/trust-guide.tsx";
import { Reading } from "../../shell/reading.tsx";
import { date } from "../../text/format.ts";

/** By which addresses the dashboard and the apps are reached, with what deserves attention. */
export function AddressesPanel() {
  const { t } = useLingui();
  return (
    <Panel title={t`Addresses`}>
      <WithAddresses>
        {(addresses) => (
          <div className="space-y-4">
            <AddressWarnings addresses={addresses} />
            <AddressList addresses={addresses} />
            <DataList
              items={[
                { label: <Trans>The apps open at</Trans>, value: <Value what={t`address`}>{addresses.appsUrl}</Value> },
              ]}
            />
          </div>
        )}
      </WithAddresses>
    </Panel>
  );
}

/** What browsers are shown, and how devices learn to trust it. */
export function CertificatePanel() {
  const { t } = useLingui();
  return (
    <Panel title={t`Certificate`}>
      <WithAddresses>{(addresses) => <CertificateFacts addresses={addresses} />}</WithAddresses>
    </Panel>
  );
}

function CertificateFacts({ addresses }: { addresses: Addresses }) {
  const { t } = useLingui();
  const { certificate, authority } = addresses;
  if (!certificate) {
    return (
      <p className="text-muted">
        <Trans>The gateway itself speaks plain HTTP, so there is no certificate.</Trans>
      </p>
    );
  }
  const { kind, issuer, names, notAfter, daysLeft, fingerprint256 } = certificate;
  return (
    <div className="space-y-4">
      <DataList
        items={[
          {
            label: <Trans>Kind</Trans>,
            value:
              kind === "own-files" ? (
                <Trans>Your own files</Trans>
              ) : (
                <Trans>Signed by this gateway's own authority</Trans>
              ),
          },
          { label: <Trans>Issued by</Trans>, value: issuer },
          {
            label: <Trans>Valid until</Trans>,
            value: (
              <>
                {date(notAfter)}
                <span className="text-muted">
                  {" · "}
                  {daysLeft < 0 ? (
                    <Trans>ended</Trans>
                  ) : (
                    <Plural value={daysLeft} one="# day left" other="# days left" />
                  )}
                </span>
              </>
            ),
          },
          { label: <Trans>Names in it</Trans>, value: <span className="font-mono text-sm">{names.join(", ")}</span> },
          { label: <Trans>Fingerprint</Trans>, value: <Value what={t`fingerprint`}>{fingerprint256}</Value> },
        ]}
      />
      {authority && (
        <Disclosure title={<Trans>Make a device trust this gateway</Trans>}>
          <TrustGuide fingerprint={authority.fingerprint256} origin={originForOthers(addresses, location.origin)} />
        </Disclosure>
      )}
    </div>
  );
}

/** Two panels share one call. */
function WithAddresses({ children }: { children(addresses: Addresses): ReactNode }) {
  return (
    <Reading read={useRead(addressesGet)} loading={<Loading shape="text" count={4} />}>
      {children}
    </Reading>
  );
}
