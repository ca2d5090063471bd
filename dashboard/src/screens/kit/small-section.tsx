import { AppIcon } from "../../design/app-icon.tsx";
import { Badge } from "../../design/badge.tsx";
import { DataList } from "../../design/data-list.tsx";
import { Disclosure } from "../../design/disclosure.tsx";
import { Panel } from "../../design/panel.tsx";
import { StatusDot } from "../../design/status-dot.tsx";
import { TimeAgo } from "../../design/time-ago.tsx";
import { Value } from "../../design/value.tsx";
import { Line, Specimen } from "./specimen.tsx";

const letters = ["Grafana", "Immich", "Jellyfin", "Nextcloud", "Paperless", "Vaultwarden", "Gitea", "Ünal", "7 Days"];

/** Badges, marks, icons of apps, values. */
export function SmallSection() {
  return (
    <Panel title="Marks and values">
      <Specimen name="Badges and states">
        <Line>
          <Badge tone="good">Reachable</Badge>
          <Badge tone="warn">Slow</Badge>
          <Badge tone="bad">Unreachable</Badge>
          <Badge tone="info">Waiting</Badge>
          <Badge>Disabled</Badge>
          <StatusDot tone="good">Up</StatusDot>
          <StatusDot tone="warn">Slow</StatusDot>
          <StatusDot tone="bad">Down</StatusDot>
          <StatusDot tone="info">Starting</StatusDot>
          <StatusDot tone="neutral">Not checked</StatusDot>
        </Line>
      </Specimen>
      <Specimen name="Icons of apps: letters, emoji, drawn, picture, broken picture">
        <Line>
          {letters.map((name) => (
            <AppIcon key={name} id={name.toLowerCase()} name={name} />
          ))}
          <AppIcon id="films" name="Films" icon="🎬" />
          <AppIcon id="books" name="Books" icon="lucide:book-open" />
          <AppIcon id="unknown" name="Unknown drawing" icon="lucide:no-such-thing" />
          <AppIcon id="picture" name="Picture" picture="/assets/logo.svg" />
          <AppIcon id="broken" name="Broken" picture="/assets/missing.svg" />
          <AppIcon id="small" name="Small" size="small" />
          <AppIcon id="large" name="Large" icon="lucide:tv" size="large" />
        </Line>
      </Specimen>
      <Specimen name="Labels and values">
        <DataList
          items={[
            { label: "Upstream", value: <Value what="address">http://192.168.1.20:3000</Value> },
            { label: "Added", value: <TimeAgo at={Date.now() - 200_000} /> },
            { label: "A long value", value: <Value what="key">{"nkz_".padEnd(90, "8fA2")}</Value> },
          ]}
        />
      </Specimen>
      <Specimen name="A value to be copied; something folded away">
        <div className="max-w-lg space-y-3">
          <Value boxed what="setup code">
            7QF2-M8KD-11XA
          </Value>
          <Disclosure title="Advanced options" hint="2 set">
            <p>Timeouts, headers, buffering.</p>
          </Disclosure>
        </div>
      </Specimen>
    </Panel>
  );
}
