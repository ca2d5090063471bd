import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { Suspense, useEffect, useState } from "react";
import { appGet, appsList, routeGet, routesList } from "../../api/endpoints.gen.ts";
import type { Failure } from "../../api/failure.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { lazyPart } from "../../api/load-part.ts";
import { refresh } from "../../api/query-client.ts";
import { useRead } from "../../api/use-read.ts";
import type { PictureChange } from "../../catalog/icon-picker.tsx";
import { findConflict, takenLabel } from "../../catalog/route-places.ts";
import { Button } from "../../design/button.tsx";
import { FormErrors } from "../../design/form-errors.tsx";
import { useToasts } from "../../design/toast.tsx";
import { useLeaveGuard } from "../../shell/use-leave-guard.ts";
import type { EditBase } from "./edit-base.ts";
import { saveEdit } from "./edit-save.ts";
import { RouteAddressSection } from "./route-address-section.tsx";
import { RouteAppSection } from "./route-app-section.tsx";
import { RouteLayout, RoutePrefixPanel, RouteTestPanel } from "./route-aside.tsx";
import { faultsFrom, faultsOf } from "./route-faults.ts";
import { RouteSections } from "./route-sections.tsx";
import { carriedOver, changedFields, type RouteValues } from "./route-values.ts";
import { SaveBar } from "./save-bar.tsx";
import { useRouteForm } from "./use-route-form.ts";

const ConflictDialog = lazyPart(() => import("./conflict-dialog.tsx").then((part) => part.ConflictDialog));

/** The form of a stored route. Saves only what was changed. */
export function EditRoute({ read }: { read: EditBase }) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const { say } = useToasts();
  const apps = useRead(appsList).data ?? [];
  const routes = useRead(routesList).data ?? [];
  const [base, setBase] = useState(read);
  const [picture, setPicture] = useState<PictureChange>();
  const [isSaving, setIsSaving] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const [theirs, setTheirs] = useState<EditBase>();
  const form = useRouteForm(base.values);
  const failureText = useFailureText(failure);
  const { values, change } = form;
  const { routeId, appId } = base;
  const conflict = findConflict(
    { routeId, appId, pathBase: values.pathBase, subdomain: takenLabel(values, appId) },
    routes,
  );
  const changed = changedFields(base.values, values).length + (picture === undefined ? 0 : 1);
  useLeaveGuard({ hasChanges: changed > 0 });

  // What was read anew is taken over as long as nothing here would be lost by it.
  const isNewer = read.routeVersion > base.routeVersion || read.appVersion > base.appVersion;
  const isUntouched = changed === 0 && !isSaving;
  useEffect(() => {
    if (!isNewer || !isUntouched) return;
    setBase(read);
    change(read.values);
  }, [isNewer, isUntouched, read, change]);

  async function save(from: EditBase, wanted: RouteValues): Promise<void> {
    const faults = faultsOf(wanted);
    setFailure(undefined);
    form.refuse(faults);
    if (Object.keys(faults).length > 0) return;
    setIsSaving(true);
    const outcome = await saveEdit(from, wanted, picture, setBase);
    setIsSaving(false);
    void refresh(routesList, appsList, routeGet, appGet);
    if (outcome.kind === "conflict") return setTheirs(outcome.theirs);
    if (outcome.kind === "refused") return refused(outcome.failure);
    const { name } = wanted;
    say({ text: t`${name} is saved` });
    await navigate({ to: "/apps", ignoreBlocker: true });
  }

  function refused(why: Failure): void {
    const { faults, rest } = faultsFrom(why.details);
    if (Object.keys(faults).length > 0) form.refuse(faults, rest);
    else setFailure(why);
  }

  function keepMine(): void {
    if (!theirs) return;
    const wanted = carriedOver(base.values, values, theirs.values);
    setTheirs(undefined);
    setBase(theirs);
    change(wanted);
    void save(theirs, wanted);
  }

  function takeTheirs(): void {
    if (!theirs) return;
    setTheirs(undefined);
    setBase(theirs);
    setPicture(undefined);
    change(theirs.values);
  }

  return (
    <form
      noValidate
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isSaving && changed > 0) void save(base, values);
      }}
    >
      <FormErrors errors={form.errors} />
      <RouteLayout
        first={<RouteAddressSection form={form} appId={appId} conflict={conflict} />}
        aside={
          <div className="space-y-4">
            <RouteTestPanel form={form} appId={appId} />
            {base.values.enabled && <RoutePrefixPanel routeId={routeId} />}
          </div>
        }
        more={
          <>
            <RouteAppSection
              form={form}
              app={{ id: appId, ...(base.iconVersion && { iconVersion: base.iconVersion }) }}
              apps={apps}
              picture={picture}
              onPicture={setPicture}
            />
            <RouteSections form={form} appId={appId} />
          </>
        }
      />
      <SaveBar
        failure={failureText}
        note={
          changed > 0 ? (
            <Plural value={changed} one="One change is not saved yet" other="# changes are not saved yet" />
          ) : (
            <Trans>Nothing is changed</Trans>
          )
        }
      >
        <Button
          disabled={changed === 0}
          onClick={() => {
            change(base.values);
            setPicture(undefined);
            form.refuse({});
          }}
        >
          <Trans>Discard changes</Trans>
        </Button>
        <Button rank="primary" type="submit" disabled={changed === 0} pending={isSaving}>
          <Trans>Save changes</Trans>
        </Button>
      </SaveBar>
      {theirs && (
        <Suspense>
          <ConflictDialog
            base={base}
            mine={values}
            theirs={theirs}
            onMine={keepMine}
            onTheirs={takeTheirs}
            onClose={() => setTheirs(undefined)}
          />
        </Suspense>
      )}
    </form>
  );
}
