import { Trans, useLingui } from "@lingui/react/macro";
import { Webhook } from "lucide-react";
import { webhookCalls } from "../../api/endpoints.gen.ts";
import { useRead } from "../../api/use-read.ts";
import { Pages } from "../../design/pages.tsx";
import { Panel } from "../../design/panel.tsx";
import { Empty, Loading } from "../../design/states.tsx";
import { Reading } from "../../shell/reading.tsx";
import { useAddressState } from "../../shell/use-address-state.ts";
import { CallRow } from "./call-row.tsx";

/** How often the log is read while it is looked at, in ms: who tries a command wants to see it arrive. */
const EVERY_MS = 5_000;
const PAGE = 25;

/** What came in, the newest first. */
export function CallsPanel() {
  const { t } = useLingui();
  const [page, setPage] = useAddressState("page");
  const offset = Math.max(0, (Number(page) || 1) - 1) * PAGE;
  const read = useRead(webhookCalls, { query: { limit: PAGE, offset } }, { every: EVERY_MS });
  return (
    <Panel title={t`What came in`} description={t`Also calls that were let in and refused for their content.`}>
      <Reading read={read} loading={<Loading count={4} />}>
        {({ calls, total }) =>
          calls.length === 0 ? (
            <Empty icon={<Webhook />} title={t`No webhook was called yet`}>
              <Trans>Paste one of the commands above into a shell, and it appears here.</Trans>
            </Empty>
          ) : (
            <>
              <ol className="divide-y divide-line">
                {calls.map((call) => (
                  <CallRow key={call.id} call={call} />
                ))}
              </ol>
              <div className="pt-3">
                <Pages offset={offset} size={PAGE} total={total} onPage={(to) => setPage(String(to), "step")} />
              </div>
            </>
          )
        }
      </Reading>
    </Panel>
  );
}
