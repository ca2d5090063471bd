import { Trans, useLingui } from "@lingui/react/macro";
import { Download } from "lucide-react";
import { useState } from "react";
import { authorityGet } from "../api/endpoints.gen.ts";
import { ButtonAnchor } from "../design/button-link.tsx";
import { Field } from "../design/field.tsx";
import { Select } from "../design/select.tsx";
import { Value } from "../design/value.tsx";
import { systemOf } from "./systems.ts";
import { SYSTEMS } from "./trust-steps.ts";

/**
 * How a device is told to trust the gateway's authority: the file, its fingerprint where the person may know it, and
 * the steps of each system, this one's first.
 */
export function TrustGuide({
  fingerprint,
  origin,
}: {
  fingerprint: string | undefined;
  /** By which other devices reach the gateway. */
  origin: string;
}) {
  const { t, i18n } = useLingui();
  const [system, setSystem] = useState(() => systemOf(navigator.userAgent, navigator.maxTouchPoints));
  const steps = SYSTEMS.find(({ id }) => id === system)?.steps ?? [];

  return (
    <div className="space-y-5">
      <div className="space-y-2.5">
        <ButtonAnchor href={authorityGet.path} icon={<Download />}>
          <Trans>Download the certificate</Trans>
        </ButtonAnchor>
        <div className="text-sm text-muted">
          <Trans>For another device, open this address on it:</Trans>{" "}
          <Value what={t`address of the certificate`}>{origin + authorityGet.path}</Value>
        </div>
      </div>
      <div className="max-w-md">
        <Field label={t`Steps for`}>
          <Select
            value={system}
            onChange={setSystem}
            options={SYSTEMS.map(({ id, name }) => ({ value: id, label: i18n._(name) }))}
          />
        </Field>
      </div>
      <ol className="max-w-prose list-decimal space-y-2 pl-6 marker:text-muted">
        {steps.map(({ text, command }) => (
          <li key={text.id}>
            {i18n._(text)}
            {command && (
              <pre className="mt-1.5 overflow-x-auto rounded-md border border-line bg-sunken px-3 py-2 font-mono text-sm">
                {command}
              </pre>
            )}
          </li>
        ))}
        <li>
          <Trans>Close the browser and open it again. The warning is gone, for the dashboard and for the apps.</Trans>
        </li>
      </ol>
      <div className="space-y-1.5">
        <p className="font-medium">
          <Trans>Before you install it, compare the fingerprint</Trans>
        </p>
        <p className="max-w-prose text-sm text-muted">
          <Trans>
            The device shows it with the file's details. It must be the one that{" "}
            <span className="font-mono">nekzus authority</span> prints on the gateway's own machine. If it is another,
            somebody sits in between: do not install it.
          </Trans>
        </p>
        {fingerprint && (
          <Value boxed what={t`fingerprint`}>
            {fingerprint}
          </Value>
        )}
      </div>
    </div>
  );
}
