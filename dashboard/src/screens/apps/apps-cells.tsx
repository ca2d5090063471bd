import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { Globe } from "lucide-react";
import { addressOfRoute } from "../../catalog/app.ts";
import { AppPicture } from "../../catalog/app-picture.tsx";
import { Badge } from "../../design/badge.tsx";
import { TextAnchor } from "../../design/text-link.tsx";
import type { AppRow } from "./apps-model.ts";
import { nameIdOf } from "./row-focus.ts";

/** Picture, name and group. The name leads to the route. */
export function AppCell({ row: { id, app, route } }: { row: AppRow }) {
  return (
    <div className="flex min-w-0 items-center gap-3">
      <AppPicture app={app} size="small" />
      <div className="min-w-0">
        {route ? (
          <Link
            id={nameIdOf(id)}
            to="/apps/routes/$routeId"
            params={{ routeId: route.routeId }}
            preload={false}
            className="flex min-h-6 items-center rounded-sm font-medium hover:underline pointer-coarse:-my-2.5 pointer-coarse:min-h-11 pointer-coarse:min-w-11 pointer-coarse:py-2.5"
          >
            <span className="line-clamp-2 break-words">{app.name}</span>
          </Link>
        ) : (
          <span id={nameIdOf(id)} tabIndex={-1} className="line-clamp-2 font-medium break-words">
            {app.name}
          </span>
        )}
        {app.group && <div className="truncate text-sm text-muted">{app.group}</div>}
      </div>
    </div>
  );
}

/** Where the app is opened, and where its requests go. */
export function AddressCell({ row: { route } }: { row: AppRow }) {
  if (!route) {
    return (
      <span className="text-sm text-muted">
        <Trans>None</Trans>
      </span>
    );
  }
  const { enabled, pathBase, host, to } = route;
  const address = addressOfRoute(route);
  return (
    <div className="min-w-0 font-mono text-sm">
      {enabled && address ? (
        <TextAnchor href={address} target="_blank" className="break-all">
          {host ?? pathBase}
        </TextAnchor>
      ) : (
        <span className="break-all text-muted">{host ?? pathBase}</span>
      )}
      <div className="flex gap-1.5 text-muted">
        <span aria-hidden>→</span>
        <span className="sr-only">
          <Trans>forwarded to</Trans>
        </span>
        <span title={to} className="line-clamp-2 min-w-0 break-all">
          {to}
        </span>
      </div>
    </div>
  );
}

/** Who may open it. */
export function AccessCell({ row: { route } }: { row: AppRow }) {
  if (!route) return null;
  if (route.publicAccess) {
    return (
      <div className="text-sm">
        <Badge tone="warn" icon={<Globe aria-hidden />}>
          <Trans>Public</Trans>
        </Badge>
        <div className="text-muted">
          <Trans>Everybody</Trans>
        </div>
      </div>
    );
  }
  const scopes = scopesOf(route).join(", ");
  return (
    <div className="flex flex-wrap gap-x-2 text-sm @2xl:block">
      <Trans>Signed in</Trans>
      <div title={scopes} className="font-mono text-muted @max-2xl:line-clamp-3 @2xl:truncate">
        <span className="sr-only">
          <Trans>with</Trans>{" "}
        </span>
        {scopes}
      </div>
    </div>
  );
}

function scopesOf({ scopes, appId }: { scopes: readonly string[]; appId: string }): readonly string[] {
  return scopes.length > 0 ? scopes : [`access:${appId}`];
}
