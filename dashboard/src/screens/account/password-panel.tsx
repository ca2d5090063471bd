import { useLingui } from "@lingui/react/macro";
import { Panel } from "../../design/panel.tsx";
import { usePerson } from "../../shell/person.tsx";
import { PasswordForm } from "./password-form.tsx";

/** Changes the person's own password. */
export function PasswordPanel() {
  const { t } = useLingui();
  const { username } = usePerson();
  return (
    <Panel
      title={t`Password`}
      description={t`A new password signs you out everywhere but here, and makes your tokens void.`}
    >
      <PasswordForm username={username} />
    </Panel>
  );
}
