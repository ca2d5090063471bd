import { Trans, useLingui } from "@lingui/react/macro";
import { Lock } from "lucide-react";
import { Empty } from "../../design/states.tsx";
import { usePerson } from "../../shell/person.tsx";
import { Screen } from "../../shell/screen.tsx";
import { Discovery } from "./discovery.tsx";

/** What was found on this machine and waits for a decision. For those who may change the catalog. */
export function DiscoveryScreen() {
  const { t } = useLingui();
  const person = usePerson();
  if (person.may("write:*")) return <Discovery />;
  return (
    <Screen title={t`Discovery`}>
      <Empty icon={<Lock />} title={t`For administrators only`}>
        <Trans>Only those who may change the apps of this gateway decide about what was found.</Trans>
      </Empty>
    </Screen>
  );
}
