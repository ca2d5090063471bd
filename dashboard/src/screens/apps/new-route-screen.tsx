import { Trans, useLingui } from "@lingui/react/macro";
import { ArrowLeft } from "lucide-react";
import { appsList, routesList } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { useRead } from "../../api/use-read.ts";
import { AdministratorsOnly } from "../../catalog/administrators-only.tsx";
import { ButtonLink } from "../../design/button-link.tsx";
import { Guarded } from "../../design/panel.tsx";
import { FailureNote, Loading } from "../../design/states.tsx";
import { usePerson } from "../../shell/person.tsx";
import { Screen } from "../../shell/screen.tsx";
import { useAddressState } from "../../shell/use-address-state.ts";
import { NewRoute } from "./new-route.tsx";
import { startingValues } from "./new-values.ts";

/** Adds an app by its address. `?from=` copies a route, `?to=` gives the address, `?app=` an app that is there. */
export function NewRouteScreen() {
  const { t } = useLingui();
  const person = usePerson();
  const mayAdd = person.may("write:*");
  const [from] = useAddressState("from");
  const [to] = useAddressState("to");
  const [app] = useAddressState("app");
  const apps = useRead(appsList, {}, { enabled: mayAdd });
  const routes = useRead(routesList, {}, { enabled: mayAdd });
  const failure = useFailureText(apps.failure ?? routes.failure);
  const copied = routes.data?.find(({ routeId }) => routeId === from);
  const name = copied?.appName ?? "";

  return (
    <Screen
      title={copied ? t`Add a copy of ${name}` : t`Add an app`}
      actions={
        <ButtonLink to="/apps" rank="quiet" icon={<ArrowLeft />}>
          <Trans>All apps</Trans>
        </ButtonLink>
      }
    >
      {!mayAdd && <AdministratorsOnly />}
      {mayAdd && !(apps.data && routes.data) && !failure && <Loading shape="form" />}
      {!(apps.data && routes.data) && failure && (
        <FailureNote
          failure={failure}
          onRetry={() => {
            void apps.again();
            void routes.again();
          }}
        />
      )}
      {apps.data && routes.data && (
        <Guarded>
          <NewRoute
            key={`${from} ${app}`}
            apps={apps.data}
            routes={routes.data}
            knownApp={apps.data.some(({ id }) => id === app) ? app : ""}
            isCopyMissing={from !== "" && !copied}
            start={startingValues(
              copied && { route: copied, app: apps.data.find(({ id }) => id === copied.appId) },
              to,
              person.may("access:admin"),
            )}
          />
        </Guarded>
      )}
    </Screen>
  );
}
