import { Plural, useLingui } from "@lingui/react/macro";
import { Badge } from "../../design/badge.tsx";
import { countRemarks, type Remark, severityOf } from "./proposal.ts";
import { remarkMessage } from "./words.ts";

/** How many dangers and warnings there are, and the most serious of them in words; nothing where there is none. */
export function RemarkBadges({ remarks }: { remarks: readonly Remark[] }) {
  const { i18n } = useLingui();
  const { danger, warning } = countRemarks(remarks);
  const [first] = remarks.filter((remark) => severityOf(remark) !== "info");
  if (!first) return null;
  const own = remarkMessage(first);
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1">
      {danger > 0 && (
        <Badge tone="bad">
          <Plural value={danger} one="# danger" other="# dangers" />
        </Badge>
      )}
      {warning > 0 && (
        <Badge tone="warn">
          <Plural value={warning} one="# warning" other="# warnings" />
        </Badge>
      )}
      <span className="line-clamp-2 min-w-0 text-sm break-words max-sm:basis-full sm:flex-1">
        {own ? i18n._(own) : first.message}
      </span>
    </div>
  );
}
