import { Trans, useLingui } from "@lingui/react/macro";
import { ListChecks, X } from "lucide-react";
import { IconButton } from "../../design/icon-button.tsx";
import { TextLink } from "../../design/text-link.tsx";
import { usePerson } from "../../shell/person.tsx";
import { usePreferences } from "../../shell/preferences.tsx";

/** Leads somebody who may take the first steps, and has not come to their end, back to them; until it is put away. */
export function SetupNote() {
  const { t } = useLingui();
  const person = usePerson();
  const { change } = usePreferences();
  if (!person.may("write:*")) return null;
  return (
    <div className="mt-6 flex items-center gap-3 rounded-xl border border-line bg-surface py-1.5 pr-1.5 pl-3.5">
      <ListChecks aria-hidden size={18} className="shrink-0 text-accent-ink" />
      <p className="min-w-0 flex-1 py-1">
        <Trans>The first steps are not finished: addresses, certificate, first apps.</Trans>{" "}
        <TextLink to="/welcome">
          <Trans>Go on</Trans>
        </TextLink>
      </p>
      <IconButton
        size="small"
        label={t`Put this away; About leads to the first steps`}
        icon={<X />}
        onClick={() => void change({ setup: { finished: true } })}
      />
    </div>
  );
}
