import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { deletions } from "@nekzus/contract";
import { Undo2 } from "lucide-react";
import { useRef } from "react";
import type { Data } from "../../api/endpoint.ts";
import { appsList, deletionRestore, deletionsList, routesList } from "../../api/endpoints.gen.ts";
import { useChange } from "../../api/use-change.ts";
import { AppPicture } from "../../catalog/app-picture.tsx";
import { Button } from "../../design/button.tsx";
import { Callout } from "../../design/callout.tsx";
import { TimeAgo } from "../../design/time-ago.tsx";
import { useToasts } from "../../design/toast.tsx";
import { date } from "../../text/format.ts";
import { RefusalReason } from "./refusal.tsx";

type Deletion = Data<typeof deletions.deletionsList>[number];

/** One deletion: what went, when, by whom, until when it is kept, and the way back. */
export function DeletionItem({ deletion }: { deletion: Deletion }) {
  const { t } = useLingui();
  const { say } = useToasts();
  const item = useRef<HTMLLIElement>(null);
  const { id, kind, appId, name, routeIds, deletedAt, deletedBy, keptUntil } = deletion;
  const until = date(keptUntil);
  const { run, isRunning, failure } = useChange(deletionRestore, {
    refreshes: [deletionsList, routesList, appsList],
    onDone() {
      say({ text: <Trans>{name} is back</Trans> });
      focusNext(item.current);
    },
  });

  return (
    <li ref={item} className="py-3 first:pt-1">
      <div className="flex gap-3">
        <AppPicture app={{ id: appId, name }} />
        <div className="flex min-w-0 flex-1 flex-wrap items-center justify-between gap-x-3 gap-y-2.5">
          <div className="min-w-0 flex-[1_1_12rem] text-sm">
            <p className="line-clamp-2 text-base font-medium break-words">{name}</p>
            <p className="text-muted">
              {kind === "app" && routeIds.length > 0 && (
                <Plural value={routeIds.length} one="App with its route" other="App with # routes" />
              )}
              {kind === "app" && routeIds.length === 0 && <Trans>App without a route</Trans>}
              {kind === "route" && (
                <Plural value={routeIds.length} one="One route; the app stayed" other="# routes; the app stayed" />
              )}
              {routeIds.length > 0 && <span className="line-clamp-2 font-mono break-all">{routeIds.join(", ")}</span>}
            </p>
            <p className="text-muted">
              {deletedBy ? (
                <Trans>
                  Deleted <TimeAgo at={deletedAt} /> by {deletedBy}, kept until {until}
                </Trans>
              ) : (
                <Trans>
                  Deleted <TimeAgo at={deletedAt} />, kept until {until}
                </Trans>
              )}
            </p>
          </div>
          <Button
            size="small"
            icon={<Undo2 />}
            pending={isRunning}
            aria-label={t`Restore ${name}`}
            onClick={() => run({ params: { deletionId: id } })}
          >
            <Trans>Restore</Trans>
          </Button>
        </div>
      </div>
      {failure && (
        <div className="mt-2">
          <Callout tone="bad" announce title={<Trans>{name} could not be brought back.</Trans>}>
            <RefusalReason failure={failure} />
          </Callout>
        </div>
      )}
    </li>
  );
}

/** The item goes with its button: the focus goes on to the next one, or to the sheet around them. */
function focusNext(item: HTMLLIElement | null): void {
  const other = item?.nextElementSibling ?? item?.previousElementSibling;
  (other?.querySelector("button") ?? item?.closest<HTMLElement>("[data-modal-body]"))?.focus();
}
