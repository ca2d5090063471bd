import { Trans, useLingui } from "@lingui/react/macro";
import { Download, ScrollText } from "lucide-react";
import { auditLogs } from "../../api/endpoints.gen.ts";
import { useRead } from "../../api/use-read.ts";
import { Button } from "../../design/button.tsx";
import { Field } from "../../design/field.tsx";
import { Pages } from "../../design/pages.tsx";
import { Panel } from "../../design/panel.tsx";
import { Select } from "../../design/select.tsx";
import { Empty, Loading } from "../../design/states.tsx";
import { TextInput } from "../../design/text-input.tsx";
import { Reading } from "../../shell/reading.tsx";
import { Screen } from "../../shell/screen.tsx";
import { useAddressState } from "../../shell/use-address-state.ts";
import { AuditRow } from "./audit-row.tsx";
import { useExport } from "./use-export.ts";

/** How often the newest are read while they are looked at, in ms. */
const EVERY_MS = 15_000;
/** Entries on one page. */
const PAGE = 50;

type Outcome = "" | "true" | "false";

/** Who changed what, and who tried to get in: filtered, page by page, and as a file. */
export function AuditScreen() {
  const { t } = useLingui();
  const [action, setAction] = useAddressState("action");
  const [actor, setActor] = useAddressState("actor");
  const [success, setSuccess] = useAddressState("success");
  const [page, setPage] = useAddressState("page");
  const offset = Math.max(0, (Number(page) || 1) - 1) * PAGE;
  const filter = {
    ...(action && { action }),
    ...(actor && { actor }),
    ...((success === "true" || success === "false") && { success: success as "true" | "false" }),
  };
  const read = useRead(auditLogs, { query: { ...filter, limit: PAGE, offset } }, { every: EVERY_MS });
  const saving = useExport(filter);
  const fresh = (set: (value: string) => void) => (value: string) => {
    set(value);
    setPage("");
  };

  return (
    <Screen
      title={t`Audit log`}
      actions={
        <Button icon={<Download />} pending={saving.isRunning} onClick={() => void saving.run()}>
          <Trans>Export as CSV</Trans>
        </Button>
      }
    >
      <Panel title={t`What was changed, and by whom`} description={t`Passwords, keys and codes are never in it.`}>
        <div className="space-y-4">
          {saving.failed && (
            <p role="alert" className="text-sm font-medium text-bad">
              <Trans>The file could not be made. Try again.</Trans>
            </p>
          )}
          <div className="grid gap-4 sm:grid-cols-3">
            <Field label={t`Action`} help={t`Such as route.updated`}>
              <TextInput value={action} onChange={fresh(setAction)} mono />
            </Field>
            <Field label={t`Who`} help={t`Name or id`}>
              <TextInput value={actor} onChange={fresh(setActor)} />
            </Field>
            <Field label={t`Outcome`} help={t`Failed ones are sign-ins and refusals`}>
              <Select<Outcome>
                value={success as Outcome}
                onChange={fresh(setSuccess)}
                options={[
                  { value: "", label: t`All` },
                  { value: "true", label: t`Done` },
                  { value: "false", label: t`Failed` },
                ]}
              />
            </Field>
          </div>
          <Reading read={read} loading={<Loading count={4} />}>
            {({ logs, total }) =>
              logs.length === 0 ? (
                <Empty icon={<ScrollText />} title={t`Nothing matches`} />
              ) : (
                <>
                  <ol className="divide-y divide-line">
                    {logs.map((entry) => (
                      <AuditRow key={entry.id} entry={entry} />
                    ))}
                  </ol>
                  <Pages offset={offset} size={PAGE} total={total} onPage={(to) => setPage(String(to), "step")} />
                </>
              )
            }
          </Reading>
        </div>
      </Panel>
    </Screen>
  );
}
