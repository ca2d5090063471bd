import { Trans, useLingui } from "@lingui/react/macro";
import { LayoutDashboard, Plus, Radar } from "lucide-react";
import { ButtonLink } from "../../design/button-link.tsx";
import { Empty } from "../../design/states.tsx";
import { usePerson } from "../../shell/person.tsx";

/** Home before there is any app: how to get the first. */
export function NoApps() {
  const { t } = useLingui();
  const person = usePerson();
  if (!person.may("write:*")) {
    return (
      <Empty icon={<LayoutDashboard />} title={t`No apps yet`}>
        <Trans>Nobody has given you an app yet. Ask an administrator of this gateway.</Trans>
      </Empty>
    );
  }
  return (
    <Empty
      icon={<LayoutDashboard />}
      title={t`No apps yet`}
      action={
        <>
          <ButtonLink to="/discovery" rank="primary" icon={<Radar />}>
            <Trans>See what was found</Trans>
          </ButtonLink>
          <ButtonLink to="/apps/new" icon={<Plus />}>
            <Trans>Add an app by its address</Trans>
          </ButtonLink>
        </>
      }
    >
      <Trans>Apps that you approve or add appear here, one click away.</Trans>
    </Empty>
  );
}
