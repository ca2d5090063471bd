import { useLingui } from "@lingui/react/macro";
import { usePerson } from "../../shell/person.tsx";
import { Screen } from "../../shell/screen.tsx";
import { GatewayPanel } from "./gateway-panel.tsx";
import { LinksPanel } from "./links-panel.tsx";
import { AddressesPanel, CertificatePanel } from "./reach-panels.tsx";
import { TrustPanel } from "./trust-panel.tsx";

/** What runs here, how it is reached and secured, and where to read more. */
export function AboutScreen() {
  const { t } = useLingui();
  const maySeeAddresses = usePerson().may("read:*");
  return (
    <Screen title={t`About`}>
      <div className="grid items-start gap-gap lg:grid-cols-2">
        <div className="min-w-0 space-y-gap">
          <GatewayPanel />
          <LinksPanel />
        </div>
        <div className="min-w-0 space-y-gap">
          {maySeeAddresses ? (
            <>
              <AddressesPanel />
              <CertificatePanel />
            </>
          ) : (
            <TrustPanel />
          )}
        </div>
      </div>
    </Screen>
  );
}
