import { Trans, useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { appsList, routesList } from "../../api/endpoints.gen.ts";
import { asFailure, type Failure } from "../../api/failure.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { refresh } from "../../api/query-client.ts";
import type { App, RouteListed } from "../../catalog/app.ts";
import type { PictureChange } from "../../catalog/icon-picker.tsx";
import { KnownAppNote } from "../../catalog/known-app-note.tsx";
import { imageOf } from "../../catalog/presets.ts";
import { effectivePath, findConflict, freeId, idFromName, takenLabel } from "../../catalog/route-places.ts";
import { Button } from "../../design/button.tsx";
import { ButtonLink } from "../../design/button-link.tsx";
import { Callout } from "../../design/callout.tsx";
import { FormErrors } from "../../design/form-errors.tsx";
import { TextAnchor } from "../../design/text-link.tsx";
import { useToasts } from "../../design/toast.tsx";
import { useLeaveGuard } from "../../shell/use-leave-guard.ts";
import { FAULT_TEXTS } from "./fault-texts.ts";
import { AppIdField } from "./new-app-id.tsx";
import { HalfAdded } from "./new-half-added.tsx";
import { KnownAppChoice } from "./new-known-app.tsx";
import { addRoute, finishApp, type NewRoute as Wanted } from "./new-save.ts";
import { RouteAddressSection } from "./route-address-section.tsx";
import { RouteAppSection } from "./route-app-section.tsx";
import { RouteLayout, RouteTestPanel } from "./route-aside.tsx";
import { faultsFrom, faultsOf, idFault } from "./route-faults.ts";
import { headerIn } from "./route-option-values.ts";
import { RouteSections } from "./route-sections.tsx";
import { changedFields, type RouteValues } from "./route-values.ts";
import { SaveBar } from "./save-bar.tsx";
import { useRouteForm } from "./use-route-form.ts";

/** The form of a new route, and of its app unless that is there already. */
export function NewRoute({
  apps,
  routes,
  start,
  knownApp: askedApp,
  isCopyMissing,
}: {
  apps: readonly App[];
  routes: readonly RouteListed[];
  start: RouteValues;
  /** The app that gets another route; empty for a new app. */
  knownApp: string;
  /** A route that is to be copied does not exist any more. */
  isCopyMissing: boolean;
}) {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const { say } = useToasts();
  const [initial] = useState(start);
  const form = useRouteForm(initial);
  const { values } = form;
  const [ownId, setOwnId] = useState<string>();
  const [knownApp, setKnownApp] = useState(askedApp);
  const [picture, setPicture] = useState<PictureChange>();
  const [isSaving, setIsSaving] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  /** The route is made, and something about its app is not said yet. */
  const [half, setHalf] = useState<{ wanted: Wanted; failure: Failure }>();
  const failureText = useFailureText(failure);

  const taken = apps.map(({ id }) => id);
  const offeredId = idFromName(values.name) && freeId(idFromName(values.name), taken);
  const appId = knownApp || (ownId ?? offeredId);
  const headers = {
    isSet: (name: string) => values.setRequestHeaders.some((line) => isHeader(line, name)),
    set: (wanted: Readonly<Record<string, string>>) =>
      form.change({
        setRequestHeaders: [
          ...values.setRequestHeaders,
          ...Object.entries(wanted).map(([name, value]) => `${name}: ${value}`),
        ],
      }),
  };
  const sharedApp = apps.find(({ id }) => id === knownApp);
  const conflict = findConflict({ appId, pathBase: values.pathBase, subdomain: takenLabel(values, appId) }, routes);
  const hasChanges = changedFields(initial, values).length > 0 || picture !== undefined;
  useLeaveGuard({ hasChanges: hasChanges && !half });
  const typedFault = ownId === undefined || ownId === "" || knownApp ? undefined : idFault(ownId, taken);

  async function save(): Promise<void> {
    const wanted: Wanted = { appId, isKnownApp: knownApp !== "", values: trimmed(values), picture };
    const { name: noName, ...others } = faultsOf(values);
    const wrongId = knownApp ? undefined : idFault(appId, taken);
    const faults = {
      ...others,
      ...(!knownApp && noName && { name: noName }),
      // Without a name there is nothing yet to make an id of.
      ...(wrongId && !(noName && appId === "") && { appId: wrongId }),
    };
    setFailure(undefined);
    form.refuse(faults);
    if (Object.keys(faults).length > 0) return;
    setIsSaving(true);
    try {
      await addRoute(wanted);
    } catch (error) {
      setIsSaving(false);
      void refresh(routesList, appsList);
      return refused(asFailure(error));
    }
    await finish(wanted);
  }

  async function finish(wanted: Wanted): Promise<void> {
    setIsSaving(true);
    const unsaid = await finishApp(wanted);
    setIsSaving(false);
    void refresh(routesList, appsList);
    if (unsaid) return setHalf({ wanted, failure: unsaid });
    const path = effectivePath(wanted.values.pathBase, wanted.appId);
    const name = wanted.values.name;
    say({
      text: (
        <>
          {knownApp ? <Trans>The route is added.</Trans> : <Trans>{name} is added.</Trans>}{" "}
          <TextAnchor href={path}>
            <Trans>Open the app</Trans>
          </TextAnchor>
        </>
      ),
    });
    await navigate({ to: "/apps", ignoreBlocker: true });
  }

  function refused(why: Failure): void {
    const { faults, rest } = faultsFrom(why.details);
    if (Object.keys(faults).length > 0) form.refuse(faults, rest);
    else setFailure(why);
  }

  if (half) {
    return (
      <HalfAdded
        name={half.wanted.values.name}
        failure={half.failure}
        isSaving={isSaving}
        onAgain={() => void finish(half.wanted)}
      />
    );
  }

  return (
    <form
      noValidate
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isSaving) void save();
      }}
    >
      <FormErrors errors={form.errors} />
      {isCopyMissing && (
        <Callout tone="warn" title={<Trans>The route to copy no longer exists</Trans>}>
          <Trans>Fill the form in yourself, or go back and choose another one.</Trans>
        </Callout>
      )}
      <RouteLayout
        first={<RouteAddressSection form={form} appId={appId} conflict={conflict} />}
        aside={<RouteTestPanel form={form} appId={appId} />}
        more={
          <>
            {knownApp === "" && (
              <RouteAppSection form={form} app={{ id: appId }} apps={apps} picture={picture} onPicture={setPicture}>
                <AppIdField
                  value={ownId ?? offeredId}
                  onChange={setOwnId}
                  error={form.faultOf("appId") ?? (typedFault && i18n._(FAULT_TEXTS[typedFault]))}
                />
              </RouteAppSection>
            )}
            <KnownAppChoice apps={apps} value={knownApp} onChange={setKnownApp} />
            <KnownAppNote
              image={imageOf(sharedApp?.discoveryMeta?.identity)}
              name={sharedApp?.name ?? values.name}
              path={effectivePath(values.pathBase, appId)}
              values={values}
              onApply={form.change}
              headers={form.mayOpenUp ? headers : undefined}
            />
            <RouteSections form={form} appId={appId} />
          </>
        }
      />
      <SaveBar
        failure={failureText}
        note={<span className="max-sm:hidden">{t`The app can be opened as soon as it is added.`}</span>}
      >
        <ButtonLink to="/apps">
          <Trans>Cancel</Trans>
        </ButtonLink>
        <Button rank="primary" type="submit" pending={isSaving}>
          {knownApp ? <Trans>Add route</Trans> : <Trans>Add app</Trans>}
        </Button>
      </SaveBar>
    </form>
  );
}

function isHeader(line: string, name: string): boolean {
  return headerIn(line)?.[0].toLowerCase() === name.toLowerCase();
}

function trimmed(values: RouteValues): RouteValues {
  return { ...values, name: values.name.trim(), group: values.group.trim(), to: values.to.trim() };
}
