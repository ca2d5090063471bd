import { Trans, useLingui } from "@lingui/react/macro";
import { Pencil } from "lucide-react";
import type { RouteListed } from "../../catalog/app.ts";
import { PrefixCheck } from "../../catalog/prefix-check.tsx";
import { Button } from "../../design/button.tsx";
import { ButtonLink } from "../../design/button-link.tsx";
import { Sheet } from "../../design/sheet.tsx";

/** Checks whether a saved route's app works below its prefix, as soon as it opens. */
export function PrefixSheet({ route, onClose }: { route: RouteListed; onClose(): void }) {
  const { t } = useLingui();
  const { appName, routeId, pathBase } = route;
  return (
    <Sheet
      open
      onClose={onClose}
      title={t`${appName} below its prefix`}
      description={<span className="font-mono break-all">{pathBase}</span>}
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
      <PrefixCheck begins="shown" routeId={routeId} />
    </Sheet>
  );
}
