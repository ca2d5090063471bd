import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { type App, addressOf } from "../../catalog/app.ts";
import { AppPicture } from "../../catalog/app-picture.tsx";
import { HealthWord, WellMark } from "../../catalog/health-words.tsx";
import { StatusDot } from "../../design/status-dot.tsx";

const BOX = "flex min-w-0 items-start gap-3.5 rounded-xl border border-line bg-surface p-3.5";

/** One app: a click opens it. What is wrong with it stands where its description stood. */
export function AppTile({ app, onOpen }: { app: App; onOpen(app: App): void }) {
  return (
    <a
      href={addressOf(app)}
      onClick={() => onOpen(app)}
      // The middle button opens it in a tab; the right one only its menu.
      onAuxClick={({ button }) => button === 1 && onOpen(app)}
      className={`${BOX} h-full shadow-sm transition-[border-color,box-shadow] duration-100 hover:border-line-strong hover:shadow-md`}
    >
      <TileContent app={app} />
    </a>
  );
}

/** The same app while Home is being arranged: what can be done with it in place of the link. */
export function ArrangedTile({ app, children }: { app: App; children: ReactNode }) {
  return (
    <div className={`${BOX} h-full flex-wrap content-between border-dashed border-line-strong`}>
      <TileContent app={app} />
      <div className="flex w-full gap-1 border-t border-line pt-2">{children}</div>
    </div>
  );
}

function TileContent({ app }: { app: App }) {
  const isWell = app.healthStatus === "healthy" && !app.maintenance;
  const about = app.description || app.tags.join(", ");
  const below = isWell ? about : app.healthMessage;
  return (
    <>
      <AppPicture app={app} />
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <span className="min-w-0 flex-1 truncate font-medium" title={app.name}>
            {app.name}
          </span>
          {isWell && <WellMark />}
        </span>
        {(!isWell || below) && (
          <span className={`text-sm text-muted ${isWell ? "line-clamp-2" : "line-clamp-3"}`} title={below}>
            {!isWell && (
              <span className="mr-2 text-text">
                {app.maintenance ? (
                  <StatusDot tone="warn">
                    <Trans>Maintenance</Trans>
                  </StatusDot>
                ) : (
                  <HealthWord {...(app.healthStatus && { status: app.healthStatus })} />
                )}
              </span>
            )}
            {below}
          </span>
        )}
      </span>
    </>
  );
}
