import { Trans, useLingui } from "@lingui/react/macro";
import type { health } from "@nekzus/contract";
import type { Data } from "../../api/endpoint.ts";
import { adminInfo } from "../../api/endpoints.gen.ts";
import { useRead } from "../../api/use-read.ts";
import { Button } from "../../design/button.tsx";
import { Callout } from "../../design/callout.tsx";
import { DataList } from "../../design/data-list.tsx";
import { Panel } from "../../design/panel.tsx";
import { Loading } from "../../design/states.tsx";
import { TimeAgo } from "../../design/time-ago.tsx";
import { Value } from "../../design/value.tsx";
import { Reading } from "../../shell/reading.tsx";
import { dateTime } from "../../text/format.ts";

/** How often the facts are read while they are looked at, in ms: an update or a restart shows by itself. */
const EVERY_MS = 30_000;

/** The program that runs here, and whether this page belongs to it. */
export function GatewayPanel() {
  const { t } = useLingui();
  const read = useRead(adminInfo, {}, { every: EVERY_MS });
  return (
    <Panel title={t`This gateway`}>
      <Reading read={read} loading={<Loading shape="text" count={6} />}>
        {(info) => <Facts info={info} />}
      </Reading>
    </Panel>
  );
}

function Facts({ info }: { info: Data<typeof health.adminInfo> }) {
  const { t } = useLingui();
  const { version, nekzusId, startedAt, node, platform, database } = info;
  const isOther = version !== __VERSION__;
  return (
    <div className="space-y-3">
      {isOther && (
        <Callout
          tone="warn"
          title={<Trans>This page is of another version than the gateway</Trans>}
          actions={
            <Button size="small" onClick={() => location.reload()}>
              <Trans>Load the dashboard anew</Trans>
            </Button>
          }
        >
          <Trans>
            The gateway was probably updated since you opened the dashboard. Some parts may not work until then.
          </Trans>
        </Callout>
      )}
      <DataList
        items={[
          { label: <Trans>Version of the gateway</Trans>, value: <span className="font-mono text-sm">{version}</span> },
          {
            label: <Trans>Version of this page</Trans>,
            value: <span className="font-mono text-sm">{__VERSION__}</span>,
          },
          {
            label: <Trans>Started</Trans>,
            value: (
              <>
                {dateTime(startedAt)}
                <span className="text-muted">
                  {" · "}
                  <TimeAgo at={startedAt} />
                </span>
              </>
            ),
          },
          { label: <Trans>Identity</Trans>, value: <Value what={t`identity of the gateway`}>{nekzusId}</Value> },
          {
            label: <Trans>Runs on</Trans>,
            value: (
              <span className="font-mono text-sm">
                {platform}, Node.js {node}
              </span>
            ),
          },
          { label: <Trans>Database</Trans>, value: database === "postgresql" ? "PostgreSQL" : "SQLite" },
        ]}
      />
    </div>
  );
}
