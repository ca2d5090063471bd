import { Trans, useLingui } from "@lingui/react/macro";
import { Send } from "lucide-react";
import { notificationsList } from "../../api/endpoints.gen.ts";
import { useRead } from "../../api/use-read.ts";
import { Field } from "../../design/field.tsx";
import { Pages } from "../../design/pages.tsx";
import { Panel } from "../../design/panel.tsx";
import { Select } from "../../design/select.tsx";
import { Empty, Loading } from "../../design/states.tsx";
import { Reading } from "../../shell/reading.tsx";
import { useAddressState } from "../../shell/use-address-state.ts";
import { DeliveryCounts } from "./delivery-counts.tsx";
import { DeliveryRow } from "./delivery-row.tsx";
import { RetryAll } from "./retry-all.tsx";
import { STATE_WORDS, STATES, type State } from "./words.ts";

/** How often the list is read while it is looked at, in ms. */
const EVERY_MS = 5_000;
const PAGE = 50;

/** Every message and what became of it: those that wait, those that were given up, and what can be done about them. */
export function DeliveriesTab() {
  const { t, i18n } = useLingui();
  const [wanted, setState] = useAddressState("state");
  const [page, setPage] = useAddressState("page");
  const status = STATES.find((one) => one === wanted);
  const offset = Math.max(0, (Number(page) || 1) - 1) * PAGE;
  const read = useRead(
    notificationsList,
    { query: { ...(status && { status }), limit: PAGE, offset } },
    { every: EVERY_MS },
  );
  return (
    <Panel
      title={t`Messages`}
      description={t`Each waits here until it arrived. After too many tries it is given up, and can be sent again.`}
    >
      <div className="space-y-4">
        <DeliveryCounts />
        <div className="max-w-xs">
          <Field label={t`Show`}>
            <Select<State | "">
              value={status ?? ""}
              onChange={(next) => {
                setState(next);
                setPage("");
              }}
              options={[
                { value: "", label: t`All messages` },
                ...STATES.map((value) => ({ value, label: i18n._(STATE_WORDS[value].word) })),
              ]}
            />
          </Field>
        </div>
        <Reading read={read} loading={<Loading count={4} />}>
          {({ notifications, total }) =>
            notifications.length === 0 ? (
              <Empty icon={<Send />} title={status ? t`No message is in this state` : t`No message was sent yet`}>
                <Trans>When a rule fits what happens, its messages stand here with what became of them.</Trans>
              </Empty>
            ) : (
              <>
                {status === "failed" && <RetryAll ids={notifications.map(({ id }) => id)} />}
                <ol className="divide-y divide-line">
                  {notifications.map((message) => (
                    <DeliveryRow key={message.id} message={message} />
                  ))}
                </ol>
                <Pages offset={offset} size={PAGE} total={total} onPage={(to) => setPage(String(to), "step")} />
              </>
            )
          }
        </Reading>
      </div>
    </Panel>
  );
}
