import { Trans, useLingui } from "@lingui/react/macro";
import { ListChecks, Plus } from "lucide-react";
import { Suspense } from "react";
import { channelsList, rulesList } from "../../api/endpoints.gen.ts";
import { lazyPart } from "../../api/load-part.ts";
import { useRead } from "../../api/use-read.ts";
import { Button } from "../../design/button.tsx";
import { Guarded, Panel } from "../../design/panel.tsx";
import { Empty, Loading } from "../../design/states.tsx";
import { Reading } from "../../shell/reading.tsx";
import { UnreadNote } from "../../shell/unread-note.tsx";
import { useAddressState } from "../../shell/use-address-state.ts";
import { RuleRow } from "./rule-row.tsx";

/** How often the list is read while it is looked at, in ms. */
const EVERY_MS = 30_000;
const NEW = "new";

const RuleSheet = lazyPart(() => import("./rule-sheet.tsx").then((part) => part.RuleSheet));

/** Who is told of what. */
export function RulesTab() {
  const { t } = useLingui();
  const read = useRead(rulesList, {}, { every: EVERY_MS });
  const channels = useRead(channelsList, {}, { every: EVERY_MS });
  const [edited, setEdited] = useAddressState("rule");
  const rule = read.data?.find(({ id }) => id === edited);
  return (
    <Panel
      title={t`Who is told of what`}
      description={t`One outage is one message, and one more when it is over. Nobody is told of apps that they may not open.`}
      actions={
        <Button rank="primary" icon={<Plus />} onClick={() => setEdited(NEW, "step")}>
          <Trans>Add a rule</Trans>
        </Button>
      }
    >
      <div className="space-y-3">
        {channels.failure && !channels.data && (
          <UnreadNote read={channels}>
            <Trans>The names of the channels could not be read.</Trans>
          </UnreadNote>
        )}
        <Reading read={read} loading={<Loading count={2} />}>
          {(rules) =>
            rules.length === 0 ? (
              <Empty icon={<ListChecks />} title={t`There is no rule`}>
                <Trans>Nobody is told of anything. Add a rule to be told when an app is down.</Trans>
              </Empty>
            ) : (
              <ul className="divide-y divide-line">
                {rules.map((one) => (
                  <RuleRow
                    key={one.id}
                    rule={one}
                    channels={channels.data ?? []}
                    onEdit={() => setEdited(one.id, "step")}
                  />
                ))}
              </ul>
            )
          }
        </Reading>
      </div>
      {channels.data && (edited === NEW || rule) && (
        <Guarded>
          <Suspense>
            <RuleSheet key={edited} rule={rule} channels={channels.data} onClose={() => setEdited("")} />
          </Suspense>
        </Guarded>
      )}
    </Panel>
  );
}
