import { Trans } from "@lingui/react/macro";
import { useState } from "react";
import { ConflictText } from "../../catalog/route-fields.tsx";
import { effectivePath, type RouteConflict } from "../../catalog/route-places.ts";
import { Panel } from "../../design/panel.tsx";
import { LineOf, TickOf } from "./route-controls.tsx";
import { RouteNameFields } from "./route-name-fields.tsx";
import { useNamePlace } from "./use-name-place.ts";
import type { RouteForm } from "./use-route-form.ts";

/** Where the app is and where people find it. `conflict` is told while the path is typed. */
export function RouteAddressSection({
  form,
  appId,
  conflict,
}: {
  form: RouteForm;
  appId: string;
  conflict: RouteConflict | undefined;
}) {
  const { values, change } = form;
  const [isCompleted, setIsCompleted] = useState(false);
  const path = effectivePath(values.pathBase, appId);
  const place = useNamePlace(values, appId);

  /** `nas:8096` is what most people type. */
  function completeScheme(): void {
    const typed = values.to.trim();
    const isBare = /^[^\s/:@]+(:\d+)?(\/\S*)?$/.test(typed);
    setIsCompleted(isBare);
    if (isBare) change({ to: `http://${typed}` });
    else if (typed !== values.to) change({ to: typed });
  }

  return (
    <Panel
      title={<Trans>Address</Trans>}
      description={<Trans>Where the gateway finds the app, and where people find it.</Trans>}
    >
      <div className="space-y-5">
        <LineOf
          form={form}
          field="to"
          placeholder="http://192.168.1.20:3000"
          onBlur={completeScheme}
          help={
            /^unix:/i.test(values.to) ? (
              <Trans>
                A socket of the gateway's machine, such as unix:/run/apps/films.sock. It lies in the folder that
                upstreams.unix_folder names in the configuration. Only an administrator leads a route to one.
              </Trans>
            ) : isCompleted ? (
              <Trans>
                http:// was put in front. Most apps at home speak plain http; take https:// where the app has a
                certificate of its own.
              </Trans>
            ) : (
              <Trans>
                As the gateway reaches it: http:// or https://, the name or address of the machine or container, and the
                port.
              </Trans>
            )
          }
        />
        <LineOf
          form={form}
          field="pathBase"
          placeholder={path || "/apps/films/"}
          error={conflict?.field === "pathBase" ? <ConflictText conflict={conflict} /> : undefined}
          help={
            place.isPathUnused ? (
              <Trans>Kept, and not served as long as people open the app by its host name only.</Trans>
            ) : path ? (
              <Trans>
                People open the app at <span className="font-mono break-all">{path}</span> of this gateway.
              </Trans>
            ) : (
              <Trans>People open the app at this path of the gateway. It begins with /apps/.</Trans>
            )
          }
        />
        <RouteNameFields form={form} place={place} conflict={conflict} />
        <div className="space-y-4">
          <TickOf
            form={form}
            field="stripPrefix"
            help={
              <Trans>
                For apps that do not know that they are served below a path. An app with a setting for its base path
                needs this off.
              </Trans>
            }
          />
          <TickOf
            form={form}
            field="websocket"
            help={<Trans>For apps whose pages move by themselves: chats, consoles, live charts.</Trans>}
          />
          <TickOf
            form={form}
            field="enabled"
            help={<Trans>Off, everything here is kept and the app cannot be opened by this route.</Trans>}
          />
        </div>
      </div>
    </Panel>
  );
}
