import { Trans } from "@lingui/react/macro";
import { Callout } from "../../design/callout.tsx";
import { LineOf, TickOf } from "./route-controls.tsx";
import type { RouteForm } from "./use-route-form.ts";

/** How the certificate of an https app is judged; hidden where it would have no effect and nothing is set. */
export function RouteCertificateFields({ form }: { form: RouteForm }) {
  const { values, mayOpenUp } = form;
  const { serverName, caFile, insecureSkipVerify } = values;
  const isHttps = /^https:/i.test(values.to.trim());
  if (!isHttps && !serverName && !caFile && !insecureSkipVerify) return null;
  return (
    <>
      {!isHttps && (
        <p className="text-sm text-muted">
          <Trans>What is said about certificates counts only for an address that begins with https.</Trans>
        </p>
      )}
      <div className="grid items-start gap-5 sm:grid-cols-2">
        <LineOf
          form={form}
          field="serverName"
          placeholder="nas.home.example"
          help={<Trans>Empty: the host of the address. For a certificate that was made for another name.</Trans>}
        />
        <LineOf
          form={form}
          field="caFile"
          disabled={!mayOpenUp}
          placeholder="/etc/nekzus/home-ca.pem"
          help={
            mayOpenUp ? (
              <Trans>
                A PEM file on the gateway's machine: the app's own certificate, or that of the authority that issued it.
                For this route nothing else is trusted. Empty: the well-known authorities.
              </Trans>
            ) : (
              <Trans>A PEM file on the gateway's machine. Only an administrator changes this.</Trans>
            )
          }
        />
      </div>
      <TickOf
        form={form}
        field="insecureSkipVerify"
        help={<Trans>For a device of your own with a certificate that it made itself.</Trans>}
      />
      {insecureSkipVerify && isHttps && (
        <Callout tone="warn" title={<Trans>Nobody checks who answers</Trans>}>
          <Trans>
            The connection stays encrypted, but something else at this address would be believed. Use it only within
            your own network. It is safer to name the file with its certificate.
          </Trans>
        </Callout>
      )}
    </>
  );
}
