import { Trans, useLingui } from "@lingui/react/macro";
import { Archive, LayoutGrid, Plus, Radar } from "lucide-react";
import { Suspense, useCallback, useEffect, useMemo, useState } from "react";
import { appsList, routesList } from "../../api/endpoints.gen.ts";
import type { Failure } from "../../api/failure.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { lazyPart } from "../../api/load-part.ts";
import { useRead } from "../../api/use-read.ts";
import { AdministratorsOnly } from "../../catalog/administrators-only.tsx";
import { Button } from "../../design/button.tsx";
import { ButtonLink } from "../../design/button-link.tsx";
import { Guarded } from "../../design/panel.tsx";
import { Empty, FailureNote, Loading, Stale } from "../../design/states.tsx";
import { usePerson } from "../../shell/person.tsx";
import { Screen } from "../../shell/screen.tsx";
import { useAddressState } from "../../shell/use-address-state.ts";
import { AppsList } from "./apps-list.tsx";
import { rowsOf } from "./apps-model.ts";

const DeletionsSheet = lazyPart(() => import("./deletions-sheet.tsx").then((part) => part.DeletionsSheet));
const AppAccessSheet = lazyPart(() => import("./app-access-sheet.tsx").then((part) => part.AppAccessSheet));
const ConnectionSheet = lazyPart(() => import("./connection-sheet.tsx").then((part) => part.ConnectionSheet));
const PrefixSheet = lazyPart(() => import("./prefix-sheet.tsx").then((part) => part.PrefixSheet));

/** How often routes and apps are read while they are looked at, in ms. */
const EVERY_MS = 10_000;
/** How long the routes wait for the groups and pictures of their apps, in ms. */
const PATIENCE_MS = 1000;

/** Every app with its routes: how they are doing, and everything that can be done with them. */
export function AppsScreen() {
  const { t } = useLingui();
  const person = usePerson();
  const [panel, setPanel] = useAddressState("panel");
  if (!person.may("write:*")) {
    return (
      <Screen title={t`Apps and routes`}>
        <AdministratorsOnly />
      </Screen>
    );
  }
  return (
    <Screen
      title={t`Apps and routes`}
      actions={
        <>
          <Button
            rank="quiet"
            icon={<Archive />}
            onClick={() => setPanel("deleted", "step")}
            aria-label={t`Recently deleted`}
            className="max-sm:px-2.5!"
          >
            <span className="max-sm:hidden">
              <Trans>Recently deleted</Trans>
            </span>
          </Button>
          <ButtonLink to="/apps/new" rank="primary" icon={<Plus />}>
            <Trans>Add app</Trans>
          </ButtonLink>
        </>
      }
    >
      <Guarded>
        <Content />
      </Guarded>
      {panel === "deleted" && (
        <Suspense>
          <DeletionsSheet onClose={() => setPanel("")} />
        </Suspense>
      )}
    </Screen>
  );
}

function Content() {
  const [tested, setTested] = useAddressState("test");
  const [judged, setJudged] = useAddressState("access");
  const [checked, setChecked] = useAddressState("check");
  const routes = useRead(routesList, {}, { every: EVERY_MS });
  const apps = useRead(appsList, {}, { every: EVERY_MS });
  const failureText = useFailureText(routes.failure);
  const rows = useMemo(() => rowsOf(routes.data ?? [], apps.data ?? []), [routes.data, apps.data]);
  const openTest = useCallback((routeId: string) => setTested(routeId, "step"), [setTested]);
  const judgedApp = apps.data?.find(({ id }) => id === judged);
  const testedRoute = routes.data?.find(({ routeId }) => routeId === tested);
  const checkedRoute = routes.data?.find(({ routeId }) => routeId === checked);
  const [isPatient, setPatient] = useState(true);
  const isLoading = routes.isLoading || (apps.isLoading && isPatient);
  const isComplete = routes.data !== undefined && apps.data !== undefined;

  useEffect(() => {
    const timer = setTimeout(setPatient, PATIENCE_MS, false);
    return () => clearTimeout(timer);
  }, []);

  async function again(): Promise<void> {
    await Promise.all([routes.again(), apps.again()]);
  }

  return (
    <>
      {(routes.isStale || apps.isStale) && (
        <div className="mb-3">
          <Stale since={Math.min(routes.updatedAt, apps.updatedAt || routes.updatedAt)} onRetry={again} />
        </div>
      )}
      {isLoading && <Loading count={8} />}
      {!isLoading && !routes.data && failureText && <FailureNote failure={failureText} onRetry={again} />}
      {routes.data && !apps.data && apps.failure && <AppsMissing failure={apps.failure} onRetry={apps.again} />}
      {isComplete && rows.length === 0 && <NoApps />}
      {!isLoading && routes.data && rows.length > 0 && <AppsList rows={rows} onTest={openTest} />}
      {testedRoute && (
        <Suspense>
          <ConnectionSheet key={testedRoute.routeId} route={testedRoute} onClose={() => setTested("")} />
        </Suspense>
      )}
      {checkedRoute && (
        <Suspense>
          <PrefixSheet key={checkedRoute.routeId} route={checkedRoute} onClose={() => setChecked("")} />
        </Suspense>
      )}
      {judgedApp && (
        <Suspense>
          <AppAccessSheet appId={judgedApp.id} name={judgedApp.name} onClose={() => setJudged("")} />
        </Suspense>
      )}
    </>
  );
}

/** The routes came, what is said about their apps did not. */
function AppsMissing({ failure, onRetry }: { failure: Failure; onRetry(): Promise<void> }) {
  const { t } = useLingui();
  const { text, wayOn } = useFailureText(failure);
  return (
    <div className="mb-3">
      <FailureNote
        failure={{
          title: t`The groups and pictures of the apps could not be read`,
          text: t`The routes below are complete. Apps without a route are not shown.`,
          wayOn: `${text} ${wayOn}`,
        }}
        onRetry={onRetry}
      />
    </div>
  );
}

function NoApps() {
  const { t } = useLingui();
  return (
    <Empty
      icon={<LayoutGrid />}
      title={t`No apps yet`}
      action={
        <>
          <ButtonLink to="/discovery" icon={<Radar />}>
            <Trans>See what was found</Trans>
          </ButtonLink>
          <ButtonLink to="/apps/new" rank="primary" icon={<Plus />}>
            <Trans>Add an app by its address</Trans>
          </ButtonLink>
        </>
      }
    >
      <Trans>
        Every app that this gateway serves is listed here, with where it leads, who may open it and how it is.
      </Trans>
    </Empty>
  );
}
