import { Globe, House, Lock } from "lucide-react";
import { useState } from "react";
import { Checkbox } from "../../design/checkbox.tsx";
import { FieldGroup } from "../../design/field.tsx";
import { Panel } from "../../design/panel.tsx";
import { RadioCards } from "../../design/radio-cards.tsx";
import { Steps } from "../../design/steps.tsx";
import { Switch } from "../../design/switch.tsx";
import { Tabs } from "../../design/tabs.tsx";
import { Specimen } from "./specimen.tsx";

/** Everything one can choose from. */
export function ChoiceSection() {
  const [ticked, setTicked] = useState(true);
  const [on, setOn] = useState(false);
  const [access, setAccess] = useState("people");
  const [tab, setTab] = useState("routes");
  return (
    <Panel title="Choices">
      <Specimen name="Tick boxes and switches">
        <div className="grid gap-6 md:grid-cols-2">
          <FieldGroup label="Request options">
            <div className="space-y-2">
              <Checkbox
                label="Pass WebSockets"
                help="Needed by apps with live pages."
                checked={ticked}
                onChange={setTicked}
              />
              <Checkbox label="Keep the original Host" checked={!ticked} onChange={(next) => setTicked(!next)} />
              <Checkbox label="Some of them" mixed checked={false} onChange={() => undefined} />
              <Checkbox label="Not for members" disabled checked={false} onChange={() => undefined} />
            </div>
          </FieldGroup>
          <div className="space-y-4">
            <Switch label="Docker" help="Proposes what runs on this machine." checked={on} onChange={setOn} />
            <Switch label="Names on the network" checked={!on} onChange={(next) => setOn(!next)} />
            <Switch label="Cannot be changed" disabled checked onChange={() => undefined} />
          </div>
        </div>
      </Specimen>
      <Specimen name="Radio cards">
        <RadioCards
          label="Who may open it"
          help="You can change this later."
          value={access}
          onChange={setAccess}
          options={[
            { value: "people", label: "People who sign in", help: "With access to this app.", icon: <Lock /> },
            {
              value: "home",
              label: "Everyone at home",
              help: "From this network, without signing in.",
              icon: <House />,
            },
            {
              value: "all",
              label: "Everyone",
              help: "Anybody who reaches the gateway.",
              icon: <Globe />,
              disabled: true,
            },
          ]}
        />
      </Specimen>
      <Specimen name="Steps">
        <Steps steps={["Account", "Address", "Discovery", "First app"]} current={2} />
      </Specimen>
      <Specimen name="Tabs">
        <Tabs
          label="Parts of the app"
          value={tab}
          onChange={setTab}
          tabs={[
            { value: "routes", label: "Routes", content: <p>Two routes.</p> },
            { value: "health", label: "Health", content: <p>Up for nine days.</p> },
            { value: "access", label: "Access", content: <p>Three people.</p> },
          ]}
        />
      </Specimen>
    </Panel>
  );
}
