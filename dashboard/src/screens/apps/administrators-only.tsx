import { Trans, useLingui } from "@lingui/react/macro";
import { ShieldX } from "lucide-react";
import { ButtonLink } from "../../design/button-link.tsx";
import { Empty } from "../../design/states.tsx";

/** Stands in place of a form that the person may not use. */
export function AdministratorsOnly() {
  const { t } = useLingui();
  return (
    <Empty
      icon={<ShieldX />}
      title={t`For administrators only`}
      action={
        <ButtonLink to="/">
          <Trans>Go to Home</Trans>
        </ButtonLink>
      }
    >
      <Trans>Apps and routes are changed by administrators of this gateway.</Trans>
    </Empty>
  );
}
