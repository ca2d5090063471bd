import { Boxes } from "lucide-react";
import { useState } from "react";
import { Button } from "../../design/button.tsx";
import { Callout } from "../../design/callout.tsx";
import { Countdown } from "../../design/countdown.tsx";
import { Panel } from "../../design/panel.tsx";
import { Progress } from "../../design/progress.tsx";
import { Disabled, Empty, FailureNote, Loading, Stale } from "../../design/states.tsx";
import { Specimen } from "./specimen.tsx";

/** What a panel shows when it has nothing, not yet, not any more. */
export function StateSection() {
  const [until] = useState(() => Date.now() + 299_000);
  const [broken, setBroken] = useState(false);
  return (
    <>
      <Panel title="States">
        <Specimen name="Callouts">
          <div className="grid gap-3 md:grid-cols-2">
            <Callout tone="info" title="Discovery proposes, you decide">
              Nothing is reachable before you approve it.
            </Callout>
            <Callout tone="good" title="The app answers" />
            <Callout
              tone="warn"
              title="Everyone can open this app"
              actions={<Button size="small">Close access</Button>}
            >
              It has no sign-in of its own.
            </Callout>
            <Callout tone="bad" title="The name was not found">
              The gateway asked its name server for <span className="font-mono">grafana.lan</span>.
            </Callout>
          </div>
        </Specimen>
        <Specimen name="Failure and stale">
          <div className="space-y-3">
            <FailureNote
              failure={{
                title: "The apps could not be read",
                text: "The gateway did not answer within 10 seconds.",
                wayOn: "It may be restarting; this page tries again by itself.",
              }}
              onRetry={() => undefined}
            />
            <Stale since={Date.now() - 240_000} onRetry={() => undefined} />
          </div>
        </Specimen>
        <Specimen name="Empty and disabled">
          <div className="grid gap-3 md:grid-cols-2">
            <Empty icon={<Boxes />} title="No apps yet" action={<Button rank="primary">Add an app</Button>}>
              Approve what discovery found, or add one by its address.
            </Empty>
            <Disabled title="Discovery is switched off" action={<Button>Open the settings</Button>}>
              Set <span className="font-mono">discovery.enabled</span> to find services by themselves.
            </Disabled>
          </div>
        </Specimen>
        <Specimen name="Loading: tiles, rows, form, text">
          <div className="space-y-6">
            <Loading shape="tiles" count={3} />
            <Loading count={2} />
            <Loading shape="form" count={2} />
            <Loading shape="text" count={3} />
          </div>
        </Specimen>
        <Specimen name="Progress and time">
          <div className="max-w-md space-y-4">
            <Progress label="Pulling the image" value={0.62} note="Layer 4 of 7" />
            <Progress label="Checking" value={undefined} />
            <Countdown label="The code is valid for" until={until} />
          </div>
        </Specimen>
      </Panel>
      <Panel
        title="A panel that breaks"
        actions={
          <Button size="small" onClick={() => setBroken(!broken)}>
            {broken ? "Mend it" : "Break it"}
          </Button>
        }
      >
        <Breakable broken={broken} />
      </Panel>
    </>
  );
}

function Breakable({ broken }: { broken: boolean }) {
  if (broken) throw new Error("broken on purpose");
  return <p>All is well.</p>;
}
