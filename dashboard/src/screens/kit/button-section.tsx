import { Copy, Pencil, Play, Plus, RotateCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "../../design/button.tsx";
import { ButtonAnchor } from "../../design/button-link.tsx";
import { IconButton } from "../../design/icon-button.tsx";
import { Kbd } from "../../design/kbd.tsx";
import { Menu } from "../../design/menu.tsx";
import { Panel } from "../../design/panel.tsx";
import { TextAnchor, TextLink } from "../../design/text-link.tsx";
import { Tooltip } from "../../design/tooltip.tsx";
import { Line, Specimen } from "./specimen.tsx";

const ranks = ["primary", "secondary", "quiet", "danger"] as const;

/** Buttons, links, menus. */
export function ButtonSection() {
  const [chosen, setChosen] = useState("nothing yet");
  return (
    <Panel title="Buttons" description="One primary or danger in a group.">
      <Specimen name="Ranks, with icon, busy, disabled, small">
        <div className="space-y-3">
          {ranks.map((rank) => (
            <Line key={rank}>
              <Button rank={rank}>{rank === "danger" ? "Delete route" : "Save route"}</Button>
              <Button rank={rank} icon={rank === "danger" ? <Trash2 /> : <Plus />}>
                {rank === "danger" ? "Delete route" : "Add app"}
              </Button>
              <Button rank={rank} pending>
                Save route
              </Button>
              <Button rank={rank} disabled>
                Save route
              </Button>
              <Button rank={rank} size="small">
                Save
              </Button>
            </Line>
          ))}
        </div>
      </Specimen>
      <Specimen name="Icon buttons, menu, tooltip">
        <Line>
          <IconButton label="Edit route" icon={<Pencil />} />
          <IconButton label="Start" icon={<Play />} rank="secondary" />
          <IconButton label="Refresh" icon={<RotateCw />} pending />
          <IconButton label="Copy" icon={<Copy />} size="small" />
          <IconButton label="Delete" icon={<Trash2 />} disabled />
          <Menu
            label="More for Grafana"
            entries={[
              { label: "Edit", icon: <Pencil />, onSelect: () => setChosen("edit") },
              { label: "Duplicate", icon: <Copy />, onSelect: () => setChosen("duplicate") },
              { label: "Not now", disabled: true, onSelect: () => setChosen("never") },
              "separator",
              { label: "Delete route", icon: <Trash2 />, danger: true, onSelect: () => setChosen("delete") },
            ]}
          />
          <Menu label="Export" text="Export" icon={<Play />} entries={[{ label: "As YAML", href: "#yaml" }]} />
          <Tooltip speak text="Checked every 30 seconds">
            <Button size="small">With a tooltip</Button>
          </Tooltip>
          <span className="text-sm text-muted">Chosen: {chosen}</span>
        </Line>
      </Specimen>
      <Specimen name="Links and keys">
        <Line>
          <ButtonAnchor href="#grafana" rank="primary">
            Open Grafana
          </ButtonAnchor>
          <TextLink to="/">Back to Home</TextLink>
          <TextAnchor href="https://example.org" target="_blank">
            Documentation
          </TextAnchor>
          <span>
            <Kbd>Ctrl</Kbd> <Kbd>K</Kbd>
          </span>
        </Line>
      </Specimen>
    </Panel>
  );
}
