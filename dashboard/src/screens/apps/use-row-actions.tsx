import { Trans, useLingui } from "@lingui/react/macro";
import { useCallback, useMemo, useState } from "react";
import { asFailure, type Failure } from "../../api/failure.ts";
import { useConfirm } from "../../design/confirm.tsx";
import { useToasts } from "../../design/toast.tsx";
import { deleteRow, emptyRouteCache, readAnew, restoreDeletions, switchRoute } from "./apps-changes.ts";
import { type AppRow, appsThatGo } from "./apps-model.ts";
import { Refusal } from "./refusal.tsx";
import { neighbourOf } from "./row-focus.ts";

/** What can be done with one row. None of it throws: what was refused is said in a message that stays. */
export type RowActions = {
  /** Switches the row's route on or off, with a way back. */
  toggle(row: AppRow): Promise<void>;
  /** Lets the gateway forget the answers that it keeps for the row's route. */
  emptyCache(row: AppRow): Promise<void>;
  /** Deletes the row, with a way back; asks first when others lose something by it. `all` are the rows there are. */
  remove(row: AppRow, all: readonly AppRow[]): Promise<void>;
};

/** The actions, and the ids of the rows that something is being done with. */
export function useRowActions(): { actions: RowActions; busy: ReadonlySet<string> } {
  const { say } = useToasts();
  const ask = useDeleteQuestion();
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());

  const during = useCallback(async (rowId: string, work: () => Promise<void>) => {
    setBusy((before) => new Set([...before, rowId]));
    try {
      await work();
    } finally {
      setBusy((before) => new Set([...before].filter((id) => id !== rowId)));
    }
  }, []);

  const actions = useMemo<RowActions>(() => {
    async function switchTo(row: AppRow, enabled: boolean, version?: number): Promise<void> {
      const { app, route } = row;
      const name = app.name;
      if (!route) return;
      try {
        const next = await switchRoute({ routeId: route.routeId, version: version ?? route.version }, enabled);
        await readAnew();
        const isFirst = version === undefined;
        say({
          text: enabled ? <Trans>{name} is enabled</Trans> : <Trans>{name} is disabled</Trans>,
          ...(isFirst && { undo: () => switchTo(row, !enabled, next) }),
        });
      } catch (error) {
        const what = enabled ? <Trans>{name} was not enabled.</Trans> : <Trans>{name} was not disabled.</Trans>;
        await refused(what, asFailure(error));
      }
    }

    async function refused(what: React.ReactNode, failure: Failure): Promise<void> {
      say({ tone: "bad", text: <Refusal what={what} failure={failure} /> });
      await readAnew();
    }

    async function restore(deletionId: string, name: string): Promise<void> {
      try {
        await restoreDeletions([deletionId]);
        say({ text: <Trans>{name} is back</Trans> });
      } catch (error) {
        await refused(<Trans>{name} could not be brought back.</Trans>, asFailure(error));
      }
    }

    return {
      toggle: (row) => during(row.id, () => switchTo(row, !row.route?.enabled)),

      emptyCache: ({ id, app, route }) =>
        during(id, async () => {
          const name = app.name;
          try {
            if (route) await emptyRouteCache(route.routeId);
            say({ text: <Trans>What was kept of {name}'s answers is forgotten</Trans> });
          } catch (error) {
            await refused(<Trans>The cache of {name} was not emptied.</Trans>, asFailure(error));
          }
        }),

      async remove(row, all) {
        const name = row.app.name;
        if (!(await ask(row, all))) return;
        await during(row.id, async () => {
          const goOn = neighbourOf(row.id);
          try {
            const deletionId = await deleteRow(row);
            await readAnew();
            goOn();
            say({
              text: <Trans>{name} was deleted</Trans>,
              ...(deletionId !== undefined && { undo: () => restore(deletionId, name) }),
            });
          } catch (error) {
            await refused(<Trans>{name} was not deleted.</Trans>, asFailure(error));
          }
        });
      },
    };
  }, [say, ask, during]);

  return { actions, busy };
}

/** Asks before a deletion by which others lose something; what nobody can open is deleted at once. */
function useDeleteQuestion(): (row: AppRow, all: readonly AppRow[]) => Promise<boolean> {
  const { t } = useLingui();
  const confirm = useConfirm();
  return useCallback(
    async (row, all) => {
      const { app, route } = row;
      if (!route?.enabled) return true;
      const name = app.name;
      const path = route.host ?? route.pathBase;
      const isLast = appsThatGo(all, [row]).length > 0;
      return confirm({
        title: isLast ? t`Delete ${name}?` : t`Delete this route to ${name}?`,
        text: t`You can undo this for ten seconds, and for 30 days under “Recently deleted”.`,
        consequences: [
          <Trans key="address">
            <span className="font-mono break-all">{path}</span> stops working for everybody, at once.
          </Trans>,
          isLast && <Trans key="app">The app goes with its only route, and disappears from everybody's Home.</Trans>,
        ].filter((point) => point !== false),
        action: isLast ? t`Delete app and route` : t`Delete route`,
        danger: true,
      });
    },
    [confirm, t],
  );
}
