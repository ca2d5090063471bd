import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Proposal } from "../../catalog/proposal.ts";
import { isScope } from "../../catalog/scopes.ts";
import { Callout } from "../../design/callout.tsx";
import { Field } from "../../design/field.tsx";
import { ListInput } from "../../design/list-input.tsx";
import { RadioCards } from "../../design/radio-cards.tsx";
import { usePerson } from "../../shell/person.tsx";
import { type Draft, labelScopes } from "./approve-draft.ts";

type ApproveAccessProps = {
  proposal: Proposal;
  draft: Draft;
  onChange(change: Partial<Draft>): void;
  error: ReactNode;
  id: string;
};

/** Who may open the app. Only those with access:admin may choose otherwise than proposed (ruling R30). */
export function ApproveAccess({ proposal, draft, onChange, error, id }: ApproveAccessProps) {
  const { t } = useLingui();
  const person = usePerson();
  const ownScopes = [`access:${draft.id.trim()}`, ...labelScopes(proposal)];
  const proposed = (
    <Trans>
      Signed in, and with{" "}
      <span className="font-mono break-words">{ownScopes.map((scope) => scope.slice(0, 80)).join(" + ")}</span>
    </Trans>
  );

  if (!person.may("access:admin")) {
    return (
      <div className="space-y-0.5">
        <p className="font-medium">
          <Trans>Who may open it</Trans>
        </p>
        <p className="text-sm">{proposed}</p>
        <p className="text-sm text-muted">
          <Trans>Only an administrator with access:admin may choose otherwise.</Trans>
        </p>
      </div>
    );
  }
  return (
    <div className="space-y-3">
      <RadioCards
        id={id}
        label={t`Who may open it`}
        error={error}
        value={draft.access}
        onChange={(access) => onChange({ access })}
        options={[
          { value: "app", label: t`People who were given this app`, help: proposed },
          {
            value: "scopes",
            label: t`People with other scopes`,
            help: t`Signed in, and with the scopes you name`,
          },
          { value: "everybody", label: t`Everybody`, help: t`Without signing in` },
        ]}
      />
      {draft.access === "scopes" && (
        <Field label={t`Scopes`} help={t`All of them are needed, such as access:family.`}>
          <ListInput
            values={draft.scopes}
            entry={t`scope`}
            onChange={(scopes) => onChange({ scopes })}
            check={(value) =>
              isScope(value) ? undefined : t`A scope is read:, write: or access: followed by a name or *.`
            }
          />
        </Field>
      )}
      {draft.access === "everybody" && (
        <Callout tone="warn" title={t`The gateway will not ask anybody to sign in`}>
          <Trans>
            Whoever reaches the gateway can open this app and do in it what it allows without a sign-in of its own.
          </Trans>
        </Callout>
      )}
    </div>
  );
}
