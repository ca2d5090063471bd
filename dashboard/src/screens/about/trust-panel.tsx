import { Trans, useLingui } from "@lingui/react/macro";
import { authorityGet } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { useRead } from "../../api/use-read.ts";
import { Panel } from "../../design/panel.tsx";
import { FailureNote, Loading } from "../../design/states.tsx";
import { TrustGuide } from "../../reach/trust-guide.tsx";

/** For members, who may not read how the gateway is secured: how their own device stops warning. */
export function TrustPanel() {
  const { t } = useLingui();
  return (
    <Panel title={t`Does your browser warn of this page?`}>
      <Guide />
    </Panel>
  );
}

function Guide() {
  const { data, failure, isLoading, again } = useRead(authorityGet);
  const failureText = useFailureText(failure);
  if (data) return <TrustGuide fingerprint={undefined} origin={location.origin} />;
  if (isLoading) return <Loading shape="text" count={3} />;
  if (failure?.kind === "missing") {
    return (
      <p className="text-muted">
        <Trans>
          This gateway has no certificate of its own that a device could be told to trust. Ask an administrator.
        </Trans>
      </p>
    );
  }
  return failureText && <FailureNote failure={failureText} onRetry={again} />;
}
