import { Trans, useLingui } from "@lingui/react/macro";
import { ShieldX } from "lucide-react";
import { ButtonLink } from "../design/button-link.tsx";
import { Empty } from "../design/states.tsx";

/** Stands in place of what the person may not use. */
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
      <Trans>Only administrators of this gateway can see and change this.</Trans>
    </Empty>
  );
}
