import { Trans, useLingui } from "@lingui/react/macro";
import { ConflictText } from "../../catalog/route-fields.tsx";
import type { RouteConflict } from "../../catalog/route-places.ts";
import { Field } from "../../design/field.tsx";
import { Select } from "../../design/select.tsx";
import { LineOf } from "./route-controls.tsx";
import { idOf, LABELS } from "./route-labels.ts";
import type { NamePlace } from "./use-name-place.ts";
import type { RouteForm } from "./use-route-form.ts";

/** Whether the app has a host name of its own, and which. */
export function RouteNameFields({
  form,
  place,
  conflict,
}: {
  form: RouteForm;
  place: NamePlace;
  conflict: RouteConflict | undefined;
}) {
  const { t, i18n } = useLingui();
  const { values, change, faultOf } = form;
  const words = { path: t`Its path`, subdomain: t`A host name of its own`, both: t`Both` };
  const ofGateway = words[place.ofGateway];
  return (
    <div className="grid items-start gap-5 sm:grid-cols-2">
      <Field id={idOf("routingMode")} label={i18n._(LABELS.routingMode)} error={faultOf("routingMode")}>
        <Select
          value={values.routingMode}
          onChange={(routingMode) => change({ routingMode })}
          options={[
            { value: "", label: t`As the gateway is set: ${ofGateway}` },
            { value: "path", label: words.path },
            { value: "subdomain", label: words.subdomain },
            { value: "both", label: words.both },
          ]}
        />
      </Field>
      <LineOf
        form={form}
        field="subdomain"
        placeholder={place.label || "films"}
        error={conflict?.field === "subdomain" ? <ConflictText conflict={conflict} /> : undefined}
        help={<NameHelp place={place} />}
      />
    </div>
  );
}

function NameHelp({ place: { domain, isAsked, label, address, isCovered } }: { place: NamePlace }) {
  if (domain === undefined) return <Trans>The part before the gateway's domain.</Trans>;
  if (!isAsked)
    return <Trans>The part before the gateway's domain; not used while the app is opened by its path.</Trans>;
  if (!domain) {
    return (
      <Trans>
        Without effect until the gateway has a domain: set <span className="font-mono">server.base_domain</span>. Until
        then the app opens at its path.
      </Trans>
    );
  }
  if (!label) {
    return <Trans>Choose one: the app's id cannot stand in a host name. Until then the app opens at its path.</Trans>;
  }
  return (
    <>
      <Trans>
        People open the app at <span className="font-mono break-all">{address}</span>
      </Trans>{" "}
      {!isCovered && <Trans>The gateway's certificate does not name it, so browsers will warn.</Trans>}
    </>
  );
}
