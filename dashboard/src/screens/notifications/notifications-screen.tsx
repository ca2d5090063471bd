import { useLingui } from "@lingui/react/macro";
import { AdministratorsOnly } from "../../catalog/administrators-only.tsx";
import { Tabs } from "../../design/tabs.tsx";
import { usePerson } from "../../shell/person.tsx";
import { Screen } from "../../shell/screen.tsx";
import { useAddressState } from "../../shell/use-address-state.ts";
import { ChannelsTab } from "./channels-tab.tsx";
import { DeliveriesTab } from "./deliveries-tab.tsx";
import { RulesTab } from "./rules-tab.tsx";

const TABS = ["deliveries", "rules", "channels"] as const;
type Tab = (typeof TABS)[number];

/** Messages that leave the gateway: what became of them, the rules that make them, the channels they leave on. */
export function NotificationsScreen() {
  const { t } = useLingui();
  const person = usePerson();
  const [wanted, setTab] = useAddressState("tab");
  const tab: Tab = TABS.find((one) => one === wanted) ?? "deliveries";
  return (
    <Screen title={t`Notifications`} lead={t`Messages to phones, browsers, mail and chats.`}>
      {person.may("access:admin") ? (
        <Tabs<Tab>
          label={t`Notifications`}
          value={tab}
          onChange={(next) => setTab(next === "deliveries" ? "" : next, "step")}
          tabs={[
            { value: "deliveries", label: t`Deliveries`, content: <DeliveriesTab /> },
            { value: "rules", label: t`Rules`, content: <RulesTab /> },
            { value: "channels", label: t`Channels`, content: <ChannelsTab /> },
          ]}
        />
      ) : (
        <AdministratorsOnly />
      )}
    </Screen>
  );
}
