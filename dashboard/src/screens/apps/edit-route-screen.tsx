import { Trans, useLingui } from "@lingui/react/macro";
import { useParams } from "@tanstack/react-router";
import { ArrowLeft, ExternalLink } from "lucide-react";
import { appGet, routeGet } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { useRead } from "../../api/use-read.ts";
import { AdministratorsOnly } from "../../catalog/administrators-only.tsx";
import { addressOfRoute } from "../../catalog/app.ts";
import { ButtonAnchor, ButtonLink } from "../../design/button-link.tsx";
import { Guarded } from "../../design/panel.tsx";
import { FailureNote, Loading, Stale } from "../../design/states.tsx";
import { usePerson } from "../../shell/person.tsx";
import { Screen } from "../../shell/screen.tsx";
import { baseOf } from "./edit-base.ts";
import { EditRoute } from "./edit-route.tsx";

/** One route and its app, with every option that is stored. */
export function EditRouteScreen() {
  const { t } = useLingui();
  const { routeId } = useParams({ from: "/apps/routes/$routeId" });
  const mayEdit = usePerson().may("write:*");
  const route = useRead(routeGet, { params: { routeId } }, { enabled: mayEdit });
  const appId = route.data?.appId ?? "";
  const app = useRead(appGet, { params: { appId } }, { enabled: appId !== "" });
  const failure = useFailureText(route.failure ?? app.failure);
  const title = route.data ? t`Edit ${route.data.appName}` : t`Edit route`;
  const isThere = route.data !== undefined && app.data !== undefined;

  function again(): void {
    void route.again();
    if (appId) void app.again();
  }

  return (
    <Screen
      title={title}
      lead={route.data && <span className="font-mono text-sm break-all">{route.data.host ?? route.data.pathBase}</span>}
      actions={
        mayEdit && (
          <>
            <ButtonLink to="/apps" rank="quiet" icon={<ArrowLeft />}>
              <Trans>All apps</Trans>
            </ButtonLink>
            {route.data?.enabled && (
              <ButtonAnchor href={addressOfRoute(route.data) ?? route.data.pathBase} icon={<ExternalLink />}>
                <Trans>Open the app</Trans>
              </ButtonAnchor>
            )}
          </>
        )
      }
    >
      {!mayEdit && <AdministratorsOnly />}
      {isThere && (route.isStale || app.isStale) && (
        <div className="mb-4">
          <Stale since={route.updatedAt} onRetry={again} />
        </div>
      )}
      {mayEdit && !isThere && !failure && <Loading shape="form" />}
      {!isThere && failure && (
        <FailureNote
          failure={failure}
          onRetry={again}
          action={
            <ButtonLink to="/apps" size="small">
              <Trans>See all apps</Trans>
            </ButtonLink>
          }
        />
      )}
      {route.data && app.data && (
        <Guarded>
          <EditRoute key={routeId} read={baseOf(route.data, app.data)} />
        </Guarded>
      )}
    </Screen>
  );
}
