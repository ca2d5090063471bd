import { Trans, useLingui } from "@lingui/react/macro";
import { Pencil } from "lucide-react";
import type { RouteListed } from "../../catalog/app.ts";
import { ConnectionTest } from "../../catalog/connection-test.tsx";
import { Button } from "../../design/button.tsx";
import { ButtonLink } from "../../design/button-link.tsx";
import { Sheet } from "../../design/sheet.tsx";

/** Tests a saved route as soon as it opens. */
export function ConnectionSheet({ route, onClose }: { route: RouteListed; onClose(): void }) {
  const { t } = useLingui();
  const name = route.appName;
  const { to, routeId, stripPrefix, healthCheckPath, preserveHost, websocket } = route;
  const { insecureSkipVerify, serverName, caFile } = route;
  // At its host name the app is asked without any prefix.
  const pathBase = route.host && route.effectiveRoutingMode === "subdomain" ? "" : route.pathBase;
  const certificate = { insecureSkipVerify, serverName, caFile };
  return (
    <Sheet
      open
      onClose={onClose}
      title={t`Connection to ${name}`}
      description={<span className="font-mono break-all">{to}</span>}
      footer={
        <>
          <ButtonLink to="/apps/routes/$routeId" params={{ routeId }} icon={<Pencil />}>
            <Trans>Edit route</Trans>
          </ButtonLink>
          <Button data-safe onClick={onClose}>
            <Trans>Close</Trans>
          </Button>
        </>
      }
    >
      <ConnectionTest
        begins="shown"
        target={{ to, pathBase, stripPrefix, healthCheckPath, ...certificate, preserveHost, websocket }}
      />
    </Sheet>
  );
}
