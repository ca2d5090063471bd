import { Trans } from "@lingui/react/macro";
import { addressesGet } from "../../api/endpoints.gen.ts";
import { useRead } from "../../api/use-read.ts";
import { Callout } from "../../design/callout.tsx";
import { Loading } from "../../design/states.tsx";
import { type Addresses, originForOthers } from "../../reach/addresses.ts";
import { TrustGuide } from "../../reach/trust-guide.tsx";
import { Reading } from "../../shell/reading.tsx";
import { date } from "../../text/format.ts";

/** Why browsers warn of a new gateway, and how they stop. */
export function CertificateStep() {
  return (
    <Reading read={useRead(addressesGet)} loading={<Loading shape="text" />}>
      {(addresses) => <Explained addresses={addresses} />}
    </Reading>
  );
}

function Explained({ addresses }: { addresses: Addresses }) {
  const { plainHttp, certificate, authority } = addresses;
  if (authority) {
    return (
      <div className="space-y-4">
        <p className="text-muted">
          <Trans>
            The gateway made a certificate authority of its own, which no device knows yet: that is why the browser
            warned. Each device can be told once to trust it. You can also do this later, from the page About.
          </Trans>
        </p>
        <TrustGuide fingerprint={authority.fingerprint256} origin={originForOthers(addresses, location.origin)} />
      </div>
    );
  }
  if (certificate) {
    const { issuer } = certificate;
    const until = date(certificate.notAfter);
    return (
      <Callout tone="good" title={<Trans>You brought a certificate of your own.</Trans>}>
        <Trans>
          It was issued by {issuer} and is valid until {until}. Devices that trust its issuer need nothing else.
        </Trans>
      </Callout>
    );
  }
  return (
    <Callout tone="warn" title={<Trans>The gateway itself does not encrypt.</Trans>}>
      {plainHttp && location.protocol === "https:" ? (
        <Trans>A proxy in front of it does, as the address of this page shows. There is nothing to do here.</Trans>
      ) : (
        <Trans>
          Others in the network can read passwords. Start it without <span className="font-mono">--insecure-http</span>{" "}
          and come back to this step.
        </Trans>
      )}
    </Callout>
  );
}
