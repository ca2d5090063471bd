import { Trans, useLingui } from "@lingui/react/macro";
import { Globe, Users } from "lucide-react";
import { Callout } from "../../design/callout.tsx";
import { RadioCards } from "../../design/radio-cards.tsx";
import { ListOf, TickOf } from "./route-controls.tsx";
import { idOf, LABELS } from "./route-labels.ts";
import type { RouteForm } from "./use-route-form.ts";

/** Who may open the app (rulings R24 and R30). */
export function RouteAccessSection({ form, appId }: { form: RouteForm; appId: string }) {
  const { t, i18n } = useLingui();
  const { values, change, faultOf, mayOpenUp } = form;
  const own = `access:${appId || "…"}`;
  return (
    <>
      {!mayOpenUp && <Callout tone="info" title={<Trans>Only an administrator changes who may open an app</Trans>} />}
      <RadioCards
        id={idOf("publicAccess")}
        label={i18n._(LABELS.publicAccess)}
        error={faultOf("publicAccess")}
        value={values.publicAccess ? "everybody" : "signed-in"}
        onChange={(who) => change({ publicAccess: who === "everybody" })}
        options={[
          {
            value: "signed-in",
            label: <Trans>People with access</Trans>,
            help: <Trans>Those who are signed in and hold the scopes below.</Trans>,
            icon: <Users />,
            disabled: !mayOpenUp,
          },
          {
            value: "everybody",
            label: <Trans>Everybody</Trans>,
            help: <Trans>Without signing in.</Trans>,
            icon: <Globe />,
            disabled: !mayOpenUp,
          },
        ]}
      />
      {values.publicAccess && (
        <Callout tone="warn" title={<Trans>Everybody who reaches this gateway may open the app</Trans>}>
          <Trans>
            The gateway asks nobody who they are. Choose this only for an app that may be seen by anyone, or that asks
            for a password itself.
          </Trans>
        </Callout>
      )}
      <ListOf
        form={form}
        field="scopes"
        entry={t`scope`}
        placeholder={own}
        suggestions={[own, "read:catalog", "write:*", "access:admin"]}
        disabled={!mayOpenUp}
        help={
          values.publicAccess ? (
            <Trans>Without effect while everybody may open it; kept for later.</Trans>
          ) : (
            <Trans>
              A person needs all of them. Left empty, it is <span className="font-mono">{own}</span> and what the
              configuration asks for every app.
            </Trans>
          )
        }
      />
      <TickOf
        form={form}
        field="sensitive"
        disabled={!mayOpenUp}
        help={
          <Trans>
            A paired device opens it only if it was given <span className="font-mono">{own}</span> by name. What opens
            every app for a device does not open this one.
          </Trans>
        }
      />
      <ListOf
        form={form}
        field="allowNetworks"
        entry={t`network`}
        placeholder="192.168.1.0/24"
        disabled={!mayOpenUp}
        help={<Trans>From elsewhere nobody opens it, not even an administrator. Empty: from everywhere.</Trans>}
      />
      <ListOf
        form={form}
        field="denyNetworks"
        entry={t`network`}
        placeholder="192.168.1.66"
        disabled={!mayOpenUp}
        help={<Trans>These go before the networks above.</Trans>}
      />
    </>
  );
}
