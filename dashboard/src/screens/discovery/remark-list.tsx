import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { toneIcons } from "../../design/badge.tsx";
import { Checkbox } from "../../design/checkbox.tsx";
import { classes } from "../../design/classes.ts";
import { Disclosure } from "../../design/disclosure.tsx";
import { type Remark, remarkKey, type Severity, severityOf } from "./proposal.ts";
import { remarkMessage, SEVERITIES } from "./words.ts";

const BOXES: Record<Severity, string> = {
  danger: "border-bad/30 bg-bad-soft",
  warning: "border-warn/30 bg-warn-soft",
  info: "border-line",
};
const MARKS: Record<Severity, string> = { danger: "text-bad", warning: "text-warn", info: "text-info" };

type RemarkListProps = {
  remarks: readonly Remark[];
  /** The dangers that were confirmed, by `remarkKey`. */
  confirmed: ReadonlySet<string>;
  onConfirm(key: string, isConfirmed: boolean): void;
};

/** What to know before approving: dangers with a tick each, warnings, and folded away what is good to know. */
export function RemarkList({ remarks, confirmed, onConfirm }: RemarkListProps) {
  const serious = remarks.filter((remark) => severityOf(remark) !== "info");
  const notes = remarks.filter((remark) => severityOf(remark) === "info");
  if (remarks.length === 0) return null;
  return (
    <div className="space-y-2.5">
      <h3 className="font-medium">
        <Trans>What to look at</Trans>
      </h3>
      {serious.map((remark) => {
        const key = remarkKey(remark);
        return (
          <RemarkBox key={key} remark={remark}>
            {severityOf(remark) === "danger" && (
              <div className="pt-2">
                <Checkbox
                  checked={confirmed.has(key)}
                  onChange={(isConfirmed) => onConfirm(key, isConfirmed)}
                  label={
                    <span className="font-medium">
                      <Trans>I know this and approve it all the same</Trans>
                      {/* Several of these boxes differ by what they are about. */}
                      <span className="sr-only">: {remark.message}</span>
                    </span>
                  }
                />
              </div>
            )}
          </RemarkBox>
        );
      })}
      {notes.length > 0 && (
        <Disclosure
          title={
            <Plural value={notes.length} one="# thing that is good to know" other="# things that are good to know" />
          }
        >
          <div className="space-y-3">
            {notes.map((remark) => (
              <RemarkText key={remarkKey(remark)} remark={remark} />
            ))}
          </div>
        </Disclosure>
      )}
    </div>
  );
}

function RemarkBox({ remark, children }: { remark: Remark; children: React.ReactNode }) {
  return (
    <div className={classes("rounded-lg border p-3.5", BOXES[severityOf(remark)])}>
      <RemarkText remark={remark}>{children}</RemarkText>
    </div>
  );
}

/** Severity, message and advice. Messages may hold values of labels. */
function RemarkText({ remark, children }: { remark: Remark; children?: React.ReactNode }) {
  const { i18n } = useLingui();
  const severity = severityOf(remark);
  const { word, tone } = SEVERITIES[severity];
  const Icon = toneIcons[tone];
  const own = remarkMessage(remark);
  return (
    <div className="flex gap-3">
      {Icon && <Icon aria-hidden className={classes("mt-0.5 size-4.5 shrink-0", MARKS[severity])} />}
      <div className="min-w-0 flex-1">
        <p className="line-clamp-4 break-words">
          <span className={classes("font-semibold", MARKS[severity])}>{i18n._(word)}:</span>{" "}
          <span className="font-medium">{own ? i18n._(own) : remark.message}</span>
        </p>
        <p className="mt-0.5 line-clamp-6 text-sm break-words">{remark.advice}</p>
        {children}
      </div>
    </div>
  );
}
