import { useLingui } from "@lingui/react/macro";
import { AdministratorsOnly } from "../../catalog/administrators-only.tsx";
import { usePerson } from "../../shell/person.tsx";
import { Screen } from "../../shell/screen.tsx";
import { CallsPanel } from "./calls-panel.tsx";
import { CommandsPanel } from "./commands-panel.tsx";

/** What other programs tell the gateway: how they call it, and what they said. */
export function WebhooksScreen() {
  const { t } = useLingui();
  const person = usePerson();
  return (
    <Screen
      title={t`Webhooks`}
      lead={t`A build, a backup or Home Assistant tells the gateway something with one POST.`}
    >
      {person.may("access:admin") ? (
        <div className="space-y-gap">
          <CommandsPanel />
          <CallsPanel />
        </div>
      ) : (
        <AdministratorsOnly />
      )}
    </Screen>
  );
}
