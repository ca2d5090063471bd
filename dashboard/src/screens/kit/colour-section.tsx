import { classes } from "../../design/classes.ts";
import { Panel } from "../../design/panel.tsx";
import { Line, Specimen } from "./specimen.tsx";

const grounds = ["bg-canvas", "bg-surface", "bg-raised", "bg-sunken", "bg-hover"];
const inks = ["text-text", "text-muted", "text-accent-ink", "text-good", "text-warn", "text-bad", "text-info"];

/** Colours and sizes of type. */
export function ColourSection() {
  return (
    <Panel title="Colour and type">
      <Specimen name="Inks on grounds">
        <div className="grid gap-2 sm:grid-cols-2 lg:grid-cols-5">
          {grounds.map((ground) => (
            <div key={ground} className={classes("rounded-lg border border-line p-3 text-sm", ground)}>
              <p className="font-mono">{ground.slice(3)}</p>
              {inks.map((ink) => (
                <p key={ink} className={ink}>
                  {ink.slice(5)}
                </p>
              ))}
            </div>
          ))}
        </div>
      </Specimen>
      <Specimen name="Sizes">
        <Line>
          <span className="text-2xl font-semibold tracking-tight">Screen, 24</span>
          <span className="text-xl font-semibold">Dialog, 20</span>
          <span className="text-lg font-semibold">Panel, 17</span>
          <span>Text, 15</span>
          <span className="text-sm text-muted">Remark, 14</span>
          <span className="font-mono text-sm">https://value.home.arpa:8443</span>
        </Line>
      </Specimen>
    </Panel>
  );
}
