import { Trans, useLingui } from "@lingui/react/macro";
import type { Failure } from "../../api/failure.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { ButtonLink } from "../../design/button-link.tsx";
import { FailureNote } from "../../design/states.tsx";

/** The app is there, but something that was said about it could not be kept. */
export function HalfAdded({
  name,
  failure,
  isSaving,
  onAgain,
}: {
  name: string;
  failure: Failure;
  isSaving: boolean;
  onAgain(): void;
}) {
  const { t } = useLingui();
  const { text, wayOn } = useFailureText(failure);
  return (
    <FailureNote
      failure={{
        title: t`${name} is added and can be opened, but its group, description, tags or picture are not saved`,
        text,
        wayOn,
      }}
      onRetry={onAgain}
      retrying={isSaving}
      action={
        <ButtonLink to="/apps" size="small">
          <Trans>Leave it like this</Trans>
        </ButtonLink>
      }
    />
  );
}
