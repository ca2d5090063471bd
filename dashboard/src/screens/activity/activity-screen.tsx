import { Trans, useLingui } from "@lingui/react/macro";
import { History } from "lucide-react";
import { activityRecent } from "../../api/endpoints.gen.ts";
import { NEWEST_ACTIVITY } from "../../api/live-notices.ts";
import { useRead } from "../../api/use-read.ts";
import { Field } from "../../design/field.tsx";
import { Pages } from "../../design/pages.tsx";
import { Panel } from "../../design/panel.tsx";
import { Select } from "../../design/select.tsx";
import { Empty, Loading } from "../../design/states.tsx";
import { Reading } from "../../shell/reading.tsx";
import { Screen } from "../../shell/screen.tsx";
import { useAddressState } from "../../shell/use-address-state.ts";
import { ActivityRow } from "./activity-row.tsx";
import { KINDS } from "./kinds.ts";

/** How often the newest are read while they are looked at, in ms; what the gateway tells comes at once. */
const EVERY_MS = 30_000;
const PAGE = NEWEST_ACTIVITY.query.limit;

/** What happened in the house, for people, of which everybody sees what they may. */
export function ActivityScreen() {
  const { t, i18n } = useLingui();
  const [kind, setKind] = useAddressState("kind");
  const [page, setPage] = useAddressState("page");
  const offset = Math.max(0, (Number(page) || 1) - 1) * PAGE;
  const type = KINDS.find(({ id }) => id === kind)?.types.join(",");
  const read = useRead(
    activityRecent,
    { query: { ...NEWEST_ACTIVITY.query, offset, ...(type && { type }) } },
    { every: EVERY_MS },
  );
  return (
    <Screen title={t`Activity`}>
      <Panel title={t`What happened lately`} description={t`The newest comes first, and appears here as it happens.`}>
        <div className="space-y-4">
          <div className="max-w-xs">
            <Field label={t`Show`}>
              <Select
                value={kind}
                onChange={(next) => {
                  setKind(next);
                  setPage("");
                }}
                options={KINDS.map(({ id, label }) => ({ value: id, label: i18n._(label) }))}
              />
            </Field>
          </div>
          <Reading read={read} loading={<Loading count={6} />}>
            {(answer) => {
              const { activities, total } = Array.isArray(answer)
                ? { activities: answer, total: answer.length }
                : answer;
              if (activities.length === 0) {
                return (
                  <Empty icon={<History />} title={kind ? t`Nothing of this kind happened` : t`Nothing happened yet`}>
                    <Trans>Apps that come, go, fail and recover, devices, and what webhooks say will stand here.</Trans>
                  </Empty>
                );
              }
              return (
                <>
                  <ol className="divide-y divide-line">
                    {activities.map((entry) => (
                      <ActivityRow key={entry.id} entry={entry} />
                    ))}
                  </ol>
                  <Pages offset={offset} size={PAGE} total={total} onPage={(to) => setPage(String(to), "step")} />
                </>
              );
            }}
          </Reading>
        </div>
      </Panel>
    </Screen>
  );
}
